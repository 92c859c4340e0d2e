//! Holds a plan against a new assessment: what became of each task, and what may be enabled.
//!
//! Never says done of what was not assessed. A rule that this run did not look at keeps the verdict
//! of the plan's own run in the gate, and is counted as carried over; a waiver is held against the
//! profile of now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use waterline_facts::{Environment, ProbeId, run::ProbeOutcome};
use waterline_rules::{
    Assessment, Packs, Profile, Readiness, Verdict,
    assessment::{Finding, RuleResult},
    plan::{Task, TaskState},
    readiness::Scopes,
};

use super::{
    evidence, needs,
    plan_file::PlanFile,
    record::{
        FORMAT, Gate, Outcome, PlanOrigin, Record, Regression, RuleEvidence, Totals, VerifiedTask,
        VerifyingRun,
    },
};

/// How many keys of findings the record names for a rule.
const KEYS: usize = 100;

/// What a plan is held against.
#[derive(Debug, Clone, Copy)]
pub struct Verification<'a> {
    /// The packs that judged.
    pub packs: &'a Packs,
    /// What the organisation wants.
    pub profile: &'a Profile,
    /// The plan.
    pub plan: &'a PlanFile,
    /// The tasks to look at: those of the plan that are open, or the chosen ones.
    pub tasks: &'a [Task],
    /// The facts of now.
    pub environment: &'a Environment,
    /// What the rules make of them.
    pub assessment: &'a Assessment,
    /// Who signs for it; may be empty.
    pub signed_by: &'a str,
}

/// The tasks of a plan that are to be verified: all that are not rejected.
pub fn open_tasks(tasks: &[Task]) -> Vec<Task> {
    let tasks = tasks.iter();
    tasks
        .filter(|task| task.state != TaskState::Rejected)
        .cloned()
        .collect()
}

