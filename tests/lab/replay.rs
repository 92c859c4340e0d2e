//! A recording of the lab gives the run's own report again, byte for byte.

use std::fs;

use tempfile::TempDir;

use super::harness::{DIRECTORY, PROFILE, lab, ldaps, simple, waterline};

#[test]
#[ignore = "needs the lab"]
fn replay_gives_the_bytes_of_the_run_every_time() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let report = |name: &str| format!("json={}", path(name));
    let (recording, sign_in) = (path("recording"), simple(&lab, &ldaps()));
    let run = report("run.json");
    let mut assess = vec!["assess", "--record", &recording, "--report", &run];
    assess.extend(DIRECTORY);
    assess.extend(sign_in.iter().map(String::as_str));
    let output = waterline(&lab, &assess);
    assert_eq!(
        output.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for name in ["first.json", "second.json"] {
        let report = report(name);
        let replay = [
            "replay",
            &recording,
            "--profile",
            PROFILE,
            "--report",
            &report,
        ];
        let output = waterline(&lab, &replay);
        assert_eq!(
            output.status.code(),
            Some(3),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let read = |name: &str| fs::read(path(name)).unwrap();
    assert!(
        read("first.json") == read("second.json"),
        "two replays differ"
    );
    assert!(
        read("run.json") == read("first.json"),
        "the replay differs from the run"
    );
}

#[test]
#[ignore = "needs the lab"]
fn recording_holds_no_password() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let recording = folder.path().join("recording").display().to_string();
    let sign_in = simple(&lab, &ldaps());
    let mut record = vec!["record", &recording];
    record.extend(DIRECTORY);
    record.extend(sign_in.iter().map(String::as_str));
    let output = waterline(&lab, &record);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let password = fs::read_to_string(lab.folder().join("reader.password")).unwrap();
    let found = grep(folder.path(), password.as_bytes());
    assert!(found.is_empty(), "the password is in {found:?}");
}

/// Files below `folder` that hold these bytes; compressed parts are read as they are, so this
/// tells of plain text alone.
fn grep(folder: &std::path::Path, bytes: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(grep(&path, bytes));
        } else if fs::read(&path)
            .unwrap()
            .windows(bytes.len())
            .any(|window| window == bytes)
        {
            found.push(path);
        }
    }
    found
}
