//! Draws the conclusion: from what each rule gave by itself to the assessment as a whole.
//!
//! Waivers first, then readiness, the plan, and what remains to be done. Everything is put in order
//! here, so that the order in which rules were judged leaves no trace.

use jiff::civil::Date;

use crate::{
    Assessment, Profile,
    assessment::{Finding, RuleResult},
    attestations::Attestations,
    causes, confirm,
    judged::Judged,
    plan::{self, TaskBook},
    readiness::Scopes,
    rule::{Rule, Target},
    scoring,
    waivers::Waivers,
};

/// What a conclusion is drawn from.
#[derive(Debug)]
pub struct Conclusion<'a> {
    /// The chosen targets with all that they wait for, in tree order, as
    /// [`TargetTree::choose`](crate::TargetTree::choose) gives them.
    pub targets: &'a [&'a Target],
    /// The rules that gate any of these targets, with what judging each gave.
    pub rules: Vec<(&'a Rule, Judged)>,
    /// All tasks that the rules describe.
    pub tasks: &'a TaskBook,
    /// The questions to the organisation; one that is open becomes a task.
    pub questions: &'a Attestations,
    /// What the organisation wants; its waivers count here.
    pub profile: &'a Profile,
    /// The day at which waivers are judged.
    pub as_of: Date,
}

/// The assessment. Its notices are those about waivers.
pub fn conclude(conclusion: Conclusion<'_>) -> Assessment {
    let waivers = Waivers::new(&conclusion.profile.waivers, conclusion.as_of);
    let checks = plan::checks(conclusion.rules.iter().map(|(rule, _)| *rule));
    let unread = unread(&conclusion.rules);
    let (mut rules, mut findings) = outcomes(conclusion.rules, &waivers);
    causes::settle(&mut rules, &mut findings, &unread);
    let scopes = Scopes::new(conclusion.targets);
    let (waiting, confirmations) = confirm::open(&rules, conclusion.questions);
    let sources = plan::Sources {
        book: &conclusion.tasks.with(confirmations),
        held_up: scopes.held_up(&rules),
        checks,
        schedule: &conclusion.profile.schedule,
    };
    let plan = plan::build(findings.iter().chain(&waiting), &sources);
    Assessment {
        as_of: conclusion.as_of,
        targets: scopes.results(&rules),
        remaining_work: scoring::remaining(&rules, &findings, &plan),
        notices: waivers.notices(&rules, &findings),
        rules,
        findings,
        plan,
    }
}

/// Results by id, and findings by severity and key, after waivers.
fn outcomes(rules: Vec<(&Rule, Judged)>, waivers: &Waivers<'_>) -> (Vec<RuleResult>, Vec<Finding>) {
    let mut results = Vec::new();
    let mut findings = Vec::new();
    for (rule, judged) in rules {
        let mut judged = waivers.apply(rule, judged);
        findings.append(&mut judged.findings);
        results.push(result(rule, judged));
    }
    results.sort_by(|a, b| a.id.cmp(&b.id));
    findings.sort_by(|a, b| (a.severity, &a.key).cmp(&(b.severity, &b.key)));
    (results, findings)
}

/// What may be the cause of each rule's not being assessed.
fn unread(rules: &[(&Rule, Judged)]) -> causes::Unread {
    let suspects = rules
        .iter()
        .map(|(rule, judged)| (rule.id.value.clone(), judged.suspects.clone()));
    suspects.collect()
}

/// What became of a rule.
fn result(rule: &Rule, judged: Judged) -> RuleResult {
    RuleResult {
        id: rule.id.value.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        confidence: rule.confidence(),
        required: rule.is_required(),
        targets: rule.targets.iter().map(|id| id.value.clone()).collect(),
        verdict: judged.verdict,
        reason: judged.reason,
        would_assess: judged.would_assess,
        caused_by: None,
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;
