//! The host and browser probes over recorded Windows machines: what the hives of `tests/machines`
//! say is what the facts say, and bad input costs one fact and no other. The hives are written by
//! hand in the form of exports.

#![allow(clippy::unwrap_used, reason = "tests")]

mod machine;

use std::sync::Arc;

use machine::{lines, run, text};
use waterline_facts::{
    BrowserFacts, HostFacts, Reason, Seen,
    browsers::BrowserProduct,
    host::{EditionClass, InstallationType, OsFamily},
};
use waterline_probes::{
    browsers::{BrowserProbe, Catalog},
    host::HostProbe,
    system::{Machine, Recorded},
};

async fn host(system: Recorded) -> HostFacts {
    run(HostProbe::of(Arc::new(system))).await.0
}

async fn browsers(system: Recorded) -> BrowserFacts {
    run(BrowserProbe::of(Arc::new(system), Catalog::embedded()))
        .await
        .0
}

fn windows(registry: &str) -> Recorded {
    let programs = [
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Users\ann\AppData\Local\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
        r"C:\Program Files\Mozilla Firefox ESR\firefox.exe",
    ];
    let system = Recorded::new(OsFamily::Windows)
        .with_machine(
            Machine {
                host_name: Seen::Known("PC01".into()),
                ..Machine::default()
            },
            Vec::new(),
        )
        .with_registry(registry.as_bytes())
        .unwrap();
    programs
        .iter()
        .fold(system, |system, program| system.with_file(program, "MZ"))
}

const WINDOWS_10: &str = include_str!("machines/windows-10-22h2-pro.reg");
const WINDOWS_11: &str = include_str!("machines/windows-11-24h2-enterprise.reg");
const LTSC: &str = include_str!("machines/windows-10-ltsc-2021.reg");
const SERVER: &str = include_str!("machines/windows-server-2022.reg");

#[tokio::test]
async fn windows_products_are_told_apart() {
    use EditionClass::{EntEdu, HomePro, Ltsc, ServerLtsc};
    use InstallationType::{Client, ServerCore};
    let table = [
        (
            WINDOWS_10,
            "windows-10",
            "Windows 10 Pro",
            "10.0.19045.5247",
            HomePro,
            Client,
        ),
        (
            WINDOWS_11,
            "windows-11",
            "Windows 11 Enterprise",
            "10.0.26100.6584",
            EntEdu,
            Client,
        ),
        (
            LTSC,
            "windows-10",
            "Windows 10 Enterprise LTSC 2021",
            "10.0.19044.5247",
            Ltsc,
            Client,
        ),
        (
            SERVER,
            "windows-server-2022",
            "Windows Server 2022 Standard",
            "10.0.20348.4294",
            ServerLtsc,
            ServerCore,
        ),
    ];
    for (registry, product, name, version, class, kind) in table {
        let host = host(windows(registry)).await;
        assert_eq!(text(&host.os.product), product);
        assert_eq!(text(&host.os.name), name);
        assert_eq!(text(&host.os.version), version);
        assert_eq!(host.os.edition_class, Seen::Known(class));
        assert_eq!(host.os.installation_type, Seen::Known(kind));
        assert_eq!(text(&host.architecture), "x86_64");
        assert_eq!(text(&host.time.zone), "W. Europe Standard Time");
    }
}

#[tokio::test]
async fn ties_to_a_directory_are_read_from_the_hive() {
    let workgroup = host(windows(WINDOWS_10)).await;
    assert_eq!(workgroup.join.domain, Seen::Absent);
    assert_eq!(workgroup.join.entra_joined, Seen::Known(false));
    assert_eq!(text(&workgroup.time.source), "time.windows.com");
    let hybrid = host(windows(WINDOWS_11)).await;
    assert_eq!(text(&hybrid.join.domain), "corp.example.test");
    assert_eq!(hybrid.join.entra_joined, Seen::Known(true));
    assert_eq!(
        text(&hybrid.join.entra_tenant),
        "11111111-2222-3333-4444-555555555555"
    );
    assert_eq!(text(&hybrid.time.source), "domain-hierarchy");
    let server = host(windows(SERVER)).await;
    assert_eq!(text(&server.time.source), "ntp.example.test");
}

#[tokio::test]
async fn the_address_of_the_joining_user_stays_in_the_registry() {
    let facts = host(windows(WINDOWS_11)).await;
    assert!(!serde_json::to_string(&facts).unwrap().contains("fooUser"));
}

