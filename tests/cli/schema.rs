//! `waterline schema`: each format keeps to its schema.

use serde_json::Value;

use crate::support::{LOCAL, Sandbox};

fn schema(sandbox: &Sandbox, format: &str) -> Value {
    let ended = sandbox.run(&["schema", format]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.json()
}

fn assert_valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(instance)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn a_report_and_a_recording_keep_to_their_schemas() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&[
        "assess",
        "--only",
        LOCAL,
        "--record",
        "recording",
        "--report",
        "json",
    ]);
    assert_valid(&schema(&sandbox, "report"), &ended.json());
    let manifest = fs_err::read_to_string(sandbox.path("recording/manifest.json")).unwrap();
    assert_valid(
        &schema(&sandbox, "recording"),
        &serde_json::from_str(&manifest).unwrap(),
    );
}

#[test]
fn profile_and_rule_have_schemas_that_name_their_keys() {
    let sandbox = Sandbox::new();
    assert!(schema(&sandbox, "profile")["properties"]["waivers"].is_object());
    assert!(schema(&sandbox, "rule")["properties"]["needs"].is_object());
    assert!(schema(&sandbox, "facts")["properties"]["directory"].is_object());
}
