//! Reports read by tools that others wrote: Python's csv, junitparser and icalendar, and xmllint.
//!
//! Ignored by default, as they need Debian's packages `python3-icalendar`, `python3-junitparser` and
//! `libxml2-utils`: `cargo xtask test` installs these and runs them. SARIF is held against the schema
//! of its standard by a unit test, which needs no package.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong around the reports fails the test"
)]

use std::{path::Path, process::Command};

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

/// A start in the profile gives the plan dates.
const PROFILE: &str = "organisation: '=Example, \"Works\" <b>'\nschedule: {start: 2026-12-01}\n";

/// Writes the usual set of the recorded lab domain into this folder.
fn write_reports(folder: &Path) {
    let profile = folder.join("profile.yaml");
    fs_err::write(&profile, PROFILE).unwrap();
    let mut program = Command::cargo_bin("waterline").unwrap();
    let ended = program
        .env_clear()
        .args(["replay", "--quiet", "--fail-on", "never", "--profile"])
        .arg(&profile)
        .arg("--out")
        .arg(folder)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lab-domain"))
        .status()
        .unwrap();
    assert!(ended.success());
}

/// What others read in the reports of this folder.
fn read(folder: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/read.py");
    // Debian's packages are for Debian's own Python.
    let output = Command::new("/usr/bin/python3")
        .args([&script, folder])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
#[ignore = "needs python3-icalendar, python3-junitparser and libxml2-utils: cargo xtask test"]
fn others_read_the_same_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    write_reports(folder.path());
    let told = read(folder.path());
    let report = fs_err::read_to_string(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let ids = |list: &Value, name: &str| -> Vec<Value> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one[name].clone()).collect()
    };
    assert_eq!(
        told["findings"],
        Value::from(ids(&report["findings"], "key"))
    );
    assert_eq!(
        told["tasks"],
        Value::from(ids(&report["plan"]["tasks"], "id"))
    );
    let rules = report["rules"].as_array().unwrap();
    for rule in rules {
        let verdict = rule["verdict"].as_str().unwrap().replace('-', " ");
        assert_eq!(told["rules"][rule["id"].as_str().unwrap()], verdict);
    }
    assert_eq!(told["suites"]["rules"][0], rules.len());
    let targets = report["targets"].as_array().unwrap();
    assert_eq!(told["suites"]["targets"][0], targets.len());
    let waves = report["plan"]["waves"].as_array().unwrap();
    assert_eq!(told["calls"].as_array().unwrap().len(), waves.len());
}

#[test]
#[ignore = "needs python3-icalendar, python3-junitparser and libxml2-utils: cargo xtask test"]
fn junit_is_well_formed_xml() {
    let folder = tempfile::tempdir().unwrap();
    write_reports(folder.path());
    let ended = Command::new("xmllint")
        .args(["--noout", "--nonet"])
        .arg(folder.path().join("junit.xml"))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && error.is_empty(), "{error}");
}
