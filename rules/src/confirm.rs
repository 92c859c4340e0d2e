//! Asks for what only the organisation knows: a task to confirm for each open question.
//!
//! A rule that is not assessed because a question is open gives no finding, and would be forgotten;
//! the plan asks the question's owner instead. Answering takes a line in the profile.

use std::collections::BTreeMap;

use crate::{
    assessment::{Finding, RuleResult},
    attestations::{Attestation, Attestations},
    facts::view::open_question,
    plan::{Level, WaveId},
    rule::TaskTemplate,
    source::{Location, Spanned},
    verdict::Verdict,
};

/// How long it takes to find out, in hours.
const HOURS: f64 = 0.5;

/// Rules that wait for an answer, in the form of findings whose task is to confirm it, and these
/// tasks. The key of such a finding is the rule's id.
pub(crate) fn open(
    rules: &[RuleResult],
    questions: &Attestations,
) -> (Vec<Finding>, Vec<TaskTemplate>) {
    let mut findings = Vec::new();
    let mut tasks: BTreeMap<&str, TaskTemplate> = BTreeMap::new();
    let unread = rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::NotAssessed);
    for rule in unread {
        let open = rule
            .would_assess
            .iter()
            .filter_map(|remedy| open_question(remedy));
        for question in open.filter_map(|id| questions.get(id)) {
            let task = tasks
                .entry(&question.id.value)
                .or_insert_with(|| task(question));
            findings.push(waiting(rule, &task.id.value));
        }
    }
    (findings, tasks.into_values().collect())
}

/// The task to confirm an answer.
pub(crate) fn task(asked: &Attestation) -> TaskTemplate {
    let id = &asked.id.value;
    let mut steps = vec![asked.question.clone()];
    if !asked.help.trim().is_empty() {
        steps.push(asked.help.clone());
    }
    let wanted = asked.wanted();
    steps.push(format!(
        "Write `{id}: …` under `attested` in the profile, with {wanted}, and judge again."
    ));
    TaskTemplate {
        id: unplaced(format!("confirm-{}", id.replace('_', "-"))),
        title: format!("Confirm: {}", asked.question),
        wave: WaveId::Safety,
        owner: asked.owner.clone(),
        effort_hours: HOURS.into(),
        risk: Level::Low,
        outage: "none".to_owned(),
        reversible: true,
        undo: String::new(),
        prerequisites: Vec::new(),
        settings: Vec::new(),
        after: Vec::new(),
        steps,
        verify: "With the answer in the profile the rules that wait for it are assessed."
            .to_owned(),
    }
}

/// A rule that waits for an answer, as if it were a finding of this task.
fn waiting(rule: &RuleResult, task: &str) -> Finding {
    Finding {
        key: rule.id.clone(),
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        waived: false,
        why: String::new(),
        evidence: Vec::new(),
        affected: 1,
        share: 1.0,
        would_be_met_if: String::new(),
        task: Some(task.to_owned()),
        caused_by: None,
        consequences: Vec::new(),
        suspects: Vec::new(),
    }
}

/// A word that stands in no file.
fn unplaced(word: String) -> Spanned<String> {
    Spanned::new(word, Location::UNKNOWN, Location::UNKNOWN)
}
