//! Each reason by an example, and what is never told as fixed.

use serde_json::json;
use waterline_rules::{Readiness, Verdict};

use super::*;
use crate::{
    report::{Report, ReportedFinding, fixture},
    testing::environment,
};

const LEVEL: &str = "directory-forest-level-low";
const ENDPOINT: &str = "core-endpoint-unreachable/enterpriseregistration.windows.net:443";

fn document() -> Document {
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
    report.document()
}

fn verdict(document: &mut Document, rule: &str, verdict: Verdict) {
    let mut rules = document.rules.iter_mut();
    let result = rules.find(|result| result.id == rule).unwrap();
    result.verdict = verdict;
    if verdict == Verdict::NotAssessed {
        result.would_assess = vec!["run it inside the network".to_owned()];
    }
    if verdict != Verdict::NotMet {
        document.findings.retain(|finding| finding.rule != rule);
    }
}

fn finding<'a>(document: &'a mut Document, key: &str) -> &'a mut ReportedFinding {
    let mut findings = document.findings.iter_mut();
    findings.find(|finding| finding.key == key).unwrap()
}

/// What is told of the changes, by key.
fn told(old: &Document, new: &Document, again: Option<&Document>) -> Vec<(String, Reason)> {
    let side = Side {
        document: old,
        judged_again: again,
    };
    let changes = changes(&side, &[], new).unwrap().changes;
    let told = changes.into_iter();
    told.map(|change| (change.key, change.reason)).collect()
}

#[test]
fn a_run_is_the_same_as_itself() {
    let document = document();
    let side = Side {
        document: &document,
        judged_again: Some(&document),
    };
    let changes = changes(&side, &[], &document).unwrap();
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(changes.notices, [""; 0]);
    assert_eq!(changes.history.len(), 2);
}

#[test]
fn what_is_seen_to_be_gone_is_fixed_and_what_comes_is_a_new_fault() {
    let (bad, mut good) = (document(), document());
    verdict(&mut good, LEVEL, Verdict::Met);
    assert_eq!(
        told(&bad, &good, Some(&bad)),
        [(LEVEL.to_owned(), Reason::Fixed)]
    );
    assert_eq!(
        told(&good, &bad, Some(&good)),
        [(LEVEL.to_owned(), Reason::NewFault)]
    );
}

#[test]
fn what_was_not_looked_at_is_never_fixed() {
    let (old, mut unread, mut partly) = (document(), document(), document());
    verdict(&mut unread, LEVEL, Verdict::NotAssessed);
    let lost = [(LEVEL.to_owned(), Reason::CeasedToBeAssessable)];
    assert_eq!(told(&old, &unread, Some(&old)), lost);
    partly.findings.retain(|finding| finding.key != ENDPOINT);
    let mut rules = partly.rules.iter_mut();
    let rule = rules.find(|rule| rule.id == "core-endpoint-unreachable");
    rule.unwrap().would_assess = vec!["run again".to_owned()];
    let lost = [(ENDPOINT.to_owned(), Reason::CeasedToBeAssessable)];
    assert_eq!(told(&old, &partly, Some(&old)), lost);
    let found = [(LEVEL.to_owned(), Reason::BecameAssessable)];
    assert_eq!(told(&unread, &old, Some(&unread)), found);
}

#[test]
fn facts_that_are_judged_otherwise_are_neither_fixed_nor_a_new_fault() {
    let (bad, mut good) = (document(), document());
    verdict(&mut good, LEVEL, Verdict::Met);
    good.run.as_of = "2026-10-01".parse().unwrap();
    let moved = [(LEVEL.to_owned(), Reason::DateMoved)];
    // The older facts, judged at the newer day, are as the newer run is.
    assert_eq!(told(&good, &bad, Some(&bad)), moved);
    assert_eq!(told(&bad, &good, Some(&good)), moved);
    good.parameters = serde_json::from_value(json!({LEVEL: {"min_level": 1}})).unwrap();
    let moved = [(LEVEL.to_owned(), Reason::ThresholdMoved)];
    assert_eq!(told(&good, &bad, Some(&bad)), moved);
    assert_eq!(told(&good, &bad, None), moved);
}

