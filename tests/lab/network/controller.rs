//! A domain controller behind a filter: each port tells what stands before it, and so do full packets.

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::network::{CONTROLLER_DOMAIN, NetworkLab};

use super::lab;

/// What a run of the protocols probe alone found and judged.
fn protocols(lab: &NetworkLab) -> (Value, Value) {
    let folder = TempDir::new().unwrap();
    let (report, recording) = (
        folder.path().join("report.json"),
        folder.path().join("recording"),
    );
    let mut command = lab.command(env!("CARGO_BIN_EXE_waterline"));
    command.args(["assess", "--only", "protocols", "--fail-on", "never"]);
    command.args(["--domain", CONTROLLER_DOMAIN, "--role", "connect-server"]);
    command.args(["--resolver", "127.0.0.1", "--proxy", "none"]);
    command
        .arg("--report")
        .arg(format!("json={}", report.display()));
    let output = command.arg("--record").arg(&recording).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let read = |path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let facts: Value = read(recording.join("environment/protocols.json"));
    (facts["known"].clone(), read(report))
}

fn verdict(report: &Value, rule: &str) -> String {
    let rules = report["rules"].as_array().unwrap();
    let found = rules.iter().find(|one| one["id"] == rule).unwrap();
    found["verdict"].as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs the lab's network"]
fn filter_before_a_controller_is_told_port_by_port() {
    let (facts, report) = protocols(&lab());
    let controller = &facts["controllers"]["known"][0];
    let ports = controller["ports"].as_array().unwrap();
    let state = |service: &str, transport: &str| {
        let mut fits = ports.iter();
        let found = fits.find(|one| one["service"] == service && one["transport"] == transport);
        found.unwrap()["state"]["known"].clone()
    };
    for (service, transport, expected) in [
        ("ldap", "tcp", "filtered"),
        ("ldap", "udp", "filtered"),
        ("kerberos", "tcp", "filtered"),
        ("smb", "tcp", "refused"),
        ("ldaps", "tcp", "open"),
    ] {
        assert_eq!(state(service, transport), expected, "{service} {transport}");
    }
    assert_eq!(verdict(&report, "controller-port-closed"), "not-met");
}

#[test]
#[ignore = "needs the lab's network"]
fn way_that_drops_full_packets_is_found_and_the_sound_one_beside_it() {
    let (facts, report) = protocols(&lab());
    let greeted = facts["large_packets"]["known"].as_array().unwrap();
    let large = |host: &str| {
        let found = greeted.iter().find(|one| one["host"] == host).unwrap();
        assert_eq!(found["small"]["known"], true, "{found}");
        found["large"]["known"].clone()
    };
    assert_eq!(large(&format!("dc1.{CONTROLLER_DOMAIN}")), false);
    assert_eq!(large("login.microsoftonline.com"), true);
    assert_eq!(verdict(&report, "path-drops-large-packets"), "not-met");
}
