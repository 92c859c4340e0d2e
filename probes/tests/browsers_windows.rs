//! Browsers over recorded Windows registries: channels, other users, policies, defaults and zones.
//! Whole machines are in `recorded_windows.rs`; here is what single keys mean.

#![allow(clippy::unwrap_used, reason = "tests")]

mod machine;

use std::sync::Arc;

use machine::{lines, run};
use waterline_facts::{
    BrowserFacts, Seen,
    browsers::{BrowserPolicies, BrowserProduct, ExtensionPolicy, ProfileSignIn, UpdatePolicy},
    host::OsFamily,
};
use waterline_probes::{
    browsers::{BrowserProbe, Catalog},
    system::Recorded,
};

/// A machine with these keys beside what every Windows has.
fn windows(keys: &str) -> Recorded {
    let text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall]\r\n\r\n{keys}"
    );
    Recorded::new(OsFamily::Windows)
        .with_variable("USERPROFILE", r"C:\Users\ann")
        .with_variable("LOCALAPPDATA", r"C:\Users\ann\AppData\Local")
        .with_registry(text.as_bytes())
        .unwrap()
}

async fn browsers(system: Recorded) -> BrowserFacts {
    let probe = BrowserProbe::of(Arc::new(system), Catalog::embedded());
    run(probe).await.0
}

async fn policies(keys: &str, product: BrowserProduct) -> BrowserPolicies {
    let all = browsers(windows(keys)).await.policies.into_known().unwrap();
    all.into_iter().find(|one| one.product == product).unwrap()
}

const EDGE_STABLE: &str = "{56EB18F8-B008-4CBD-B6D2-8C97FE7E9062}";

fn edge(version: &str) -> String {
    format!(
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\Microsoft\\EdgeUpdate\\Clients\\{EDGE_STABLE}]\n\"pv\"=\"{version}\"\n"
    )
}

#[tokio::test]
async fn every_channel_of_edge_is_told_apart_and_webview2_is_none() {
    let clients = [
        (EDGE_STABLE, "150.0.1"),
        ("{2CD8A007-E189-409D-A2C8-9AF4EF3C72AA}", "151.0.1"),
        ("{0D50BFEC-CD6A-4F9A-964C-C7416E3ACB10}", "152.0.1"),
        ("{65C35B14-6C1D-4122-AC46-7148CC9D6497}", "153.0.1"),
        ("{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}", "149.0.1"),
    ];
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients";
    let keys = clients.map(|(id, pv)| format!("[{key}\\{id}]\n\"pv\"=\"{pv}\"\n"));
    let facts = browsers(windows(&keys.concat())).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        [
            "Edge beta 151.0.1 machine registry",
            "Edge canary 153.0.1 machine registry",
            "Edge dev 152.0.1 machine registry",
            "Edge stable 150.0.1 machine registry",
        ]
    );
    assert_eq!(facts.webview2, Seen::Known("149.0.1".into()));
}

#[tokio::test]
async fn runtime_that_was_removed_is_absent() {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients";
    let keys = format!("[{key}\\{{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}}]\n\"pv\"=\"0.0.0.0\"\n");
    assert_eq!(browsers(windows(&keys)).await.webview2, Seen::Absent);
}

#[tokio::test]
async fn extended_stable_is_told_by_policy_and_lives_until_the_next_even_version() {
    let policy = format!(
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\EdgeUpdate]\n\"TargetChannel{EDGE_STABLE}\"=\"extended\"\n"
    );
    let facts = browsers(windows(&(edge("142.0.3595.53") + &policy))).await;
    let found = &facts.installed.known().unwrap()[0];
    assert_eq!(found.channel, Seen::Known("extended-stable".into()));
    // The day on which 144 came out.
    assert_eq!(found.ends.known().unwrap().to_string(), "2026-01-21");
    let plain = browsers(windows(&edge("142.0.3595.53"))).await;
    let found = &plain.installed.known().unwrap()[0];
    assert_eq!(found.channel, Seen::Known("stable".into()));
}

const PROFILES: &str =
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