impl Verification<'_> {
    /// The record of this verification.
    pub fn record(&self) -> Record {
        let tasks: Vec<VerifiedTask> = self.tasks.iter().map(|task| self.task(task)).collect();
        let report = &self.plan.report;
        let run = &self.environment.run;
        Record {
            format: FORMAT,
            plan: PlanOrigin {
                sha256: self.plan.sha256.clone(),
                organisation: report.run.organisation.clone(),
                started: report.run.started,
                as_of: report.run.as_of,
                judged_by: report.run.judged_by.clone(),
            },
            run: VerifyingRun {
                started: run.started,
                as_of: self.assessment.as_of,
                judged_by: env!("CARGO_PKG_VERSION").to_owned(),
                rights: run.rights.clone(),
                probes: self.probed().into_iter().collect(),
                interrupted: run.interrupted,
            },
            signed_by: self.signed_by.to_owned(),
            totals: totals(&tasks),
            tasks,
            regressions: self.regressions(),
            gate: self.gate(),
        }
    }

    /// The probes that ran.
    fn probed(&self) -> BTreeSet<ProbeId> {
        let probes = self.environment.run.probes.iter();
        let ran = probes.filter(|probe| probe.outcome != ProbeOutcome::Skipped);
        ran.map(|probe| probe.id).collect()
    }

    /// What a rule said now; none if this version does not have it, or not for these targets.
    fn now(&self, rule: &str) -> Option<&RuleResult> {
        self.assessment.rules.iter().find(|one| one.id == rule)
    }

    /// The findings of a rule now that no waiver accepts.
    fn findings(&self, rule: &str) -> impl Iterator<Item = &Finding> {
        let findings = self.assessment.findings.iter();
        findings.filter(move |finding| finding.rule == rule && !finding.waived)
    }

    fn task(&self, task: &Task) -> VerifiedTask {
        let (outcome, reason) = self.outcome(task);
        VerifiedTask {
            id: task.id.clone(),
            title: task.title.clone(),
            wave: task.wave,
            owner: task.owner.clone(),
            outcome,
            reason,
            evidence: task
                .verify_rules
                .iter()
                .map(|rule| self.evidence(rule))
                .collect(),
        }
    }

    fn outcome(&self, task: &Task) -> (Outcome, String) {
        let cleared: BTreeSet<&str> = task.clears.iter().map(String::as_str).collect();
        let known: BTreeSet<&str> = self
            .plan
            .report
            .findings
            .iter()
            .map(|finding| finding.key.as_str())
            .collect();
        let now: BTreeSet<&str> = task
            .verify_rules
            .iter()
            .flat_map(|rule| self.findings(rule))
            .map(|finding| finding.key.as_str())
            .collect();
        let still = now.intersection(&cleared).count();
        let fresh: Vec<&str> = now.difference(&known).copied().collect();
        if still > 0 {
            let reason = format!("{still} of {} findings still there", cleared.len());
            return (Outcome::NotDone, reason);
        }
        if let Some(first) = fresh.first() {
            let reason = format!("its findings are gone, but {} new: {first}", fresh.len());
            return (Outcome::Regressed, reason);
        }
        match task.verify_rules.iter().find_map(|rule| self.untold(rule)) {
            Some(reason) => (Outcome::CannotTell, reason),
            None => (Outcome::Done, "none of its findings is there".to_owned()),
        }
    }

    /// Why a rule does not tell whether all of its findings are gone.
    fn untold(&self, rule: &str) -> Option<String> {
        let Some(now) = self.now(rule) else {
            return Some(format!("this version has no rule {rule} for these targets"));
        };
        let is_partial = now.verdict == Verdict::NotMet
            && !(now.reason.is_empty() && now.would_assess.is_empty());
        let unread = now.verdict == Verdict::NotAssessed || is_partial;
        unread.then(|| match now.reason.as_str() {
            "" => format!("{rule} was not assessed"),
            reason => format!("{rule}: {reason}"),
        })
    }

    fn evidence(&self, id: &str) -> RuleEvidence {
        let now = self.now(id);
        let before = self.plan.report.findings.iter();
        let before = before.filter(|finding| finding.rule == id && !finding.waived);
        RuleEvidence {
            rule: id.to_owned(),
            verdict: now.map_or(Verdict::NotAssessed, |now| now.verdict),
            reason: match now {
                Some(now) => now.reason.clone(),
                None => "this version has no such rule for these targets".to_owned(),
            },
            findings: keys(self.findings(id)),
            affected: self.findings(id).map(|finding| finding.affected).sum(),
            affected_before: before.map(|finding| finding.affected).sum(),
            facts: match self.packs.rule(id) {
                Some(rule) => evidence::facts(rule, self.environment),
                None => Vec::new(),
            },
        }
    }

    /// Rules that were met when the plan was made and are not met now.
    fn regressions(&self) -> Vec<Regression> {
        let was_good: BTreeSet<&str> = self
            .plan
            .report
            .rules
            .iter()
            .filter(|rule| matches!(rule.verdict, Verdict::Met | Verdict::NotApplicable))
            .map(|rule| rule.id.as_str())
            .collect();
        let rules = self.assessment.rules.iter();
        let regressed = rules
            .filter(|rule| rule.verdict == Verdict::NotMet && was_good.contains(rule.id.as_str()));
        regressed
            .map(|rule| Regression {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                findings: keys(self.findings(&rule.id)),
            })
            .collect()
    }

    /// Which targets may be enabled.
    fn gate(&self) -> Vec<Gate> {
        let Ok(targets) = self.packs.tree().choose(self.profile) else {
            return Vec::new();
        };
        let (rules, carried) = self.merged();
        let scopes = Scopes::new(&targets);
        let held_up = scopes.held_up(&rules);
        let gates = scopes.results(&rules).into_iter().map(|target| {
            let is_of_it = |rule: &&String| {
                let targets = held_up.get(rule.as_str());
                targets.is_some_and(|targets| targets.contains(target.id.as_str()))
            };
            let carried_over = carried.iter().filter(is_of_it).count();
            Gate {
                may_enable: matches!(
                    target.readiness,
                    Readiness::Ready | Readiness::ReadyWithAdvisories
                ),
                carried_over: u32::try_from(carried_over).unwrap_or(u32::MAX),
                target,
            }
        });
        gates.collect()
    }

    /// Every rule with its verdict of now where this run looked at all that it reads, else with
    /// that of the plan's own run; and the ids of the latter.
    fn merged(&self) -> (Vec<RuleResult>, BTreeSet<String>) {
        let probed = self.probed();
        let before: BTreeMap<&str, &RuleResult> = self
            .plan
            .report
            .rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule))
            .collect();
        let mut carried = BTreeSet::new();
        let rules = self.assessment.rules.iter().map(|now| {
            let rule = self.packs.rule(&now.id);
            let looked = rule.is_none_or(|rule| needs::of_rule(rule).is_subset(&probed));
            match before.get(now.id.as_str()) {
                Some(before) if !looked => {
                    carried.insert(now.id.clone());
                    self.carried(now, before)
                }
                _ => now.clone(),
            }
        });
        (rules.collect(), carried)
    }

    /// A rule of now with the verdict of the plan's own run, if that was waived only as long as the
    /// profile waives it still.
    fn carried(&self, now: &RuleResult, before: &RuleResult) -> RuleResult {
        let is_waived = before.verdict == Verdict::Waived;
        RuleResult {
            verdict: match is_waived && !self.is_waived(&before.id) {
                true => Verdict::NotMet,
                false => before.verdict,
            },
            reason: before.reason.clone(),
            would_assess: before.would_assess.clone(),
            ..now.clone()
        }
    }

    /// Whether the profile still waives all that the plan's own run found of a rule.
    fn is_waived(&self, rule: &str) -> bool {
        let as_of: Date = self.assessment.as_of;
        let in_force = |name: &str| {
            let waivers = &self.profile.waivers;
            waivers
                .iter()
                .any(|waiver| waiver.finding == name && as_of <= waiver.expires)
        };
        let findings = self.plan.report.findings.iter();
        let mut findings = findings.filter(|finding| finding.rule == rule);
        in_force(rule) || findings.all(|finding| in_force(&finding.key))
    }
}

/// The first keys of findings, sorted.
fn keys<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<String> {
    let keys: BTreeSet<&String> = findings.map(|finding| &finding.key).collect();
    keys.into_iter().take(KEYS).cloned().collect()
}

fn totals(tasks: &[VerifiedTask]) -> Totals {
    let mut totals = Totals::default();
    for task in tasks {
        *match task.outcome {
            Outcome::Done => &mut totals.done,
            Outcome::NotDone => &mut totals.not_done,
            Outcome::Regressed => &mut totals.regressed,
            Outcome::CannotTell => &mut totals.cannot_tell,
        } += 1;
    }
    totals
}

#[cfg(test)]
mod tests;
