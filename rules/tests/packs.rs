//! The embedded packs load, and every example of every rule has its verdict.

#![allow(clippy::unwrap_used)]

mod common;

use regex::Regex;
use serde_json::json;
use waterline_rules::{Packs, Verdict, compile::Compiled, facts::FactView, judge::Judge};

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
                let verdict = Judge::new(&view, &case.profile).judge(rule).verdict;
                let (id, name) = (&rule.rule.id.value, &case.name);
                let sound = verdict == case.expect || verdict == Verdict::NotAssessed;
                assert!(sound, "{id}, case '{name}': {verdict} without {place}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried} facts were taken away");
}

/// What the program judges by is made by the build from what people wrote.
#[test]
fn the_prepared_packs_say_what_the_written_ones_say() {
    let written = Packs::read(&Packs::embedded_sources()).unwrap();
    let prepared = Packs::read(&Packs::prepared_sources()).unwrap();
    let places = Regex::new(r"Location \{[^{}]*(\{[^{}]*\}[^{}]*)*\}").unwrap();
    let plain = |rule: &Compiled| {
        let mut rule = rule.rule.clone();
        rule.cases.clear();
        places.replace_all(&format!("{rule:#?}"), "").into_owned()
    };
    assert_eq!(written.compiled().len(), prepared.compiled().len());
    for (written, prepared) in written.compiled().iter().zip(prepared.compiled()) {
        assert!(!written.cases.is_empty() && prepared.cases.is_empty());
        assert_eq!(plain(written), plain(prepared));
        assert_eq!(written.pass.reads, prepared.pass.reads);
    }
    let rest = |packs: &Packs| {
        let (targets, questions) = (packs.targets(), packs.questions());
        let text = format!("{targets:#?} {questions:#?} {:#?}", packs.disagreements());
        places.replace_all(&text, "").into_owned()
    };
    assert_eq!(rest(&written), rest(&prepared));
}