fn people() -> String {
    format!(
        "[{PROFILES}\\S-1-5-18]\n\"ProfileImagePath\"=\"C:\\\\Windows\\\\system32\"\n\
         [{PROFILES}\\S-1-5-21-1-2-3-1001]\n\"ProfileImagePath\"=\"C:\\\\Users\\\\ann\"\n\
         [{PROFILES}\\S-1-5-21-1-2-3-1002]\n\"ProfileImagePath\"=\"C:\\\\Users\\\\bob\"\n\
         [{PROFILES}\\S-1-12-1-7-7-7-7]\n\"ProfileImagePath\"=\"C:\\\\Users\\\\cleo\"\n"
    )
}

#[tokio::test]
async fn installs_of_other_users_are_found_by_their_hive_and_by_their_folder() {
    let keys = people()
        + "[HKEY_USERS\\S-1-5-21-1-2-3-1002\\SOFTWARE\\Google\\Update\\Clients\\{8A69D345-D564-463C-AFF1-A69D9E530F96}]\n\"pv\"=\"150.0.7700.1\"\n";
    let cleo = r"C:\Users\cleo\AppData\Local\Google\Chrome\Application";
    let system = windows(&keys)
        .with_file(&format!(r"{cleo}\chrome.exe"), "MZ")
        .with_file(&format!(r"{cleo}\149.0.7600.10\chrome.dll"), "MZ")
        .with_file(&format!(r"{cleo}\151.0.7700.3\chrome.dll"), "MZ");
    let facts = browsers(system).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        [
            "Chrome stable 151.0.7700.3 user folder",
            "Chrome stable 150.0.7700.1 user registry",
        ]
    );
}

#[tokio::test]
async fn one_install_in_registry_and_folder_is_one_install() {
    let folder = r"C:\Users\ann\AppData\Local\Google\Chrome\Application";
    let keys = "[HKEY_CURRENT_USER\\SOFTWARE\\Google\\Update\\Clients\\{8A69D345-D564-463C-AFF1-A69D9E530F96}]\n\"pv\"=\"150.0.7700.1\"\n";
    let system = windows(keys).with_file(&format!(r"{folder}\chrome.exe"), "MZ");
    let facts = browsers(system).await;
    let installed = facts.installed.known().unwrap();
    assert_eq!(
        lines(installed),
        ["Chrome stable 150.0.7700.1 user registry"]
    );
    assert!(installed[0].path.ends_with("chrome.exe"));
}

#[tokio::test]
async fn closed_hives_and_folders_of_others_cost_nothing() {
    let hive = r"HKU\S-1-5-21-1-2-3-1002\SOFTWARE";
    let system = windows(&(people() + &edge("150.0.1")))
        .with_denied_key(&format!(
            r"{hive}\Microsoft\Windows\CurrentVersion\Uninstall"
        ))
        .with_denied(r"C:\Users\bob");
    let facts = browsers(system).await;
    assert_eq!(facts.installed.known().unwrap().len(), 1);
}

#[tokio::test]
async fn versions_of_chrome_come_from_the_folder_where_only_app_paths_tells_of_it() {
    let program = r"C:\Portable\chrome.exe";
    let keys = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths\\chrome.exe]\n@=\"C:\\\\Portable\\\\chrome.exe\"\n";
    let system = windows(keys).with_file(program, "MZ");
    let facts = browsers(system.clone()).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        ["Chrome ? ? machine app-paths"]
    );
    let facts = browsers(system.with_file(r"C:\Portable\148.0.1.2\chrome.dll", "MZ")).await;
    assert_eq!(
        lines(facts.installed.known().unwrap()),
        ["Chrome ? 148.0.1.2 machine app-paths"]
    );
}

const CHROME: &str = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Google\Chrome";
const ID: &str = "ppnbnpeolgkicgegkbkbjmhlideopiji";

#[tokio::test]
async fn sign_in_policies_of_chrome_are_read() {
    let keys = format!(
        "{CHROME}]\n\"CloudAPAuthEnabled\"=dword:00000001\n\"BrowserSignin\"=dword:00000000\n\
         \"AuthServerAllowlist\"=\"*.corp.example.test, autologon.microsoftazuread-sso.com\"\n\
         {CHROME}\\ExtensionInstallForcelist]\n\"1\"=\"aaaa;https://x\"\n\"7\"=\"{ID};https://clients2.google.com/service/update2/crx\"\n"
    );
    let read = policies(&keys, BrowserProduct::Chrome).await;
    assert_eq!(read.device_sign_in, Seen::Known(true));
    assert_eq!(read.profile_sign_in, Seen::Known(ProfileSignIn::Off));
    assert_eq!(read.extension, Seen::Known(ExtensionPolicy::Forced));
    assert_eq!(
        read.negotiate_servers.known().unwrap(),
        &["*.corp.example.test", "autologon.microsoftazuread-sso.com"]
    );
    assert_eq!(read.delegate_servers, Seen::Absent);
    assert_eq!(read.places, [r"HKLM\SOFTWARE\Policies\Google\Chrome"]);
}

