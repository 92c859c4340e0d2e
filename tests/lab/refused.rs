//! Where the directory cannot be entered, nothing about it is met and the reason is told.

use std::path::PathBuf;

use tempfile::TempDir;
use xtask::lab::SERVER;

use super::harness::{Assessment, assess, assess_directory, kerberos, lab, ldaps, simple};

/// Rules that the rootDSE decides, which a controller shows before anybody has signed in, or that
/// nobody shows it.
const OF_ROOT: [&str; 4] = [
    "co-management-functional-level-low",
    "directory-clock-offset-high",
    "directory-controller-unreachable",
    "directory-forest-level-low",
];

fn nothing_is_read(found: &Assessment) {
    // Nothing else was probed: a rule that is met would have been met without reading anything.
    let met = found.rules("met");
    assert!(met.is_empty(), "met unread: {met:?}");
    directory_is_not_assessed(found);
}

pub fn directory_is_not_assessed(found: &Assessment) {
    let decided = &found.rules("met") | &found.rules("not-met");
    let unread: Vec<_> = decided
        .iter()
        .filter(|rule| !OF_ROOT.contains(rule))
        .collect();
    assert!(unread.is_empty(), "decided unread: {unread:?}");
    assert!(
        matches!(found.exit, Some(3 | 4)),
        "exit {:?}: {}",
        found.exit,
        found.messages
    );
    let count = found
        .directory()
        .get("users")
        .unwrap_or(&serde_json::Value::Null);
    assert!(count.is_null(), "users were counted: {count}");
}

/// Every word has to be in what the report says of the run.
pub fn tells(found: &Assessment, words: &[&str]) {
    let told = found.report["run"].to_string().to_lowercase();
    for word in words {
        assert!(
            told.contains(&word.to_lowercase()),
            "nothing tells {word:?}: {}",
            found.messages
        );
    }
}

fn replace(options: &mut [String], option: &str, value: String) {
    let at = options.iter().position(|given| given == option).unwrap();
    options[at + 1] = value;
}

fn password_file(folder: &TempDir) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.path().join("password");
    std::fs::write(&path, "not the password").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

#[test]
#[ignore = "needs the lab"]
fn wrong_password_is_told_and_never_printed() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let mut options = simple(&lab, &ldaps());
    replace(
        &mut options,
        "--password-file",
        password_file(&folder).display().to_string(),
    );
    let found = assess_directory(&lab, &options);
    directory_is_not_assessed(&found);
    tells(&found, &["password", SERVER]);
    assert!(!found.report.to_string().contains("not the password"));
    assert!(!found.messages.contains("not the password"));
}

#[test]
#[ignore = "needs the lab"]
fn certificate_of_an_unknown_authority_is_not_trusted() {
    let lab = lab();
    let mut options = simple(&lab, &ldaps());
    let at = options
        .iter()
        .position(|option| option == "--ca-file")
        .unwrap();
    options.drain(at..at + 2);
    let found = assess_directory(&lab, &options);
    nothing_is_read(&found);
    tells(&found, &["certificate", SERVER]);
}

#[test]
#[ignore = "needs the lab"]
fn server_that_listens_nowhere_is_unreachable() {
    let lab = lab();
    // Nothing in the lab listens on port 1.
    let found = assess_directory(&lab, &simple(&lab, &format!("ldaps://{SERVER}:1")));
    nothing_is_read(&found);
    tells(&found, &[SERVER, "refused"]);
}

#[test]
#[ignore = "needs the lab"]
fn server_whose_name_does_not_resolve_is_told_by_name() {
    let lab = lab();
    let found = assess_directory(&lab, &kerberos("ldap://gone.corp.example.test"));
    nothing_is_read(&found);
    tells(&found, &["gone.corp.example.test"]);
}

#[test]
#[ignore = "needs the lab"]
fn domain_that_does_not_exist_is_told_by_name() {
    let lab = lab();
    let options = [
        "--only",
        "directory",
        "--domain",
        "gone.example.test",
        "--auth",
        "kerberos",
    ];
    let found = assess(&lab, &options.map(str::to_owned));
    nothing_is_read(&found);
    tells(&found, &["gone.example.test"]);
}

#[test]
#[ignore = "needs the lab"]
fn anonymous_run_reads_no_objects() {
    let lab = lab();
    let server = format!("ldap://{SERVER}");
    let options = ["--auth", "anonymous", "--server", &server].map(str::to_owned);
    let found = assess_directory(&lab, &options);
    assert!(
        found.directory()["users"].is_null(),
        "{}",
        found.directory()
    );
    assert!(matches!(found.exit, Some(3 | 4)), "{}", found.messages);
}
