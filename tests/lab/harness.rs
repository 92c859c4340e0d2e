//! Runs the program inside the lab and reads what it reported.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::content::Planted;
use xtask::lab::{DOMAIN, Lab, SERVER, State, reader};

/// The targets to which the planted faults matter.
pub const PROFILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/profile.yaml");

/// Probes only the directory; everything else is unknown then, and no rule about it can be met.
pub const DIRECTORY: [&str; 6] = [
    "--only",
    "directory",
    "--domain",
    DOMAIN,
    "--profile",
    PROFILE,
];

/// The lab, which has to be up.
pub fn lab() -> Lab {
    let lab = Lab::of_checkout(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let up = matches!(lab.state(), State::Up(_));
    assert!(up, "the lab is not up: cargo xtask lab up");
    lab
}

/// What is planted in it.
pub fn planted(lab: &Lab) -> Planted {
    let text = std::fs::read_to_string(lab.folder().join("planted.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Assesses with these options, the program run by another one and changed by the caller.
pub fn assess_by(
    lab: &Lab,
    wrapper: &[&str],
    options: &[String],
    change: impl FnOnce(&mut Command),
) -> Assessment {
    let words = [wrapper, &[env!("CARGO_BIN_EXE_waterline")]].concat();
    let mut command = lab.command(words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    change(&mut command);
    assess_with(command, options)
}

/// Runs the program inside the lab.
pub fn waterline(lab: &Lab, arguments: &[&str]) -> Output {
    command(lab, arguments).output().unwrap()
}

/// The program, to be run inside the lab.
pub fn command(lab: &Lab, arguments: &[&str]) -> Command {
    let mut command = lab.command(env!("CARGO_BIN_EXE_waterline"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Options of a sign-in by Kerberos to this server.
pub fn kerberos(server: &str) -> Vec<String> {
    ["--auth", "kerberos", "--server", server]
        .map(str::to_owned)
        .to_vec()
}

/// Options of a simple bind over TLS to this server, as the reader.
pub fn simple(lab: &Lab, server: &str) -> Vec<String> {
    let file = |name: &str| lab.folder().join(name).display().to_string();
    let bind = ["--auth", "simple", "--bind-dn", &reader::dn()].map(str::to_owned);
    let files = [
        "--password-file".to_owned(),
        file("reader.password"),
        "--ca-file".to_owned(),
        file("ca.pem"),
    ];
    let server = ["--server".to_owned(), server.to_owned()];
    bind.into_iter().chain(files).chain(server).collect()
}

/// The controller's LDAP over TLS.
pub fn ldaps() -> String {
    format!("ldaps://{SERVER}")
}

/// One assessment: exit code and report.
pub struct Assessment {
    /// The program's exit code.
    pub exit: Option<i32>,
    /// The JSON report.
    pub report: Value,
    /// What it wrote to standard error.
    pub messages: String,
}

/// Assesses with these options; the report has to come whatever became of the probes.
pub fn assess(lab: &Lab, options: &[String]) -> Assessment {
    assess_with(command(lab, &[]), options)
}

fn assess_with(mut command: Command, options: &[String]) -> Assessment {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.json");
    let target = format!("json={}", path.display());
    command.args(["assess", "--budget", "60", "--report", &target]);
    let output = command.args(options).output().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("no report ({error}); the program said: {messages}"));
    Assessment {
        exit: output.status.code(),
        report: serde_json::from_str(&text).unwrap(),
        messages,
    }
}

/// Assesses the directory alone.
pub fn assess_directory(lab: &Lab, options: &[String]) -> Assessment {
    let options: Vec<_> = DIRECTORY
        .map(str::to_owned)
        .into_iter()
        .chain(options.iter().cloned())
        .collect();
    assess(lab, &options)
}

impl Assessment {
    /// Ids of the rules with this verdict.
    pub fn rules(&self, verdict: &str) -> BTreeSet<&str> {
        let rules = self.report["rules"].as_array().unwrap().iter();
        let such = rules.filter(|rule| rule["verdict"] == verdict);
        such.map(|rule| rule["id"].as_str().unwrap()).collect()
    }

    /// Findings of this rule.
    pub fn findings_of(&self, rule: &str) -> Vec<&Value> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        findings.filter(|finding| finding["rule"] == rule).collect()
    }

    /// The directory's part of the inventory; null if it was not read at all.
    pub fn directory(&self) -> &Value {
        &self.report["inventory"]["directory"]
    }

    /// The probe's own record in the report.
    pub fn probe(&self, id: &str) -> &Value {
        let mut probes = self.report["run"]["probes"].as_array().unwrap().iter();
        probes.find(|probe| probe["id"] == id).unwrap()
    }

    /// How long the run took by its own record, in milliseconds.
    pub fn took_ms(&self) -> u64 {
        self.report["run"]["took_ms"].as_u64().unwrap()
    }
}
