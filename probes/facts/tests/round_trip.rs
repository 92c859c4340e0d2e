//! The serde form of the facts: what was recorded reads and writes again as it was, keeps to its
//! schema, and may have fields of a newer minor version.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use serde_json::{Value, json};
use waterline_facts::Environment;

const RECORDED: [&str; 2] = ["lab-domain", "unjoined-machine"];
const PARTS: [&str; 7] = [
    "host",
    "browsers",
    "dns",
    "network",
    "protocols",
    "directory",
    "objects",
];

/// A recorded environment as one document.
fn recorded(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name);
    let read = |file: &str| -> Value {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let mut environment = read("environment.json");
    for part in PARTS {
        environment[part] = read(&format!("environment/{part}.json"));
    }
    environment
}

/// Where a value lost something of an earlier one. Fields that came later are there besides.
fn losses(before: &Value, after: &Value, at: &str, lost: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let own = format!("{at}.{key}");
                losses(value, after.get(key).unwrap_or(&Value::Null), &own, lost);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (number, (before, after)) in before.iter().zip(after).enumerate() {
                losses(before, after, &format!("{at}[{number}]"), lost);
            }
        }
        _ if before != after => lost.push(at.to_owned()),
        _ => {}
    }
}

#[test]
fn recorded_facts_lose_nothing_when_they_are_read_and_written_again() {
    for name in RECORDED {
        let written = recorded(name);
        let facts: Environment = serde_json::from_value(written.clone()).unwrap();
        let again = serde_json::to_value(&facts).unwrap();
        let mut lost = Vec::new();
        losses(&written, &again, name, &mut lost);
        assert!(lost.is_empty(), "{lost:#?}");
        let facts: Environment = serde_json::from_value(again.clone()).unwrap();
        assert_eq!(serde_json::to_value(&facts).unwrap(), again, "{name}");
    }
}

#[test]
fn recorded_facts_keep_to_their_schema() {
    let schema = schemars::schema_for!(Environment).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in RECORDED {
        let written = recorded(name);
        let errors: Vec<_> = validator
            .iter_errors(&written)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn a_schema_that_allows_anything_would_not_pass() {
    let schema = schemars::schema_for!(Environment).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut wrong = recorded(RECORDED[0]);
    wrong["directory"]["known"]["forest"]["level"] = json!({"known": "four"});
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn fields_of_a_newer_minor_version_are_passed_over() {
    let mut newer = recorded(RECORDED[0]);
    let facts: Environment = serde_json::from_value(newer.clone()).unwrap();
    newer["format"]["minor"] = json!(99);
    newer["run"]["weather"] = json!("fair");
    newer["directory"]["known"]["forest"]["trusts"] = json!([]);
    let read: Environment = serde_json::from_value(newer).unwrap();
    assert_eq!(read.directory, facts.directory);
    assert_eq!(read.run, facts.run);
}
