//! Recorded environments: each fixture's replay gives the whole report that stands beside it.
//!
//! `cargo xtask docs` writes the reports anew, to be reviewed like code.

#![allow(clippy::unwrap_used)]

use std::{env, path::Path, path::PathBuf};

use assert_cmd::Command;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn replay(recording: &Path) -> String {
    let mut command = Command::cargo_bin("waterline").unwrap();
    let output = command
        .env_clear()
        .args(["replay", "--report", "json", "--quiet"])
        .arg(recording)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn check(name: &str) {
    let expected = fixtures().join("expected").join(format!("{name}.json"));
    let first = replay(&fixtures().join(name));
    let second = replay(&fixtures().join(name));
    assert!(first == second, "{name}: two replays differ");
    if env::var_os("WATERLINE_DOCS").is_some_and(|wanted| wanted == "write") {
        return fs_err::write(expected, first).unwrap();
    }
    let written = fs_err::read_to_string(&expected).unwrap();
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    let current: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        written, current,
        "{name}: review, then run `cargo xtask docs`"
    );
}

#[test]
fn all_recordings_in_one_call_give_the_verdicts_that_are_expected_of_them() {
    let mut command = Command::cargo_bin("waterline").unwrap();
    command
        .env_clear()
        .current_dir(fixtures())
        .args(["replay", "lab-domain", "unjoined-machine"])
        .args(["--expect", "expected/verdicts.json", "--quiet"]);
    if env::var_os("WATERLINE_DOCS").is_some_and(|wanted| wanted == "write") {
        command.arg("--update");
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}\n{}\nreview, then run `cargo xtask docs`",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn lab_domain_gives_its_report() {
    check("lab-domain");
}

#[test]
fn machine_outside_any_domain_gives_its_report() {
    check("unjoined-machine");
}
