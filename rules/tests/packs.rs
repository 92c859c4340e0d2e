//! The embedded packs load, and every example of every rule has its verdict.

#![allow(clippy::unwrap_used)]

mod common;

use serde_json::json;
use waterline_rules::{Packs, Verdict, facts::FactView, judge::Judge};

#[test]
fn the_embedded_packs_load() {
    if let Err(faults) = Packs::read(&Packs::embedded_sources()) {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{} faults\n{}", faults.len(), faults.join("\n"));
    }
}

#[test]
fn every_example_of_a_rule_has_its_verdict() {
    let (packs, _) = Packs::read_sound(&Packs::embedded_sources());
    let results = packs.test_cases();
    let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
    let (rules, cases) = (results.rules, results.cases);
    assert!(
        failures.is_empty(),
        "of {cases} cases of {rules} rules:\n{}",
        failures.join("\n")
    );
}

/// The examples of every rule, with one fact after the other taken away.
#[test]
fn no_rule_gives_another_verdict_than_not_assessed_when_a_fact_is_lost() {
    let (packs, _) = Packs::read_sound(&Packs::embedded_sources());
    let mut tried = 0;
    for rule in packs.compiled() {
        for case in &rule.cases {
            let mut places = Vec::new();
            common::learned(&case.facts, "", &mut places);
            for place in places {
                let mut less = case.facts.clone();
                *less.pointer_mut(&place).unwrap() = json!({"unknown": {"reason": "denied"}});
                let view = FactView::of(&less, &case.profile, case.as_of);
                let verdict = Judge::new(view, &case.profile).judge(rule).verdict;
                let (id, name) = (&rule.rule.id.value, &case.name);
                let sound = verdict == case.expect || verdict == Verdict::NotAssessed;
                assert!(sound, "{id}, case '{name}': {verdict} without {place}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried} facts were taken away");
}