#[tokio::test]
async fn browsers_of_each_hive_are_found() {
    let table: [(&str, &[&str]); 4] = [
        (
            WINDOWS_10,
            &[
                "Edge stable 142.0.3595.53 machine registry",
                "Chrome stable 141.0.7390.123 user registry",
                "Firefox stable 144.0.2.0 user store",
                "InternetExplorer stable 11.789.19041.0 machine registry",
            ],
        ),
        (
            // An MSI number gives way to the updater's, Brave's folder is gone, and Internet
            // Explorer cannot be started on Windows 11.
            WINDOWS_11,
            &[
                "Edge stable 142.0.3595.53 machine registry",
                "Chrome stable 142.0.7444.134 machine registry",
            ],
        ),
        (
            LTSC,
            &[
                "Firefox esr 140.4.0 machine registry",
                "Firefox stable 144.0.2 machine registry",
                "InternetExplorer stable 11.789.19041.0 machine registry",
            ],
        ),
        (SERVER, &["Edge stable 143.0.3650.66 machine registry"]),
    ];
    for (registry, expected) in table {
        let facts = browsers(windows(registry)).await;
        let installed = facts.installed.known().unwrap();
        assert_eq!(lines(installed), expected);
        assert!(facts.partial.is_empty());
    }
}

#[tokio::test]
async fn what_firefox_says_of_itself_wins_over_the_registry() {
    let folder = r"C:\Program Files\Mozilla Firefox";
    let system = windows(LTSC)
        .with_file(
            &format!(r"{folder}\application.ini"),
            "[App]\nName=Firefox\nVersion=144.0.3\n",
        )
        .with_file(
            &format!(r"{folder}\defaults\pref\channel-prefs.js"),
            "pref(\"app.update.channel\", \"beta\");\n",
        );
    let facts = browsers(system).await;
    let lines = lines(facts.installed.known().unwrap());
    assert_eq!(lines[0], "Firefox beta 144.0.3 machine registry");
}

#[tokio::test]
async fn registry_values_of_the_wrong_type_cost_one_fact_each() {
    let registry = WINDOWS_11
        .replace("\"UBR\"=dword:000019b8", "\"UBR\"=\"6584\"")
        .replace("\"EditionID\"=\"Enterprise\"", "\"EditionID\"=hex:00")
        .replace("\"pv\"=\"142.0.7444.134\"", "\"pv\"=dword:0000008e");
    let facts = host(windows(&registry)).await;
    for unknown in [
        facts.os.revision.is_unknown(),
        facts.os.version.is_unknown(),
        facts.os.edition.is_unknown(),
        facts.os.edition_class.is_unknown(),
    ] {
        assert!(unknown);
    }
    assert_eq!(facts.os.build, Seen::Known(26_100));
    assert_eq!(text(&facts.os.product), "windows-11");
    // The list of programs still has a version of Chrome, if a worse one.
    let found = browsers(windows(&registry))
        .await
        .installed
        .into_known()
        .unwrap();
    assert_eq!(
        lines(&found)[1],
        "Chrome stable 69.37.12345 machine registry"
    );
}

#[tokio::test]
async fn strange_version_texts_are_read_or_unknown_with_the_reason() {
    let version = |text: &str| {
        WINDOWS_11
            .replace("\"pv\"=\"142.0.7444.134\"", &format!("\"pv\"=\"{text}\""))
            .replace("69.37.12345", text)
    };
    let table = [
        ("120.0.6099.130 (64-bit)", Some("120.0.6099.130")),
        ("15.10", Some("15.10")),
        ("", None),
        ("latest", None),
    ];
    for (written, read) in table {
        let found = browsers(windows(&version(written)))
            .await
            .installed
            .into_known()
            .unwrap();
        let chrome = found
            .iter()
            .find(|b| b.product == BrowserProduct::Chrome)
            .unwrap();
        assert_eq!(
            chrome.version.known().map(String::as_str),
            read,
            "{written}"
        );
        assert_eq!(chrome.major.is_unknown(), read.is_none());
    }
}

#[tokio::test]
async fn missing_or_refused_hives_leave_nothing_falsely_absent() {
    let nothing = windows("Windows Registry Editor Version 5.00\n");
    let facts = host(nothing.clone()).await;
    assert!(facts.os.product.is_unknown() && facts.os.build.is_unknown());
    assert!(facts.join.domain.is_unknown() && facts.time.source.is_unknown());
    assert_eq!(text(&facts.name), "PC01");
    let found = browsers(nothing).await;
    assert_eq!(found.installed.gap().unwrap().reason, Reason::Malformed);
    let refused = windows(WINDOWS_11)
        .with_denied_key(r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall");
    let found = browsers(refused).await;
    assert_eq!(found.installed.gap().unwrap().reason, Reason::Denied);
    assert_eq!(found.partial.len(), 2, "what was found stays");
}

#[tokio::test]
async fn facts_come_back_whole_from_their_serde_form() {
    let facts = browsers(windows(LTSC)).await;
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<BrowserFacts>(&text).unwrap(), facts);
}
