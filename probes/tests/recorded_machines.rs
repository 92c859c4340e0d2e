//! The host and browser probes over recorded machines of every platform: what the registry, the
//! files and the property lists of `tests/machines` say is what the facts say, and bad input costs
//! one fact and no other. The hives are written by hand in the form of exports.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use waterline_facts::{
    BrowserFacts, HostFacts, Reason, Seen,
    browsers::{Browser, BrowserProduct, Scope},
    host::{EditionClass, InstallationType, OsFamily},
};
use waterline_probes::{
    Clock, Context, Draft, ObjectSink, Probe,
    browsers::{BrowserProbe, Catalog},
    context::Progress,
    host::HostProbe,
    system::{Machine, Recorded, System},
    tls,
};

async fn facts<P: Probe>(probe: P) -> P::Facts {
    let context = Context {
        clock: Clock::System,
        cancel: tokio_util::sync::CancellationToken::new(),
        patience: std::time::Duration::from_secs(5),
        concurrency: 4,
        tls: tls::client_config(Vec::new()).unwrap(),
        progress: Progress::default(),
        objects: ObjectSink::discard(),
    };
    let draft = Draft::default();
    probe.run(&context, &draft).await.unwrap();
    draft.snapshot().0
}

async fn host(system: Recorded) -> HostFacts {
    facts(HostProbe::of(Arc::new(system))).await
}

async fn browsers(system: Recorded) -> BrowserFacts {
    facts(BrowserProbe::of(Arc::new(system), Catalog::embedded())).await
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

fn text(seen: &Seen<String>) -> &str {
    seen.known().map_or("?", String::as_str)
}

/// One line for each install: product, channel, version, scope, source.
fn lines(browsers: &[Browser]) -> Vec<String> {
    browsers
        .iter()
        .map(|b| {
            let scope = if b.scope == Scope::User {
                "user"
            } else {
                "machine"
            };
            let (channel, version) = (text(&b.channel), text(&b.version));
            format!("{:?} {channel} {version} {scope} {}", b.product, b.source)
        })
        .collect()
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

fn debian() -> Recorded {
    Recorded::new(OsFamily::Linux)
        .with_variable("HOME", "/home/ann")
        .with_file(
            "/var/lib/dpkg/status",
            include_str!("machines/debian-status"),
        )
}

fn tarball(folder: &str, system: Recorded) -> Recorded {
    system
        .with_file(
            &format!("{folder}/application.ini"),
            "[App]\nName=Firefox\nVersion=154.0\n",
        )
        .with_file(
            &format!("{folder}/defaults/pref/channel-prefs.js"),
            "/* x */\npref(\"app.update.channel\", \"release\");\n",
        )
}

#[tokio::test]
async fn debian_packages_archives_snaps_and_flatpaks_are_found() {
    let flatpak = "/home/ann/.local/share/flatpak/app/com.google.Chrome/current/active";
    let system = tarball("/home/ann/firefox", debian())
        .with_link("/opt/ff", "/home/ann/firefox")
        .with_file("/opt/thunderbird/application.ini", "[App]\nName=Thunderbird\nVersion=140.0\n")
        .with_file("/snap/firefox/current/meta/snap.yaml", "name: firefox\nversion: '153.0.1-1'\n")
        .with_file(
            &format!("{flatpak}/files/share/metainfo/com.google.Chrome.metainfo.xml"),
            "<component><releases><release date=\"2026-07-28\" version=\"151.0.7700.60\"/></releases></component>",
        );
    let facts = browsers(system).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        [
            "Edge stable 150.0.4000.11 machine dpkg",
            "Chrome stable 151.0.7700.60 user flatpak",
            "Chromium stable 151.0.7700.73 machine dpkg",
            "Firefox esr 140.14.0 machine dpkg",
            "Firefox stable 154.0 machine application.ini",
            "Firefox stable 153.0.1 machine snap",
            "Vivaldi stable ? machine dpkg",
        ]
    );
    let chromium = &facts.installed.known().unwrap()[2];
    assert_eq!(
        chromium.released,
        Seen::Known("2026-07-28".parse().unwrap())
    );
}

#[tokio::test]
async fn unreadable_home_makes_the_list_unknown_and_keeps_what_was_found() {
    let facts = browsers(debian().with_denied("/home/ann")).await;
    let gap = facts.installed.gap().unwrap();
    assert_eq!(gap.reason, Reason::Denied);
    assert!(gap.detail.contains("/home/ann"), "{gap}");
    assert_eq!(facts.partial.len(), 4);
}

#[tokio::test]
async fn folders_that_loop_end() {
    let system = debian()
        .with_link("/opt/round", "/opt")
        .with_link("/opt/self", "self")
        .with_link("/home/ann/up", "..");
    let facts = browsers(tarball("/opt/firefox", system)).await;
    assert_eq!(facts.installed.known().unwrap().len(), 5);
}

#[tokio::test]
async fn without_a_known_package_database_the_list_is_unknown() {
    let system = Recorded::new(OsFamily::Linux).with_variable("HOME", "/home/ann");
    let facts = browsers(tarball("/usr/lib64/firefox", system)).await;
    assert_eq!(facts.installed.gap().unwrap().reason, Reason::Unsupported);
    assert_eq!(
        lines(&facts.partial),
        ["Firefox stable 154.0 machine application.ini"]
    );
}

fn bundle(id: &str, version: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>{id}</string>\
         <key>CFBundleVersion</key><string>7444.134</string>\
         <key>CFBundleShortVersionString</key><string>{version}</string></dict></plist>"
    )
}

#[tokio::test]
async fn bundles_are_known_by_their_id_and_broken_ones_by_their_name() {
    let safari = bundle("com.apple.Safari", "26.1");
    let system = Recorded::new(OsFamily::Macos)
        .with_variable("HOME", "/Users/ann")
        .with_file(
            "/System/Cryptexes/App/System/Applications/Safari.app/Contents/Info.plist",
            safari.clone(),
        )
        .with_file("/Applications/Safari.app/Contents/Info.plist", safari)
        .with_file(
            "/Applications/My Edge.app/Contents/Info.plist",
            bundle("com.microsoft.edgemac", "142.0.3595.53"),
        )
        .with_file(
            "/Applications/Google Chrome.app/Contents/Info.plist",
            "bplist00broken",
        )
        .with_file("/Applications/Mail.app/Contents/Info.plist", "broken too")
        .with_file(
            "/Users/ann/Applications/Firefox.app/Contents/Info.plist",
            bundle("org.mozilla.firefox", ""),
        );
    let facts = browsers(system).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        [
            "Edge stable 142.0.3595.53 machine plist",
            "Chrome stable ? machine plist",
            "Firefox stable ? user plist",
            "Safari stable 26.1 machine plist",
        ]
    );
}

#[tokio::test]
async fn facts_come_back_whole_from_their_serde_form() {
    let facts = browsers(windows(LTSC)).await;
    let text = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<BrowserFacts>(&text).unwrap(), facts);
    assert_eq!(windows(LTSC).family(), OsFamily::Windows);
}
