//! Rules, targets, findings and waivers for tests, each whole and easily made different.

use jiff::civil::Date;

use crate::{
    assessment::{Finding, RuleResult},
    judged::Judged,
    plan::{Level, WaveId},
    profile::Waiver,
    rule::{Rule, RuleSource, Target, TaskTemplate},
    source::{Location, Spanned},
    verdict::{Confidence, Severity, Verdict},
};

/// A word from no file.
pub(crate) fn spanned(word: &str) -> Spanned<String> {
    Spanned::new(word.to_owned(), Location::UNKNOWN, Location::UNKNOWN)
}

/// Words from no file.
pub(crate) fn all_spanned(words: &[&str]) -> Vec<Spanned<String>> {
    words.iter().map(|word| spanned(word)).collect()
}

/// A day.
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A documented blocker that gates these targets and has no task.
pub(crate) fn rule(id: &str, targets: &[&str]) -> Rule {
    Rule {
        id: spanned(id),
        title: format!("Title of {id}"),
        targets: all_spanned(targets),
        severity: Severity::Blocker,
        since: "0.1.0".to_owned(),
        needs: Vec::new(),
        applies: None,
        each: None,
        pass: spanned("true"),
        params: Default::default(),
        bounds: Default::default(),
        never_waivable: false,
        affected: None,
        population: None,
        caused_by: Vec::new(),
        why: "Because.".to_owned(),
        evidence: Vec::new(),
        task: None,
        task_ref: None,
        sources: vec![RuleSource {
            doc: "a page".to_owned(),
            as_of: date("2026-01-01"),
            confidence: Confidence::Documented,
        }],
        cases: Vec::new(),
    }
}

/// A task of one hour in the first wave that comes after these.
pub(crate) fn task(id: &str, after: &[&str]) -> TaskTemplate {
    TaskTemplate {
        id: spanned(id),
        title: format!("Title of {id}"),
        wave: WaveId::Safety,
        owner: "directory-admin".to_owned(),
        effort_hours: 1.0.into(),
        risk: Level::Low,
        outage: "none".to_owned(),
        reversible: true,
        undo: String::new(),
        prerequisites: Vec::new(),
        after: all_spanned(after),
        steps: vec!["Do it.".to_owned()],
        settings: Vec::new(),
        verify: "Look.".to_owned(),
    }
}

/// A target at the top of the tree that needs nothing.
pub(crate) fn target(id: &str) -> Target {
    Target {
        id: spanned(id),
        title: format!("Title of {id}"),
        meaning: "It is for something.".to_owned(),
        parent: None,
        needs: Vec::new(),
        default: false,
        choice: String::new(),
    }
}

/// A blocker of one thing, without a task.
pub(crate) fn finding(rule: &str, key: &str) -> Finding {
    Finding {
        key: key.to_owned(),
        rule: rule.to_owned(),
        title: format!("Title of {key}"),
        severity: Severity::Blocker,
        waived: false,
        why: "Because.".to_owned(),
        evidence: Vec::new(),
        affected: 1,
        share: 1.0,
        would_be_met_if: String::new(),
        task: None,
        caused_by: None,
        consequences: Vec::new(),
        suspects: Vec::new(),
    }
}

/// What judging a rule gave, with findings about these things.
pub(crate) fn judged(rule: &str, verdict: Verdict, things: &[&str]) -> Judged {
    let findings = things
        .iter()
        .map(|thing| finding(rule, &format!("{rule}/{thing}")));
    Judged {
        verdict,
        reason: String::new(),
        would_assess: Vec::new(),
        findings: findings.collect(),
        gaps: Default::default(),
        suspects: Vec::new(),
    }
}

/// The result of a required rule.
pub(crate) fn result(id: &str, verdict: Verdict) -> RuleResult {
    RuleResult {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        severity: Severity::Blocker,
        confidence: Confidence::Documented,
        required: true,
        targets: vec!["core".to_owned()],
        verdict,
        reason: String::new(),
        would_assess: Vec::new(),
        caused_by: None,
    }
}

/// A waiver of a finding until a day.
pub(crate) fn waiver(finding: &str, expires: &str) -> Waiver {
    Waiver {
        finding: finding.to_owned(),
        scope: String::new(),
        reason: "it is known".to_owned(),
        owner: "the owner".to_owned(),
        expires: date(expires),
        compensating_control: String::new(),
    }
}
