//! The verdict of each target, and the few rules that say most about it.

use std::io;

use anstyle::Style;
use waterline_rules::{Assessment, Readiness, assessment::TargetResult};

use super::first_of;
use crate::report::{
    groups::{causes, weight},
    page::{BAD, CARE, GOOD, PLAIN, Page},
    text::clean,
    words,
};

/// Columns of a readiness.
const READINESS: usize = 21;

/// Columns of the fractions beside a target.
const FRACTION: usize = 11;

/// Columns before what stands in the way of a target.
const REASON: usize = 4;

/// Rules named with one target.
const RULES: usize = 3;

/// Deepest level of the tree that is indented.
const DEEPEST: usize = 6;

/// Writes a line for each target and what stands in its way.
pub(super) fn write(assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    page.heading("TARGETS", "minimums met   assessed")?;
    for target in &assessment.targets {
        verdict(target, assessment, page)?;
        reason(target, assessment, page)?;
    }
    Ok(())
}

fn verdict(target: &TargetResult, assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    let depth = depth(target, &assessment.targets);
    let of_required = |count: u32| format!("{count} of {}", target.required);
    page.row(
        (
            READINESS,
            &format!("  {}", words::readiness(target.readiness)),
            readiness_style(target.readiness),
        ),
        &format!("{}{}", "· ".repeat(depth), clean(&target.title)),
        &[
            (FRACTION, &of_required(target.met)),
            (FRACTION, &of_required(target.assessed)),
        ],
    )
}

fn reason(target: &TargetResult, assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    if !target.blocked_by.is_empty() {
        let rules = most_telling(&target.blocked_by, target, assessment);
        return page.item(REASON, "blocked by ", PLAIN, &first_of(rules, RULES));
    }
    if target.readiness != Readiness::NotAssessed {
        return Ok(());
    }
    if target.not_assessed.is_empty() {
        let words = "nothing was judged for it, or for a target that it needs";
        return page.text(REASON, PLAIN, words);
    }
    let rules = most_telling(&target.not_assessed, target, assessment);
    page.item(REASON, "waits for ", PLAIN, &first_of(rules, RULES))
}

/// Rules of a target, consequences by their causes and causes first, its own before those of targets
/// that it needs, and the severe ones first.
fn most_telling<'a>(
    ids: &'a [String],
    target: &TargetResult,
    assessment: &'a Assessment,
) -> Vec<&'a str> {
    let mut sorted = causes(ids, assessment);
    sorted.sort_by_key(|id| {
        let rule = assessment.rules.iter().find(|rule| rule.id == *id);
        let inherited = rule.is_none_or(|rule| !rule.targets.contains(&target.id));
        let weight = rule.map_or(usize::MAX, |rule| weight(rule.severity));
        let is_cause = assessment
            .findings
            .iter()
            .any(|one| one.rule == **id && !one.consequences.is_empty());
        (!is_cause, inherited, weight, *id)
    });
    sorted
}

/// How deep a target lies in the tree, bounded should parents form a ring.
fn depth(target: &TargetResult, targets: &[TargetResult]) -> usize {
    let mut at = target;
    for depth in 0..DEEPEST {
        let parent = at.parent.as_ref();
        match parent.and_then(|id| targets.iter().find(|target| target.id == *id)) {
            Some(parent) => at = parent,
            None => return depth,
        }
    }
    DEEPEST
}

fn readiness_style(readiness: Readiness) -> Style {
    match readiness {
        Readiness::Ready => GOOD,
        Readiness::ReadyWithAdvisories | Readiness::NotAssessed => CARE,
        Readiness::NotReady => BAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn own_and_severe_rules_come_first() {
        let mut assessment = fixture::assessment();
        for rule in &mut assessment.rules {
            rule.targets = match rule.id.as_str() {
                "host-memory-low" | "dns-resolver-dead" => vec!["intune".to_owned()],
                _ => vec!["core".to_owned()],
            };
        }
        let ids = [
            "browser-out-of-date",
            "core-endpoint-unreachable",
            "dns-resolver-dead",
            "host-memory-low",
            "rule-that-is-gone",
        ]
        .map(str::to_owned);
        let intune = &assessment.targets[4];
        assert_eq!(
            most_telling(&ids, intune, &assessment),
            [
                "host-memory-low",
                "dns-resolver-dead",
                "core-endpoint-unreachable",
                "browser-out-of-date",
                "rule-that-is-gone",
            ]
        );
    }
}
