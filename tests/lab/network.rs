//! Endpoints in the lab's network: real servers, filters and proxies, and the reason found for each.

mod causes;
mod controller;
mod reasons;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::network::NetworkLab;

/// The lab's network, which has to be up.
fn lab() -> NetworkLab {
    let lab = NetworkLab::of_checkout(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(lab.is_up(), "it is not up: cargo xtask lab network up");
    lab
}

/// What one run found.
struct Found {
    /// The JSON report.
    report: Value,
    /// The endpoints' facts.
    endpoints: Vec<Value>,
}

/// Assesses inside the lab with these options, by way of `wrapper` if there are words in it.
fn assess(lab: &NetworkLab, wrapper: &[&str], options: &[&str]) -> Found {
    let folder = TempDir::new().unwrap();
    // Some runs are another user's.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let (report, recording) = (
        folder.path().join("r.json"),
        folder.path().join("recording"),
    );
    let words = [wrapper, &[env!("CARGO_BIN_EXE_waterline")]].concat();
    let mut command: Command = lab.command(words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    command.args(["assess", "--only", "dns,network", "--fail-on", "never"]);
    command
        .arg("--report")
        .arg(format!("json={}", report.display()));
    command.arg("--record").arg(&recording);
    command.arg("--public-ca-file").arg(lab.public_authority());
    command.arg("--ca-file").arg(lab.public_authority());
    let output = command.args(options).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    let read =
        |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let environment = read(&recording.join("environment/network.json"));
    let endpoints = &environment["known"]["endpoints"]["known"];
    Found {
        report: read(&report),
        endpoints: endpoints.as_array().unwrap().clone(),
    }
}

/// The stage and reason of an endpoint's failure; empty if it was reached.
fn failure(endpoint: &Value) -> String {
    let failure = &endpoint["failure"]["known"];
    match failure.is_null() {
        true => String::new(),
        false => format!(
            "{} {}",
            failure["stage"].as_str().unwrap(),
            failure["reason"].as_str().unwrap()
        ),
    }
}

impl Found {
    /// The endpoint of this id.
    fn endpoint(&self, id: &str) -> &Value {
        let found = self.endpoints.iter().find(|one| one["id"] == id);
        found.unwrap_or_else(|| panic!("there is no endpoint {id}"))
    }

    /// The endpoints that were contacted on this port.
    fn at_port(&self, port: u16) -> Vec<&Value> {
        let contacted = |one: &&Value| one["chosen"] == true && one["testable"] == true;
        let all = self.endpoints.iter().filter(contacted);
        all.filter(|one| one["port"] == port).collect()
    }
}
