//! What a run did not ask is not assessed, whatever it is judged for: never met, never passed over.

use std::time::Duration;

use serde_json::Value;

use crate::{
    fake::{endpoints, resolver, serve},
    support::Sandbox,
};

const NETWORK: [&str; 8] = [
    "--only",
    "network",
    "--catalog",
    "own.yaml",
    "--proxy",
    "none",
    "--report",
    "json",
];

/// A sandbox with a file of one endpoint that can be reached.
fn sandbox(targets: &str, roles: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let port = serve(Duration::ZERO);
    sandbox.file("own.yaml", endpoints(targets, roles, &[port]));
    sandbox
}

fn assess(sandbox: &Sandbox, further: &[&str]) -> Value {
    sandbox
        .run(&[&["assess"], &NETWORK[..], further].concat())
        .json()
}

/// Records with one profile and judges with another.
fn replay(sandbox: &Sandbox, recorded: &str, judged: &str, probing: &[&str]) -> Value {
    sandbox.file("recorded.yaml", recorded);
    sandbox.file("judged.yaml", judged);
    let record = ["record", "recording", "--profile", "recorded.yaml"];
    let ended = sandbox.run(&[&record, probing].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let judge = ["replay", "recording", "--profile", "judged.yaml"];
    let ended = sandbox.run(&[&judge[..], &["--report", "json"]].concat());
    ended.json()
}

/// Panics unless the rule is not assessed for this reason.
#[track_caller]
fn unassessed(report: &Value, rule: &str, reason: &str) {
    let rules = report["rules"].as_array().unwrap();
    let result = rules.iter().find(|result| result["id"] == rule).unwrap();
    assert_eq!(result["verdict"], "not-assessed", "{result}");
    let told = result["reason"].as_str().unwrap();
    assert!(told.contains(reason), "{told}");
}

#[test]
fn endpoints_that_a_file_does_not_have_are_not_taken_for_reached() {
    let report = assess(&sandbox("core", "device"), &[]);
    let reason = "the catalogue that this run used does not have it";
    for rule in [
        "core-endpoint-unreachable",
        "intune-endpoint-unreachable",
        "sync-endpoint-unreachable",
        "co-management-endpoint-unreachable",
    ] {
        unassessed(&report, rule, reason);
    }
    for target in report["targets"].as_array().unwrap() {
        assert_ne!(target["readiness"], "ready", "{target}");
    }
    let counted = &report["inventory"]["endpoints"];
    assert_eq!(counted["reachable"], 1, "{counted}");
    assert_eq!(counted["not_assessed"], 0, "{counted}");
    assert!(counted["not_probed"].as_u64().unwrap() > 50, "{counted}");
}

#[test]
fn endpoints_of_other_roles_are_not_assessed_and_not_contacted() {
    let sandbox = sandbox("core", "connect-server");
    let report = assess(&sandbox, &["--role", "user"]);
    let reason = "only a connect-server contacts it; this run stood for user";
    unassessed(&report, "core-endpoint-unreachable", reason);
    let whole = report["inventory"]["endpoints"].clone();
    assert_eq!(whole["reachable"], 0, "{whole}");
    let dry = [&["assess", "--role", "user"], &NETWORK[..6], &["--dry-run"]].concat();
    let ended = sandbox.run(&dry);
    let nobody = "This run would contact nobody.\n";
    assert_eq!((ended.code, ended.stdout.as_str()), (0, nobody));
}

#[test]
fn another_target_in_a_replay_is_not_assessed() {
    let report = replay(
        &sandbox("core", "device"),
        "targets: [core]",
        "targets: [intune]",
        &NETWORK[..6],
    );
    let reason = "none of its targets was chosen in this run: co-management, intune";
    unassessed(&report, "intune-push-unreachable", reason);
}

#[test]
fn another_cloud_in_a_replay_is_not_assessed() {
    let report = replay(
        &sandbox("core", "device"),
        "targets: [core]",
        "{targets: [core], cloud: china}",
        &NETWORK[..6],
    );
    let reason = "the run contacted endpoints of cloud commercial, and the profile names china";
    unassessed(&report, "core-endpoint-unreachable", reason);
    unassessed(&report, "core-endpoint-tls-inspected", reason);
}

#[test]
fn further_domains_in_a_replay_are_not_assessed() {
    let resolver = resolver();
    let dns = ["--only", "dns", "--resolver", &resolver];
    let recorded = "domains: [a.example]";
    let same = replay(&Sandbox::new(), recorded, "domains: [A.EXAMPLE.]", &dns);
    let rules = same["rules"].as_array().unwrap();
    let delegation = rules.iter().find(|r| r["id"] == "dns-domain-not-public");
    assert_eq!(delegation.unwrap()["verdict"], "not-met", "{delegation:?}");
    let further = "domains: [B.example, a.example]";
    let report = replay(&Sandbox::new(), recorded, further, &dns);
    let reason = "the run did not ask for records of b.example";
    unassessed(&report, "dns-domain-not-public", reason);
    let other = "{domains: [a.example], cloud: china}";
    let report = replay(&Sandbox::new(), recorded, other, &dns);
    let reason = "the run asked for records of cloud commercial, and the profile names china";
    unassessed(&report, "dns-msoid-record-missing", reason);
}
