//! The browser probe over recorded Linux and macOS machines: packages, archives, snaps, flatpaks and
//! bundles, and what becomes of the list where one of these places cannot be read.

#![allow(clippy::unwrap_used, reason = "tests")]

mod machine;

use std::sync::Arc;

use machine::{lines, run};
use waterline_facts::{BrowserFacts, Reason, Seen, host::OsFamily};
use waterline_probes::{
    browsers::{BrowserProbe, Catalog},
    system::Recorded,
};

async fn browsers(system: Recorded) -> BrowserFacts {
    run(BrowserProbe::of(Arc::new(system), Catalog::embedded()))
        .await
        .0
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
