//! Probes run beside each other: a run takes as long as its slowest probe, by its own record.

use std::time::Duration;

use serde_json::Value;

use crate::{
    fake::{endpoints, serve},
    support::Sandbox,
};

const SLOW: Duration = Duration::from_secs(2);

fn took(of: &Value) -> u64 {
    of["took_ms"].as_u64().unwrap()
}

#[test]
fn a_run_takes_no_longer_than_its_slowest_probe_and_a_tenth() {
    let sandbox = Sandbox::new();
    let ports = [serve(SLOW), serve(SLOW), serve(SLOW)];
    sandbox.file("slow.yaml", endpoints("core", "device", &ports));
    let server = format!("ldap://127.0.0.1:{}", serve(SLOW));
    let directory = ["--domain", "example.test", "--server", &server];
    let arguments = [
        &["assess", "--only", "host,browsers,network,directory"][..],
        &["--catalog", "slow.yaml", "--proxy", "none"],
        &directory,
        &["--auth", "anonymous", "--report", "json"],
    ];
    let ended = sandbox.run(&arguments.concat());
    let report = ended.json();
    let probes = report["run"]["probes"].as_array().unwrap();
    let slow = u64::try_from(SLOW.as_millis()).unwrap();
    for probe in probes {
        let waits = probe["id"] == "network" || probe["id"] == "directory";
        assert!(!waits || took(probe) >= slow, "{probe}");
    }
    let slowest = probes.iter().map(took).max().unwrap();
    let whole = took(&report["run"]);
    assert!(
        whole * 10 <= slowest * 11,
        "{whole} ms for a slowest probe of {slowest} ms: {probes:?}"
    );
    assert_eq!(report["inventory"]["endpoints"]["reachable"], 3);
}
