//! The log against the schema of its standard, and what each verdict becomes.

use serde_json::Value;

use super::{form::Message, render};
use crate::{
    report::{Report, fixture},
    testing::environment,
};

fn log() -> Value {
    let (environment, assessment) = (environment(), fixture::assessment());
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        profile: &fixture::profile(),
        tool_version: "0.1.0",
        damage: &[],
        catalog: None,
        changes: None,
    };
    let mut out = Vec::new();
    render(&report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn results(kind: &str) -> Vec<Value> {
    let log = log();
    let all = log["runs"][0]["results"].as_array().unwrap().iter();
    all.filter(|result| result["kind"] == kind)
        .cloned()
        .collect()
}

#[test]
fn log_is_valid_by_the_schema_of_the_standard() {
    let schema = include_str!("../../../tests/schemas/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // Its pattern is no expression of ECMA 262, and nothing here has a language.
    for part in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][part]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let log = log();
    let errors: Vec<String> = validator
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, [""; 0]);
    let mut wrong = log;
    wrong["runs"][0]["results"][0]["kind"] = "failed".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn what_was_not_assessed_is_open_and_never_silent() {
    let open = results("open");
    let ids: Vec<&Value> = open.iter().map(|result| &result["ruleId"]).collect();
    assert_eq!(
        ids,
        ["directory-sync-accounts", "intune-endpoint-unreachable"]
    );
    assert!(open.iter().all(|result| result["level"] == "none"));
    let text = open[1]["message"]["text"].as_str().unwrap();
    assert!(text.contains("the budget of 120 s was spent"), "{text}");
    assert_eq!(results("pass").len(), 1);
    assert_eq!(results("notApplicable").len(), 1);
}

#[test]
fn a_waiver_is_a_suppression_with_its_reason() {
    let failed = results("fail");
    let suppressed = |result: &&Value| result["suppressions"] != serde_json::json!([]);
    let suppressed: Vec<&Value> = failed.iter().filter(suppressed).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["ruleId"], "dns-resolver-dead");
    let why = suppressed[0]["suppressions"][0]["justification"].as_str();
    let why = why.unwrap();
    assert!(why.starts_with("accepted by network-admin until 2027-03-31: it is replaced"));
}

#[test]
fn index_of_a_rule_leads_to_it() {
    let log = log();
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap();
        let rule = &rules[usize::try_from(index).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn no_name_becomes_a_link_or_a_placeholder() {
    let message = Message::of("CN=[x](http://evil.example) {0}");
    let message = serde_json::to_value(message).unwrap();
    assert_eq!(message["text"], "CN=[x\\](http://evil.example) {{0}}");
}
