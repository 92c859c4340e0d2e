//! Browsers over recorded Linux and macOS machines: packages of rpm, homes of several users,
//! policies and defaults.

#![allow(clippy::unwrap_used, reason = "tests")]

mod machine;

use std::sync::Arc;

use machine::{lines, run};
use waterline_facts::{
    BrowserFacts, Reason, Seen,
    browsers::{BrowserPolicies, BrowserProduct, ExtensionPolicy, UpdatePolicy},
    host::OsFamily,
};
use waterline_probes::{
    browsers::{BrowserProbe, Catalog},
    system::Recorded,
};

async fn browsers(system: Recorded) -> BrowserFacts {
    let probe = BrowserProbe::of(Arc::new(system), Catalog::embedded());
    run(probe).await.0
}

async fn policies(system: Recorded, product: BrowserProduct) -> BrowserPolicies {
    let all = browsers(system).await.policies.into_known().unwrap();
    all.into_iter().find(|one| one.product == product).unwrap()
}

fn linux() -> Recorded {
    Recorded::new(OsFamily::Linux)
        .with_variable("HOME", "/home/ann")
        .with_file(
            "/var/lib/dpkg/status",
            "Package: base-files\nStatus: install ok installed\nVersion: 1\n",
        )
}

fn firefox(folder: &str, system: Recorded) -> Recorded {
    system.with_file(
        &format!("{folder}/application.ini"),
        "[App]\nName=Firefox\nVersion=153.0.1\n",
    )
}

#[tokio::test]
async fn packages_of_rpm_are_known_to_be_there_and_only_firefox_tells_its_version() {
    let system = Recorded::new(OsFamily::Linux)
        .with_variable("HOME", "/home/ann")
        .with_file("/usr/lib/sysimage/rpm/rpmdb.sqlite", "SQLite format 3\0")
        .with_file("/opt/google/chrome/chrome", "ELF")
        .with_file("/opt/microsoft/msedge/msedge", "ELF")
        .with_file("/usr/lib64/firefox/firefox", "ELF");
    let facts = browsers(firefox("/usr/lib64/firefox", system)).await;
    let installed = facts.installed.known().unwrap();
    assert_eq!(
        lines(installed),
        [
            "Edge stable ? machine rpm",
            "Chrome stable ? machine rpm",
            "Firefox ? 153.0.1 machine application.ini",
        ]
    );
    let gap = installed[0].version.gap().unwrap();
    assert_eq!(gap.reason, Reason::Unsupported);
    assert!(gap.detail.contains("microsoft-edge-stable"), "{gap}");
}

#[tokio::test]
async fn root_without_a_home_of_its_own_finds_what_users_have() {
    let system = Recorded::new(OsFamily::Linux)
        .with_file(
            "/var/lib/dpkg/status",
            "Package: a\nStatus: install ok installed\nVersion: 1\n",
        )
        .with_denied("/home/closed");
    let flatpak = "/home/bob/.local/share/flatpak/app/org.mozilla.firefox/current/active";
    let system = firefox("/home/ann/firefox", system);
    let system = firefox(&format!("{flatpak}/files/lib/firefox"), system);
    let facts = browsers(system).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        [
            "Firefox stable 153.0.1 user flatpak",
            "Firefox ? 153.0.1 user application.ini"
        ]
    );
}

#[tokio::test]
async fn without_any_home_the_list_is_unknown() {
    let system = Recorded::new(OsFamily::Linux).with_file(
        "/var/lib/dpkg/status",
        "Package: a\nStatus: install ok installed\nVersion: 1\n",
    );
    let facts = browsers(system).await;
    assert_eq!(facts.installed.gap().unwrap().reason, Reason::NotConfigured);
}

