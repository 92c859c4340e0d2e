//! Draws the conclusion: from what each rule gave by itself to the assessment as a whole.
//!
//! Waivers first, then readiness, the plan, and what remains to be done. Everything is put in order
//! here, so that the order in which rules were judged leaves no trace.

use jiff::civil::Date;

use crate::{
    Assessment, Profile, Severity, Verdict,
    assessment::{Finding, RemainingWork, RuleResult},
    causes,
    judged::Judged,
    plan::{self, Plan, TaskBook},
    readiness::{Scopes, count},
    rule::{Rule, Target},
    waivers::Waivers,
};

/// What a conclusion is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Conclusion<'a> {
    /// The chosen targets with all that they wait for, in tree order, as
    /// [`TargetTree::choose`](crate::TargetTree::choose) gives them.
    pub targets: &'a [&'a Target],
    /// The rules that gate any of these targets, with what judging each gave.
    pub rules: &'a [(&'a Rule, Judged)],
    /// All tasks that the rules describe.
    pub tasks: &'a TaskBook,
    /// What the organisation wants; its waivers count here.
    pub profile: &'a Profile,
    /// The day at which waivers are judged.
    pub as_of: Date,
}

/// The assessment. Its notices are those about waivers.
pub fn conclude(conclusion: &Conclusion<'_>) -> Assessment {
    let waivers = Waivers::new(&conclusion.profile.waivers, conclusion.as_of);
    let (mut rules, mut findings) = outcomes(conclusion, &waivers);
    causes::settle(&mut rules, &mut findings, &unread(conclusion));
    let scopes = Scopes::new(conclusion.targets);
    let sources = plan::Sources {
        book: conclusion.tasks,
        held_up: scopes.held_up(&rules),
        checks: plan::checks(conclusion.rules.iter().map(|(rule, _)| *rule)),
        schedule: &conclusion.profile.schedule,
    };
    let plan = plan::build(&findings, &sources);
    Assessment {
        as_of: conclusion.as_of,
        targets: scopes.results(&rules),
        remaining_work: remaining_work(&rules, &findings, &plan),
        notices: waivers.notices(&rules, &findings),
        rules,
        findings,
        plan,
    }
}

/// Results by id, and findings by severity and key, after waivers.
fn outcomes(conclusion: &Conclusion<'_>, waivers: &Waivers<'_>) -> (Vec<RuleResult>, Vec<Finding>) {
    let mut results = Vec::new();
    let mut findings = Vec::new();
    for (rule, judged) in conclusion.rules {
        let judged = waivers.apply(judged);
        findings.extend(judged.findings.iter().cloned());
        results.push(result(rule, judged));
    }
    results.sort_by(|a, b| a.id.cmp(&b.id));
    findings.sort_by(|a, b| (a.severity, &a.key).cmp(&(b.severity, &b.key)));
    (results, findings)
}

/// What may be the cause of each rule's not being assessed.
fn unread(conclusion: &Conclusion<'_>) -> causes::Unread {
    let rules = conclusion.rules.iter();
    let suspects = rules.map(|(rule, judged)| (rule.id.value.clone(), judged.suspects.clone()));
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

/// How much is left to do.
fn remaining_work(rules: &[RuleResult], findings: &[Finding], plan: &Plan) -> RemainingWork {
    let open = |severity: Severity| {
        let open = findings
            .iter()
            .filter(|finding| !finding.waived && finding.caused_by.is_none())
            .filter(|finding| finding.severity == severity);
        count(open.count())
    };
    let unread = rules
        .iter()
        .filter(|rule| rule.required && rule.verdict == Verdict::NotAssessed);
    RemainingWork {
        blockers: open(Severity::Blocker),
        majors: open(Severity::Major),
        minors: open(Severity::Minor),
        infos: open(Severity::Info),
        consequences: count(findings.iter().map(|one| one.consequences.len()).sum()),
        effort_hours: plan.effort.likely_hours,
        not_assessed: count(unread.count()),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod worlds;