#[test]
fn a_rule_of_one_version_only_is_told_as_such() {
    let (full, mut short) = (document(), document());
    short.rules.retain(|rule| rule.id != LEVEL);
    short.findings.retain(|finding| finding.rule != LEVEL);
    assert_eq!(
        told(&short, &full, None),
        [(LEVEL.to_owned(), Reason::NewRule)]
    );
    assert_eq!(
        told(&full, &short, None),
        [(LEVEL.to_owned(), Reason::RuleGone)]
    );
    short.targets.retain(|target| target.id != "core");
    assert_eq!(
        told(&short, &full, None),
        [(LEVEL.to_owned(), Reason::Chosen)]
    );
}

#[test]
fn waivers_that_begin_or_end_and_other_extents_are_told() {
    let (old, mut waived, mut fewer) = (document(), document(), document());
    finding(&mut waived, LEVEL).waived = true;
    assert_eq!(
        told(&old, &waived, None),
        [(LEVEL.to_owned(), Reason::WaiverBegan)]
    );
    assert_eq!(
        told(&waived, &old, None),
        [(LEVEL.to_owned(), Reason::WaiverEnded)]
    );
    finding(&mut fewer, "objects-upn-unroutable").affected = 12;
    let side = Side {
        document: &old,
        judged_again: None,
    };
    let changes = changes(&side, &[], &fewer).unwrap().changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].direction, Direction::Better);
    assert_eq!(changes[0].detail, "12 affected, before 399");
}

#[test]
fn what_applies_no_longer_is_not_fixed() {
    let (old, mut new) = (document(), document());
    verdict(&mut new, LEVEL, Verdict::NotApplicable);
    assert_eq!(
        told(&old, &new, Some(&old)),
        [(LEVEL.to_owned(), Reason::CeasedToApply)]
    );
    assert_eq!(
        told(&new, &old, Some(&new)),
        [(LEVEL.to_owned(), Reason::BecameApplicable)]
    );
}

#[test]
fn targets_are_told_with_what_they_were_and_are() {
    let (mut old, new) = (document(), document());
    old.targets[0].readiness = Readiness::Ready;
    old.targets.pop();
    let side = Side {
        document: &old,
        judged_again: None,
    };
    let targets = changes(&side, &[], &new).unwrap().targets;
    let told: Vec<_> = targets
        .iter()
        .map(|target| (&*target.id, target.was, target.is))
        .collect();
    let expected = [
        ("core", Some(Readiness::Ready), Some(Readiness::NotReady)),
        ("intune", None, Some(Readiness::NotAssessed)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn runs_of_different_environments_are_not_compared() {
    let (mut old, mut new) = (document(), document());
    old.run.environment.forest = Some("Contoso.com".to_owned());
    new.run.environment.forest = Some("contoso.com".to_owned());
    let compare = |old: &Document, new: &Document| {
        let side = Side {
            document: old,
            judged_again: None,
        };
        changes(&side, &[], new).map(|changes| changes.notices)
    };
    assert!(compare(&old, &new).is_ok());
    new.run.environment.forest = Some("fabrikam.com".to_owned());
    let error = compare(&old, &new).unwrap_err().to_string();
    assert!(
        error.contains("Contoso.com") && error.contains("fabrikam.com"),
        "{error}"
    );
    new.run.environment = Default::default();
    let notices = compare(&old, &new).unwrap();
    assert!(notices[1].contains("cannot be told"), "{notices:?}");
}

#[test]
fn worse_comes_first_and_the_history_is_by_day() {
    let (mut old, mut new, mut between) = (document(), document(), document());
    verdict(&mut old, LEVEL, Verdict::Met);
    new.findings.retain(|finding| finding.key != ENDPOINT);
    verdict(&mut new, "core-endpoint-unreachable", Verdict::Met);
    between.run.started = "2026-10-01T00:00:00Z".parse().unwrap();
    let side = Side {
        document: &old,
        judged_again: None,
    };
    let changes = changes(&side, &[between], &new).unwrap();
    let directions: Vec<_> = changes.changes.iter().map(|one| one.direction).collect();
    assert_eq!(directions, [Direction::Worse, Direction::Better]);
    assert_eq!(changes.history.len(), 3);
    assert!(changes.history.is_sorted_by_key(|point| point.started));
}
