//! From facts and a profile to the assessment, over one small rule.

#![allow(clippy::unwrap_used)]

mod common;

use common::{facts, sound};
use jiff::civil::date;
use serde_json::json;
use waterline_rules::{Packs, Profile, Readiness, Verdict, source::Source};

const RULE: &str = "needs: [directory.forest.level]\n\
     pass: directory.forest.level >= params.min_level || profile.attested.exempt\n\
     params: {min_level: 4, share: 0.5}\n\
     bounds: {min_level: {min: 2, max: 7}}\n\
     affected: 'params.share > 0.1 ? 7 : 1'";

/// An environment with these facts, by path.
fn environment(plain: &serde_json::Value) -> waterline_facts::Environment {
    let mut form = facts(plain);
    form["format"] = json!({"major": 1, "minor": 0});
    form["run"] = json!({
        "tool_version": "0.1.0", "started": "2026-11-23T23:59:59Z", "took_ms": 1, "budget_s": 120,
        "rights": {"account": {"absent": true}, "elevated": {"known": false}},
        "interrupted": false, "probes": [],
    });
    let directory = json!({
        "domain": {"absent": true}, "connection": {"absent": true}, "controllers": {"absent": true},
        "domains": {"absent": true}, "computers": {"absent": true},
    });
    let unknown = json!({"unknown": {"reason": "not-run"}});
    let level = form.pointer("/directory/known/forest/level").cloned();
    if level.is_none() {
        return serde_json::from_value(form).unwrap();
    }
    let mut forest =
        serde_json::to_value(waterline_facts::directory::ForestFacts::default()).unwrap();
    forest["level"] = level.unwrap_or(unknown);
    let mut whole = serde_json::to_value(waterline_facts::DirectoryFacts::default()).unwrap();
    whole["forest"] = forest;
    whole
        .as_object_mut()
        .unwrap()
        .extend(directory.as_object().unwrap().clone());
    form["directory"] = json!({"known": whole});
    serde_json::from_value(form).unwrap()
}

fn profile(text: &str) -> Profile {
    Profile::read(&Source::new("profile.yaml", text)).unwrap()
}

#[test]
fn the_day_of_judging_is_that_of_the_run_unless_another_is_given() {
    let packs = sound(RULE);
    let environment = environment(&json!({}));
    let day = |as_of| {
        packs
            .assess(&environment, &Profile::default(), as_of)
            .unwrap()
            .as_of
    };
    assert_eq!(day(None), date(2026, 11, 23));
    assert_eq!(day(Some(date(2027, 1, 1))), date(2027, 1, 1));
}

#[test]
fn a_fact_that_is_low_is_a_finding_with_a_task() {
    let packs = sound(RULE);
    let environment = environment(&json!({"directory.forest.level": 3}));
    let profile = profile("attested: {exempt: false, exempted: true}");
    let assessment = packs.assess(&environment, &profile, None).unwrap();
    assert_eq!(assessment.targets[0].readiness, Readiness::NotReady);
    assert_eq!(assessment.findings[0].affected, 7);
    assert_eq!(assessment.plan.tasks[0].clears, ["probe"]);
    let notice = "The profile answers `exempted`, which no rule asks; did you mean `exempt`?";
    assert_eq!(assessment.notices, [notice]);
    let again = packs.assess(&environment, &profile, None).unwrap();
    assert_eq!(assessment, again);
}

#[test]
fn a_threshold_is_set_within_the_bounds_of_its_rule_and_said() {
    let packs = sound(RULE);
    let environment = environment(&json!({"directory.forest.level": 3}));
    let with = |level: &str| {
        let text = format!("attested: {{exempt: false}}\nparameters: {{probe: {{{level}}}}}");
        packs.assess(&environment, &profile(&text), None)
    };
    let lower = with("min_level: 3").unwrap();
    assert_eq!(lower.rules[0].verdict, Verdict::Met);
    let notice = "rule `probe` is judged with min_level 3 in place of 4, as the profile says";
    assert_eq!(lower.notices, [notice]);
    for (level, message) in [
        ("min_level: 1", "may be from 2 to 7, not 1"),
        ("min_level: 8", "may be from 2 to 7, not 8"),
        ("share: 0.1", "`share` of rule `probe` is fixed"),
    ] {
        let refused = with(level).unwrap_err().to_string();
        assert!(refused.contains(message), "{level}: {refused}");
    }
}

