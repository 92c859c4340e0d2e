//! The worlds of `fixtures/worlds`: probed for real, judged, and their one cause found.

#![allow(clippy::unwrap_used, reason = "tests")]
#![cfg(target_os = "linux")]

mod refused;
mod verdicts;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The day of every verdict here, so that ends of servicing do not change them.
const DAY: &str = "2026-11-23";

/// A file of the worlds.
fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/worlds");
    folder.join(name)
}

/// The program with these arguments in an empty environment.
fn waterline(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("waterline").unwrap();
    let home = tempfile::tempdir().unwrap();
    command.env_clear().env("HOME", home.path());
    command.args(arguments).output().unwrap()
}

/// The report on a world with the profile of its name.
fn assess(name: &str) -> Report {
    let world = file(&format!("{name}.yaml")).display().to_string();
    let profile = file(&format!("profiles/{name}.yaml")).display().to_string();
    let options = [
        "assess",
        "--quiet",
        "--world",
        &world,
        "--profile",
        &profile,
    ];
    let report = ["--as-of", DAY, "--fail-on", "never", "--report", "json"];
    let output = waterline(&[&options[..], &report].concat());
    let messages = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{messages}");
    Report(serde_json::from_slice(&output.stdout).unwrap())
}

/// A JSON report.
struct Report(Value);

impl Report {
    fn list(&self, name: &str) -> &[Value] {
        self.0[name].as_array().unwrap()
    }

    /// The readiness of a target.
    fn readiness(&self, target: &str) -> &str {
        let found = self.list("targets").iter().find(|one| one["id"] == target);
        found.unwrap()["readiness"].as_str().unwrap()
    }

    /// The verdict of a rule.
    fn verdict(&self, rule: &str) -> &str {
        let found = self.list("rules").iter().find(|one| one["id"] == rule);
        let found = found.unwrap_or_else(|| panic!("there is no rule {rule}"));
        found["verdict"].as_str().unwrap()
    }

    /// The rules with a verdict.
    fn rules(&self, verdict: &str) -> Vec<&str> {
        let such = self.list("rules").iter();
        let such = such.filter(|one| one["verdict"] == verdict);
        such.map(|one| one["id"].as_str().unwrap()).collect()
    }

    /// The findings of a rule.
    fn findings(&self, rule: &str) -> Vec<&Value> {
        let all = self.list("findings").iter();
        all.filter(|one| one["rule"] == rule).collect()
    }
}
