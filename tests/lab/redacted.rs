//! The lab's recording under pseudonyms: equal verdicts, and no name of the original in it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::{DOMAIN, SERVER};

use super::harness::{DIRECTORY, lab, ldaps, simple, waterline};

/// The shortest name that has to be gone.
const SHORTEST: usize = 4;

#[test]
#[ignore = "needs the lab"]
fn redacted_recording_gives_equal_verdicts_and_holds_no_name_of_the_original() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let run = |arguments: &[&str]| {
        let output = waterline(&lab, arguments);
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {messages}");
    };
    // Both recordings have the same name, by which expected verdicts are found.
    std::fs::create_dir(path("redacted")).unwrap();
    let (own, redacted) = (path("lab"), path("redacted/lab"));
    let sign_in = simple(&lab, &ldaps());
    let mut record = vec!["record", &own];
    record.extend(DIRECTORY);
    record.extend(sign_in.iter().map(String::as_str));
    run(&record);
    run(&["redact", &own, "-o", &redacted]);
    let expected = path("expected.json");
    // No profile: it would name domains that the redacted recording has no longer.
    run(&["replay", &own, "--expect", &expected, "--update"]);
    run(&["replay", &redacted, "--expect", &expected]);

    let names = names(Path::new(&own));
    assert!(names.len() > 500, "{} names are few for a lab", names.len());
    let texts = texts(Path::new(&redacted));
    let left: Vec<_> = names
        .iter()
        .filter(|name| texts.iter().any(|text| text.contains(name.as_str())))
        .collect();
    assert!(left.is_empty(), "still there: {left:?}");
}

/// Names of the original, lower case: of people's accounts and in their addresses, of the domain and
/// its controller. Names without a digit are those that every domain has.
fn names(recording: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::from([DOMAIN.to_lowercase(), SERVER.to_lowercase()]);
    for line in objects(recording).lines() {
        let object: Value = serde_json::from_str(line).unwrap();
        for field in ["sam_account_name", "user_principal_name", "mail"] {
            let text = object[field].as_str().unwrap_or_default().to_lowercase();
            let text = text.trim_end_matches('$');
            let name = text.split('@').next().unwrap_or_default();
            names.insert(name.to_owned());
        }
    }
    let letters = |name: &str| name.chars().filter(|c| c.is_alphabetic()).count();
    let own = |name: &str| name.contains('.') || name.chars().any(|c| c.is_ascii_digit());
    names.retain(|name| letters(name) >= SHORTEST && own(name));
    names
}

/// Everything that a recording holds as text, unpacked and in lower case.
fn texts(recording: &Path) -> Vec<String> {
    let mut texts = vec![objects(recording).to_lowercase()];
    for folder in [recording.to_owned(), recording.join("environment")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(path).unwrap();
                texts.push(String::from_utf8_lossy(&bytes).to_lowercase());
            }
        }
    }
    texts
}

/// The objects' lines.
fn objects(recording: &Path) -> String {
    let packed = std::fs::File::open(recording.join("objects.ndjson.zst")).unwrap();
    let bytes = zstd::decode_all(packed).unwrap();
    String::from_utf8(bytes).unwrap()
}
