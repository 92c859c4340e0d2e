//! What is planted is found, whichever way the directory is entered.

use serde_json::Value;
use xtask::lab::SERVER;
use xtask::lab::content::Expectation;

use super::harness::{Assessment, assess_directory, kerberos, lab, ldaps, planted, simple};

/// Longest run that the lab's few hundred objects excuse, in milliseconds.
const LONGEST_MS: u64 = 10_000;

fn finds_what_is_planted(found: &Assessment) {
    let planted = planted(&lab());
    let wrong: Vec<_> = planted
        .checks
        .iter()
        .map(|(rule, count)| (rule, vec![*count as u64], affected(found, rule)))
        .filter(|(_, wanted, got)| wanted != got)
        .collect();
    assert!(
        wrong.is_empty(),
        "rule, planted, found: {wrong:?}; {}",
        found.messages
    );
    let not_met = found.rules("not-met");
    let faults = planted
        .faults
        .iter()
        .filter(|fault| fault.expectation == Expectation::Fault);
    let missed: Vec<_> = faults
        .filter(|fault| !not_met.contains(fault.rule.as_str()))
        .collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

fn affected(found: &Assessment, rule: &str) -> Vec<u64> {
    let findings = found.findings_of(rule);
    findings
        .iter()
        .map(|finding| finding["affected"].as_u64().unwrap())
        .collect()
}

/// The findings without what is measured anew by each run.
fn findings(found: &Assessment) -> Vec<Value> {
    let findings = found.report["findings"].as_array().unwrap().iter();
    findings.cloned().map(without_measurements).collect()
}

fn without_measurements(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| name != "clock_offset_ms")
            .map(|(name, value)| (name, without_measurements(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(without_measurements).collect(),
        plain => plain,
    }
}

fn ends_soon_and_not_ready(found: &Assessment) {
    assert_eq!(found.exit, Some(3), "{}", found.messages);
    assert!(
        found.took_ms() < LONGEST_MS,
        "the run took {} ms",
        found.took_ms()
    );
    assert_eq!(found.probe("directory")["outcome"], "completed");
}

#[test]
#[ignore = "needs the lab"]
fn kerberos_run_finds_every_planted_fault_within_ten_seconds() {
    let found = assess_directory(&lab(), &kerberos(&format!("ldap://{SERVER}")));
    ends_soon_and_not_ready(&found);
    finds_what_is_planted(&found);
}

#[test]
#[ignore = "needs the lab"]
fn controller_is_found_by_dns_where_none_is_named() {
    let options = ["--auth", "kerberos"].map(str::to_owned);
    let found = assess_directory(&lab(), &options);
    ends_soon_and_not_ready(&found);
    finds_what_is_planted(&found);
}

#[test]
#[ignore = "needs the lab"]
fn simple_bind_over_tls_finds_the_same_as_kerberos() {
    let lab = lab();
    let by_kerberos = assess_directory(&lab, &kerberos(&format!("ldap://{SERVER}")));
    let by_password = assess_directory(&lab, &simple(&lab, &ldaps()));
    ends_soon_and_not_ready(&by_password);
    finds_what_is_planted(&by_password);
    assert_eq!(by_password.directory(), by_kerberos.directory());
    assert_eq!(findings(&by_password), findings(&by_kerberos));
    assert_eq!(by_password.rules("met"), by_kerberos.rules("met"));
}

#[test]
#[ignore = "needs the lab"]
fn every_object_is_counted() {
    let lab = lab();
    let added = planted(&lab).added;
    let found = assess_directory(&lab, &simple(&lab, &ldaps()));
    // A new domain brings contacts and computers of its own: none, and the controller.
    assert_eq!(found.directory()["contacts"], added["contacts"]);
    assert_eq!(found.directory()["computers"], added["computers"] + 1);
    assert!(found.directory()["users"].as_u64().unwrap() > added["users"] as u64);
}