#[tokio::test]
async fn extension_is_forced_allowed_or_blocked_in_each_way_of_saying_so() {
    let list = |name: &str, entry: &str| format!("{CHROME}\\{name}]\n\"1\"=\"{entry}\"\n");
    let settings = |json: &str| {
        format!(
            "{CHROME}]\n\"ExtensionSettings\"=\"{}\"\n",
            json.replace('"', "\\\"")
        )
    };
    let table = [
        (
            list("ExtensionInstallForcelist", ID),
            Some(ExtensionPolicy::Forced),
        ),
        (
            list("ExtensionInstallAllowlist", ID),
            Some(ExtensionPolicy::Allowed),
        ),
        (
            list("ExtensionInstallBlocklist", "*"),
            Some(ExtensionPolicy::Blocked),
        ),
        (
            list("ExtensionInstallBlocklist", "*") + &list("ExtensionInstallAllowlist", ID),
            Some(ExtensionPolicy::Allowed),
        ),
        (
            list("ExtensionInstallBlocklist", "*") + &list("ExtensionInstallForcelist", ID),
            Some(ExtensionPolicy::Forced),
        ),
        (
            settings(&format!(
                r#"{{"{ID}":{{"installation_mode":"force_installed"}}}}"#
            )),
            Some(ExtensionPolicy::Forced),
        ),
        (
            settings(r#"{"*":{"installation_mode":"blocked"}}"#),
            Some(ExtensionPolicy::Blocked),
        ),
        (list("ExtensionInstallForcelist", "other"), None),
    ];
    for (keys, expected) in table {
        let read = policies(&keys, BrowserProduct::Chrome).await.extension;
        assert_eq!(read, expected.map_or(Seen::Absent, Seen::Known), "{keys}");
    }
    let broken = policies(&settings("{nothing"), BrowserProduct::Chrome).await;
    assert!(broken.extension.is_unknown());
}

#[tokio::test]
async fn extension_in_a_profile_is_seen_by_its_folder() {
    let data = r"C:\Users\ann\AppData\Local\Google\Chrome\User Data";
    let with = |path: String| windows("").with_file(&path, "x");
    let installed = async |system: Recorded| {
        let all = browsers(system).await.policies.into_known().unwrap();
        let chrome = all
            .into_iter()
            .find(|one| one.product == BrowserProduct::Chrome);
        chrome.unwrap().extension_installed
    };
    let there = with(format!(
        r"{data}\Profile 3\Extensions\{ID}\1.0\manifest.json"
    ));
    assert_eq!(installed(there).await, Seen::Known(true));
    let other = with(format!(
        r"{data}\Default\Extensions\other\1.0\manifest.json"
    ));
    assert_eq!(installed(other).await, Seen::Known(false));
    assert_eq!(installed(windows("")).await, Seen::Known(false));
    assert!(installed(windows("").with_denied(data)).await.is_unknown());
}

#[tokio::test]
async fn update_policies_of_the_product_win_over_the_default() {
    let key = r"[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\EdgeUpdate]";
    let read = policies(
        &format!("{key}\n\"UpdateDefault\"=dword:0\n\"Update{EDGE_STABLE}\"=dword:1\n\"TargetVersionPrefix{EDGE_STABLE}\"=\"120.\"\n"),
        BrowserProduct::Edge,
    )
    .await;
    assert_eq!(read.updates, Seen::Known(UpdatePolicy::Automatic));
    assert_eq!(read.pinned_version, Seen::Known("120.".into()));
    let off = policies(
        &format!("{key}\n\"UpdateDefault\"=dword:0\n"),
        BrowserProduct::Edge,
    )
    .await;
    assert_eq!(off.updates, Seen::Known(UpdatePolicy::Off));
    let strange = policies(
        &format!("{key}\n\"UpdateDefault\"=\"never\"\n"),
        BrowserProduct::Edge,
    )
    .await;
    assert!(strange.updates.is_unknown());
    assert_eq!(
        strange.pinned_version,
        Seen::Absent,
        "one wrong type costs one fact"
    );
}

#[tokio::test]
async fn policies_of_firefox_are_read_from_both_hives_and_the_machine_wins() {
    let key = |hive: &str| format!(r"[{hive}\SOFTWARE\Policies\Mozilla\Firefox");
    let (machine, user) = (key("HKEY_LOCAL_MACHINE"), key("HKEY_CURRENT_USER"));
    let keys = format!(
        "{machine}]\n\"WindowsSSO\"=dword:00000000\n\"DisableAppUpdate\"=dword:00000001\n\
         {machine}\\Authentication\\SPNEGO]\n\"1\"=\"corp.example.test\"\n\
         {user}]\n\"WindowsSSO\"=dword:00000001\n\"AppUpdatePin\"=\"115.\"\n"
    );
    let read = policies(&keys, BrowserProduct::Firefox).await;
    assert_eq!(read.device_sign_in, Seen::Known(false));
    assert_eq!(read.updates, Seen::Known(UpdatePolicy::Off));
    assert_eq!(
        read.negotiate_servers,
        Seen::Known(vec!["corp.example.test".into()])
    );
    assert_eq!(read.pinned_version, Seen::Known("115.".into()));
    assert_eq!(read.places.len(), 2);
}

#[tokio::test]
async fn explorer_mode_comes_with_its_list_of_sites() {
    let keys = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge]\n\
                \"InternetExplorerIntegrationLevel\"=dword:00000001\n\
                \"InternetExplorerIntegrationSiteList\"=\"https://intranet.example.test/sites.xml\"\n";
    let facts = browsers(windows(keys)).await;
    assert_eq!(facts.explorer_mode, Seen::Known(true));
    assert!(
        facts
            .explorer_site_list
            .known()
            .unwrap()
            .ends_with("sites.xml")
    );
    assert_eq!(browsers(windows("")).await.explorer_mode, Seen::Absent);
}