#[tokio::test]
async fn last_file_of_the_policy_folder_wins_and_a_broken_one_hides_what_it_may_hold() {
    let folder = "/etc/opt/chrome/policies/managed";
    let system = linux()
        .with_file(&format!("{folder}/10-base.json"), r#"{"AuthServerAllowlist": "*.old.test", "BrowserSignin": 2}"#)
        .with_file(&format!("{folder}/20-more.json"), r#"{"AuthServerAllowlist": "*.new.test", "ExtensionInstallForcelist": ["ppnbnpeolgkicgegkbkbjmhlideopiji"]}"#)
        .with_file(&format!("{folder}/README"), "not a policy");
    let read = policies(system.clone(), BrowserProduct::Chrome).await;
    assert_eq!(
        read.negotiate_servers,
        Seen::Known(vec!["*.new.test".into()])
    );
    assert_eq!(read.extension, Seen::Known(ExtensionPolicy::Forced));
    assert_eq!(read.places.len(), 2);
    let broken = system.with_file(&format!("{folder}/30-broken.json"), "{");
    let read = policies(broken, BrowserProduct::Chrome).await;
    let gap = read.negotiate_servers.gap().unwrap();
    assert!(gap.detail.contains("30-broken.json"), "{gap}");
}

#[tokio::test]
async fn policies_of_firefox_on_linux_are_read_for_the_machine_or_beside_the_program() {
    let text = r#"{"policies": {"Authentication": {"SPNEGO": ["corp.example.test"]}, "DisableAppUpdate": true}}"#;
    for file in [
        "/etc/firefox/policies/policies.json",
        "/usr/lib/firefox-esr/distribution/policies.json",
    ] {
        let read = policies(linux().with_file(file, text), BrowserProduct::Firefox).await;
        assert_eq!(
            read.negotiate_servers,
            Seen::Known(vec!["corp.example.test".into()]),
            "{file}"
        );
        assert_eq!(read.updates, Seen::Known(UpdatePolicy::Off));
        assert_eq!(read.places, [file]);
    }
    let none = policies(linux(), BrowserProduct::Firefox).await;
    assert_eq!(none, BrowserPolicies::none(BrowserProduct::Firefox));
}

#[tokio::test]
async fn default_browser_on_linux_is_the_first_that_a_list_names() {
    let entry = |name: &str| format!("[Default Applications]\nx-scheme-handler/https={name}\n");
    let system = linux()
        .with_file(
            "/usr/share/applications/mimeapps.list",
            entry("chromium.desktop;"),
        )
        .with_file(
            "/home/ann/.config/mimeapps.list",
            entry("firefox_firefox.desktop;x.desktop"),
        );
    let defaults = browsers(system).await.defaults.into_known().unwrap();
    assert_eq!(defaults.len(), 1);
    assert_eq!(defaults[0].handler, "firefox_firefox.desktop");
    assert_eq!(defaults[0].product, Seen::Known(BrowserProduct::Firefox));
    assert_eq!(browsers(linux()).await.defaults, Seen::Known(Vec::new()));
}

fn plist(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>{body}</dict></plist>")
}

fn mac() -> Recorded {
    Recorded::new(OsFamily::Macos)
        .with_variable("HOME", "/Users/ann")
        .with_variable("USER", "ann")
}

#[tokio::test]
async fn managed_preferences_of_the_user_win_over_those_of_the_machine() {
    let managed = "/Library/Managed Preferences";
    let system = mac()
        .with_file(
            &format!("{managed}/com.google.Chrome.plist"),
            plist("<key>AuthServerAllowlist</key><string>*.machine.test</string><key>BrowserSignin</key><integer>1</integer>"),
        )
        .with_file(
            &format!("{managed}/ann/com.google.Chrome.plist"),
            plist("<key>AuthServerAllowlist</key><string>*.user.test</string><key>ExtensionInstallForcelist</key><array><string>ppnbnpeolgkicgegkbkbjmhlideopiji</string></array>"),
        );
    let read = policies(system, BrowserProduct::Chrome).await;
    assert_eq!(
        read.negotiate_servers,
        Seen::Known(vec!["*.user.test".into()])
    );
    assert_eq!(read.extension, Seen::Known(ExtensionPolicy::Forced));
    assert!(read.profile_sign_in.known().is_some());
    assert_eq!(
        read.device_sign_in,
        Seen::Absent,
        "that policy is one of Windows"
    );
}

#[tokio::test]
async fn firefox_on_macos_heeds_its_preferences_only_if_they_say_so() {
    let file = "/Library/Managed Preferences/org.mozilla.firefox.plist";
    let said = "<key>MicrosoftEntraSSO</key><true/>";
    let gate = "<key>EnterprisePoliciesEnabled</key><true/>";
    for (body, expected) in [
        (said.to_owned(), Seen::Absent),
        (format!("{gate}{said}"), Seen::Known(true)),
    ] {
        let read = policies(mac().with_file(file, plist(&body)), BrowserProduct::Firefox).await;
        assert_eq!(read.device_sign_in, expected, "{body}");
    }
}

#[tokio::test]
async fn default_browser_on_macos_is_safari_until_another_is_written_down() {
    let file = "/Users/ann/Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist";
    let chosen = plist(
        "<key>LSHandlers</key><array><dict><key>LSHandlerURLScheme</key><string>https</string>\
         <key>LSHandlerRoleAll</key><string>com.microsoft.edgemac</string></dict></array>",
    );
    let products = async |system: Recorded| {
        let defaults = browsers(system).await.defaults.into_known().unwrap();
        defaults
            .iter()
            .map(|one| one.product.known().copied().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(products(mac()).await, [BrowserProduct::Safari; 2]);
    assert_eq!(
        products(mac().with_file(file, chosen)).await,
        [BrowserProduct::Safari, BrowserProduct::Edge]
    );
    assert!(
        browsers(mac().with_file(file, "bplist00broken"))
            .await
            .defaults
            .is_unknown()
    );
}

#[tokio::test]
async fn extended_support_of_firefox_on_macos_is_told_by_its_settings() {
    let app = "/Applications/Firefox.app/Contents";
    let system = mac()
        .with_file(
            &format!("{app}/Info.plist"),
            plist("<key>CFBundleIdentifier</key><string>org.mozilla.firefox</string><key>CFBundleShortVersionString</key><string>140.5.0</string>"),
        )
        .with_file(
            &format!("{app}/Resources/defaults/pref/channel-prefs.js"),
            "pref(\"app.update.channel\", \"esr\");\n",
        );
    let facts = browsers(system).await;
    let found = &facts.installed.known().unwrap()[0];
    assert_eq!(
        lines(std::slice::from_ref(found)),
        ["Firefox esr 140.5.0 machine plist"]
    );
    assert_eq!(found.ends.known().unwrap().to_string(), "2026-09-29");
}