#[test]
fn an_open_question_becomes_a_task_of_whoever_knows_the_answer() {
    let packs = sound(RULE);
    let environment = environment(&json!({"directory.forest.level": 3}));
    let assess = |text: &str| packs.assess(&environment, &profile(text), None).unwrap();
    let open = assess("");
    assert_eq!(open.rules[0].verdict, Verdict::NotAssessed);
    let task = &open.plan.tasks[0];
    assert_eq!(
        (task.id.as_str(), task.owner.as_str()),
        ("confirm-exempt", "ops")
    );
    assert_eq!(task.clears, ["probe"]);
    assert_eq!(task.unblocks, ["core"]);
    assert!(
        task.steps.iter().any(|step| step.contains("`exempt: …`")),
        "{task:?}"
    );
    let answered = assess("attested: {exempt: false}");
    assert!(
        answered
            .plan
            .tasks
            .iter()
            .all(|task| task.id != "confirm-exempt")
    );
}

#[test]
fn a_waiver_of_what_can_never_be_waived_is_refused_in_its_place() {
    let packs = sound(&format!("{RULE}\nnever_waivable: true"));
    let text = "waivers:\n- {finding: probe, reason: r, owner: o, expires: 2030-01-01}\n";
    let faults = packs
        .read_profile(&Source::new("profile.yaml", text))
        .unwrap_err();
    insta::assert_snapshot!(faults[0], @r"
    profile.yaml:2:13: no waiver can accept `probe`: nothing works while it is not met
      |
    2 | - {finding: probe, reason: r, owner: o, expires: 2030-01-01}
      |             ^
    ");
}

#[test]
fn an_environment_of_which_nothing_is_known_is_not_assessed() {
    let packs = sound(RULE);
    let assessment = packs
        .assess(&environment(&json!({})), &Profile::default(), None)
        .unwrap();
    assert_eq!(assessment.targets[0].readiness, Readiness::NotAssessed);
    assert_eq!(assessment.rules[0].verdict, Verdict::NotAssessed);
    insta::assert_json_snapshot!("nothing_known", assessment.rules);
}

#[test]
fn the_embedded_packs_assess_nothing_of_nothing() {
    let packs = Packs::embedded();
    let everything = packs.targets().iter().map(|target| target.id.value.clone());
    let profile = Profile {
        targets: everything.collect(),
        ..Profile::default()
    };
    let assessment = packs
        .assess(&environment(&json!({})), &profile, None)
        .unwrap();
    let met = assessment
        .rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::Met);
    let met: Vec<&str> = met.map(|rule| rule.id.as_str()).collect();
    assert_eq!(met, [""; 0]);
    assert!(
        assessment
            .targets
            .iter()
            .all(|target| target.readiness != Readiness::Ready)
    );
}

#[test]
fn a_profile_that_asks_for_what_is_not_there_is_refused_in_its_place() {
    let packs = sound(RULE);
    let text = "targets: [core, coer]\n\
                parameters:\n  probe: {min_level: low, share: 1, min_levle: 3}\n  prob: {a: 1}\n\
                attested: {exempt: 7}\n";
    let source = Source::new("profile.yaml", text);
    let faults = packs.read_profile(&source).unwrap_err();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("profile", faults.join("\n"));
    let nowhere = profile("parameters: {probe: {min_level: 2.5}}");
    let error = packs
        .assess(&environment(&json!({})), &nowhere, None)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`min_level` of rule `probe` is a whole number, not 2.5")
    );
    let nowhere = packs.assess(&environment(&json!({})), &profile("targets: [coer]"), None);
    assert!(
        nowhere
            .unwrap_err()
            .to_string()
            .contains("unknown target `coer`")
    );
}