#[tokio::test]
async fn default_browser_is_that_of_the_newer_choice_and_each_scheme_has_its_own() {
    let key = r"[HKEY_CURRENT_USER\SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations";
    let keys = format!(
        "{key}\\http\\UserChoice]\n\"ProgId\"=\"IE.HTTP\"\n\
         {key}\\https\\UserChoice]\n\"ProgId\"=\"ChromeHTML.ABCDEF\"\n\
         {key}\\https\\UserChoiceLatest\\ProgId]\n\"ProgId\"=\"FirefoxURL-308046B0AF4A39CB\"\n"
    );
    let defaults = browsers(windows(&keys))
        .await
        .defaults
        .into_known()
        .unwrap();
    let products: Vec<_> = defaults
        .iter()
        .map(|one| (one.scheme.as_str(), one.product.known().copied()))
        .collect();
    assert_eq!(
        products,
        [
            ("http", Some(BrowserProduct::InternetExplorer)),
            ("https", Some(BrowserProduct::Firefox))
        ]
    );
    let unknown =
        format!("{key}\\https\\UserChoice]\n\"ProgId\"=\"AppXq0fevzme2pys62n3e0fbqa7peapykr8v\"\n");
    let defaults = browsers(windows(&unknown))
        .await
        .defaults
        .into_known()
        .unwrap();
    assert_eq!(
        defaults[0].product,
        Seen::Absent,
        "the Edge of old is no Edge"
    );
}

#[tokio::test]
async fn zone_of_the_sign_in_host_is_read_from_list_and_map() {
    let settings = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\ZoneMap\Domains";
    let policy = r"SOFTWARE\Policies\Microsoft\Windows\CurrentVersion\Internet Settings\ZoneMapKey";
    let mapped = format!(
        "[HKEY_CURRENT_USER\\{settings}\\microsoftazuread-sso.com\\autologon]\n\"https\"=dword:00000001\n"
    );
    let listed = format!(
        "[HKEY_LOCAL_MACHINE\\{policy}]\n\"https://autologon.microsoftazuread-sso.com\"=\"4\"\n"
    );
    assert_eq!(
        browsers(windows(&mapped)).await.sign_in_zone,
        Seen::Known(1)
    );
    assert_eq!(
        browsers(windows(&(mapped + &listed))).await.sign_in_zone,
        Seen::Known(4),
        "policy wins"
    );
    assert_eq!(browsers(windows("")).await.sign_in_zone, Seen::Absent);
}
