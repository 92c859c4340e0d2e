//! How much is left to do: a sum that falls with each fix, and its breakdown.
//!
//! Each rule that leaves findings open adds the weight of its severity times the share of what it
//! asks about that is affected. Waived findings and consequences of others add nothing; the sum has
//! no cap, and no second meaning: readiness is told by targets, see [`crate::readiness`].

use std::collections::BTreeMap;

use crate::{
    assessment::{Finding, RemainingWork, RuleResult, WorkPart},
    plan::Plan,
    readiness::count,
    verdict::{Severity, Verdict},
};

impl Severity {
    /// How much a rule of this severity weighs if all of what it asks about is affected.
    pub fn weight(self) -> f64 {
        match self {
            Self::Blocker => 10.0,
            Self::Major => 5.0,
            Self::Minor => 2.0,
            Self::Info => 1.0,
        }
    }
}

/// How much is left to do.
pub(crate) fn remaining(rules: &[RuleResult], findings: &[Finding], plan: &Plan) -> RemainingWork {
    let open = |severity: Severity| {
        let open = open(findings).filter(|finding| finding.severity == severity);
        count(open.count())
    };
    let unread = rules
        .iter()
        .filter(|rule| rule.required && rule.verdict == Verdict::NotAssessed);
    let parts = parts(findings);
    RemainingWork {
        weight: sum(parts.iter().map(|part| part.weight)),
        parts,
        blockers: open(Severity::Blocker),
        majors: open(Severity::Major),
        minors: open(Severity::Minor),
        infos: open(Severity::Info),
        consequences: count(findings.iter().map(|one| one.consequences.len()).sum()),
        effort_hours: plan.effort.likely_hours,
        not_assessed: count(unread.count()),
    }
}

/// A sum that is the same whatever the order, and plain zero of nothing.
fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.into_iter().fold(0.0, |sum, number| sum + number)
}

/// Findings that somebody has to do something about.
fn open(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let open = findings.iter().filter(|finding| !finding.waived);
    open.filter(|finding| finding.caused_by.is_none())
}

/// What each rule leaves to do, the weightiest first.
fn parts(findings: &[Finding]) -> Vec<WorkPart> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in open(findings) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut parts: Vec<WorkPart> = by_rule
        .into_values()
        .map(|findings| part(&findings))
        .collect();
    parts.sort_by(|a, b| {
        let weight = b.weight.total_cmp(&a.weight);
        weight.then_with(|| a.rule.cmp(&b.rule))
    });
    parts
}

/// What one rule leaves to do, by its findings, of which there is at least one.
fn part(findings: &[&Finding]) -> WorkPart {
    let share = sum(findings.iter().map(|finding| finding.share));
    let severity = findings[0].severity;
    WorkPart {
        rule: findings[0].rule.clone(),
        severity,
        findings: count(findings.len()),
        share,
        weight: severity.weight() * share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::finding;

    fn weight(findings: &[Finding]) -> f64 {
        remaining(&[], findings, &Plan::default()).weight
    }

    /// The worked example of `docs/scoring.md`.
    fn example() -> Vec<Finding> {
        let mut findings: Vec<Finding> = ["a", "b", "c"]
            .map(|host| Finding {
                share: 0.1,
                ..finding("endpoint-closed", &format!("endpoint-closed/{host}"))
            })
            .into();
        findings.push(Finding {
            severity: Severity::Major,
            affected: 30,
            share: 0.025,
            ..finding("names-unroutable", "names-unroutable")
        });
        findings.push(Finding {
            severity: Severity::Minor,
            ..finding("recycle-bin-off", "recycle-bin-off")
        });
        findings
    }

    #[test]
    fn the_example_of_the_page_on_scoring_is_5_125() {
        let work = remaining(&[], &example(), &Plan::default());
        let parts: Vec<_> = work
            .parts
            .iter()
            .map(|part| (&*part.rule, part.weight))
            .collect();
        assert!((work.weight - 5.125).abs() < 1e-9, "{work:?}");
        assert_eq!(parts[0].0, "endpoint-closed");
        assert!((parts[0].1 - 3.0).abs() < 1e-9);
        assert_eq!(
            parts[1..],
            [("recycle-bin-off", 2.0), ("names-unroutable", 0.125)]
        );
    }

    #[test]
    fn what_remains_falls_with_each_fix_by_its_part() {
        let all = example();
        for gone in 0..all.len() {
            let mut less = all.clone();
            let fixed = less.remove(gone);
            let fall = weight(&all) - weight(&less);
            let expected = fixed.severity.weight() * fixed.share;
            assert!(
                (fall - expected).abs() < 1e-9 && fall > 0.0,
                "{}",
                fixed.key
            );
        }
    }

    #[test]
    fn what_is_waived_or_a_consequence_adds_nothing() {
        let mut all = example();
        all[4].waived = true;
        assert!((weight(&all) - 3.125).abs() < 1e-9);
        all[3].caused_by = Some("endpoint-closed/a".to_owned());
        assert!((weight(&all) - 3.0).abs() < 1e-9);
        assert!(weight(&[]).is_sign_positive());
    }
}
