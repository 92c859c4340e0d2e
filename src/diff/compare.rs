//! Holds two reports against each other, rule by rule and finding by finding.

use std::collections::{BTreeMap, BTreeSet};

use waterline_rules::{
    Readiness, Verdict,
    assessment::{RuleResult, TargetResult},
};

use super::{
    Side,
    form::{Change, Direction, Reason, TargetChange},
};
use crate::report::{Document, ReportedFinding};

/// A reason, its words and its direction.
type Told = (Reason, Direction, String);

/// Targets whose readiness changed, by id.
pub(super) fn targets(old: &Document, new: &Document) -> Vec<TargetChange> {
    let (was, is) = (by_id(&old.targets), by_id(&new.targets));
    let ids: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let readiness = |target: &&TargetResult| -> Readiness { target.readiness };
    ids.into_iter()
        .filter_map(|id| {
            let (was, is) = (was.get(id), is.get(id));
            let title = is.or(was)?.title.clone();
            let (was, is) = (was.map(readiness), is.map(readiness));
            (was != is).then(|| TargetChange {
                id: id.to_owned(),
                title,
                was,
                is,
            })
        })
        .collect()
}

fn by_id(targets: &[TargetResult]) -> BTreeMap<&str, &TargetResult> {
    targets.iter().map(|target| (&*target.id, target)).collect()
}

/// What changed: what got worse first, then by severity and key.
pub(super) fn changes(old: &Side, new: &Document) -> Vec<Change> {
    let (was, is) = (Judged::of(old.document), Judged::of(new));
    let again = old.judged_again.map(Judged::of);
    let comparison = Comparison {
        old: old.document,
        new,
        again: again.as_ref(),
    };
    let rules: BTreeSet<&str> = was.rules.keys().chain(is.rules.keys()).copied().collect();
    let mut changes: Vec<Change> = rules
        .into_iter()
        .flat_map(|id| comparison.rule(was.rule(id), is.rule(id)))
        .collect();
    changes.sort_by(|a, b| {
        let a_first = (a.direction, a.severity, &a.key);
        a_first.cmp(&(b.direction, b.severity, &b.key))
    });
    changes
}

/// Rules and their findings, by id and key.
struct Judged<'a> {
    rules: BTreeMap<&'a str, &'a RuleResult>,
    findings: BTreeMap<&'a str, BTreeMap<&'a str, &'a ReportedFinding>>,
}

/// One rule and its findings.
#[derive(Clone, Copy)]
struct Outcome<'a> {
    rule: &'a RuleResult,
    findings: Option<&'a BTreeMap<&'a str, &'a ReportedFinding>>,
}

impl<'a> Judged<'a> {
    fn of(document: &'a Document) -> Self {
        let rules = document.rules.iter().map(|rule| (&*rule.id, rule));
        let mut findings: BTreeMap<&str, BTreeMap<&str, &ReportedFinding>> = BTreeMap::new();
        for finding in &document.findings {
            let of_rule = findings.entry(&finding.rule).or_default();
            of_rule.insert(&finding.key, finding);
        }
        Self {
            rules: rules.collect(),
            findings,
        }
    }

    fn rule(&self, id: &str) -> Option<Outcome<'_>> {
        Some(Outcome {
            rule: self.rules.get(id)?,
            findings: self.findings.get(id),
        })
    }
}

impl<'a> Outcome<'a> {
    fn finding(&self, key: &str) -> Option<&'a ReportedFinding> {
        self.findings?.get(key).copied()
    }

    fn keys(&self) -> impl Iterator<Item = &'a str> {
        let findings = self.findings.into_iter();
        findings.flat_map(|findings| findings.keys().copied())
    }

    /// Whether everything that it was asked of was assessed.
    fn is_whole(&self) -> bool {
        self.rule.verdict != Verdict::NotAssessed && self.rule.would_assess.is_empty()
    }
}

struct Comparison<'a> {
    old: &'a Document,
    new: &'a Document,
    again: Option<&'a Judged<'a>>,
}

impl<'a> Comparison<'a> {
    /// What changed of one rule.
    fn rule(&self, was: Option<Outcome<'a>>, is: Option<Outcome<'a>>) -> Vec<Change> {
        match (was, is) {
            (Some(was), Some(is)) => self.both(was, is),
            (None, Some(is)) => one_sided(is, &self.came(is.rule), true),
            (Some(was), None) => one_sided(was, &self.went(was.rule), false),
            (None, None) => Vec::new(),
        }
    }

    /// Why a rule is there that was not.
    fn came(&self, rule: &RuleResult) -> Told {
        if chosen(rule, self.old) {
            let words = format!("waterline {} had no such rule", self.old.run.judged_by);
            return (Reason::NewRule, Direction::Worse, words);
        }
        let words = "none of its targets was chosen in the older run".to_owned();
        (Reason::Chosen, Direction::Worse, words)
    }

    /// Why a rule is no longer there.
    fn went(&self, rule: &RuleResult) -> Told {
        if chosen(rule, self.new) {
            let words = format!("waterline {} has no such rule", self.new.run.judged_by);
            return (Reason::RuleGone, Direction::Neutral, words);
        }
        let words = "none of its targets is chosen in the newer run".to_owned();
        (Reason::Chosen, Direction::Neutral, words)
    }

    fn both(&self, was: Outcome<'a>, is: Outcome<'a>) -> Vec<Change> {
        let keys: BTreeSet<&str> = was.keys().chain(is.keys()).collect();
        if keys.is_empty() {
            let told = verdicts(was.rule, is.rule);
            let told = told.map(|told| self.unless_moved(is.rule, told));
            return told
                .map(|told| of_rule(is.rule, told))
                .into_iter()
                .collect();
        }
        let changed = keys.into_iter().filter_map(|key| {
            let (before, after) = (was.finding(key), is.finding(key));
            let told = match (before, after) {
                (Some(before), Some(after)) => same(before, after),
                (Some(_), None) => Some(self.vanished(key, was, is)),
                (None, Some(_)) => Some(self.appeared(key, was, is)),
                (None, None) => None,
            };
            Some(of_finding(after.or(before)?, is.rule.required, told?))
        });
        changed.collect()
    }

    /// Why a finding is no longer there.
    fn vanished(&self, key: &str, was: Outcome, is: Outcome) -> Told {
        if !is.is_whole() {
            return (
                Reason::CeasedToBeAssessable,
                Direction::Worse,
                because("may be there still: not everything was assessed", is.rule),
            );
        }
        let still = self.judged_again(key, was.rule);
        match still {
            Some(false) => self.moved(was.rule, Direction::Better),
            _ if is.rule.verdict == Verdict::NotApplicable => (
                Reason::CeasedToApply,
                Direction::Neutral,
                because("no longer applies", is.rule),
            ),
            None if self.threshold(was.rule).is_some() => self.moved(was.rule, Direction::Better),
            _ => (
                Reason::Fixed,
                Direction::Better,
                "seen to be gone".to_owned(),
            ),
        }
    }

    /// Why a finding is there that was not.
    fn appeared(&self, key: &str, was: Outcome, is: Outcome) -> Told {
        match self.judged_again(key, is.rule) {
            Some(true) => self.moved(is.rule, Direction::Worse),
            _ if was.rule.verdict == Verdict::NotApplicable => (
                Reason::BecameApplicable,
                Direction::Worse,
                because("did not apply", was.rule),
            ),
            _ if !was.is_whole() => (
                Reason::BecameAssessable,
                Direction::Worse,
                because("had not been assessed", was.rule),
            ),
            None if self.threshold(is.rule).is_some() => self.moved(is.rule, Direction::Worse),
            _ => (
                Reason::NewFault,
                Direction::Worse,
                "was not found before".to_owned(),
            ),
        }
    }

    /// Whether the older run's facts, judged as the newer run is, have this finding; none if they
    /// are not there or do not tell.
    fn judged_again(&self, key: &str, rule: &RuleResult) -> Option<bool> {
        let outcome = self.again?.rule(&rule.id)?;
        let found = outcome.finding(key).is_some();
        (found || outcome.is_whole()).then_some(found)
    }

    /// Why a verdict changed: the same facts may give the new one too.
    fn unless_moved(&self, is: &RuleResult, told: Told) -> Told {
        let again = self.again.and_then(|again| again.rule(&is.id));
        match again {
            Some(again) if again.rule.verdict == is.verdict => self.moved(is, told.1),
            _ => told,
        }
    }

    /// The same facts give something else.
    fn moved(&self, rule: &RuleResult, direction: Direction) -> Told {
        let (old, new) = (&self.old.run, &self.new.run);
        if let Some(words) = self.threshold(rule) {
            return (Reason::ThresholdMoved, direction, words);
        }
        if old.judged_by != new.judged_by {
            let words = format!(
                "judged by waterline {}, before by {}",
                new.judged_by, old.judged_by
            );
            return (Reason::RuleChanged, direction, words);
        }
        let words = format!("judged at {}, before at {}", new.as_of, old.as_of);
        (Reason::DateMoved, direction, words)
    }

    /// How the thresholds of a rule differ; none if they do not.
    fn threshold(&self, rule: &RuleResult) -> Option<String> {
        let (was, is) = (
            self.old.parameters.get(&rule.id),
            self.new.parameters.get(&rule.id),
        );
        let shown = |set: Option<&BTreeMap<String, serde_json::Value>>| match set {
            None => "that of the rule".to_owned(),
            Some(set) => {
                let set = set.iter().map(|(name, value)| format!("{name} = {value}"));
                set.collect::<Vec<_>>().join(", ")
            }
        };
        (was != is).then(|| format!("{}, before {}", shown(is), shown(was)))
    }
}

/// A finding that both runs have.
fn same(before: &ReportedFinding, after: &ReportedFinding) -> Option<Told> {
    if before.waived != after.waived {
        return Some(match after.waived {
            true => (
                Reason::WaiverBegan,
                Direction::Better,
                "still there, accepted now".to_owned(),
            ),
            false => (
                Reason::WaiverEnded,
                Direction::Worse,
                "still there, no longer accepted".to_owned(),
            ),
        });
    }
    let direction = match after.affected.cmp(&before.affected) {
        std::cmp::Ordering::Less => Direction::Better,
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater => Direction::Worse,
    };
    let words = format!("{} affected, before {}", after.affected, before.affected);
    Some((Reason::Extent, direction, words))
}

/// Verdicts of a rule that has no finding in either run.
fn verdicts(was: &RuleResult, is: &RuleResult) -> Option<Told> {
    use Verdict::{NotApplicable, NotAssessed};
    match (was.verdict, is.verdict) {
        (before, after) if before == after => None,
        (_, NotAssessed) => Some((
            Reason::CeasedToBeAssessable,
            Direction::Worse,
            because("was assessed before", is),
        )),
        (NotAssessed, after) => Some((
            Reason::BecameAssessable,
            Direction::Better,
            format!("now {after}"),
        )),
        (NotApplicable, after) => Some((
            Reason::BecameApplicable,
            Direction::Neutral,
            format!("now {after}"),
        )),
        (_, NotApplicable) => Some((
            Reason::CeasedToApply,
            Direction::Neutral,
            because("no longer applies", is),
        )),
        _ => None,
    }
}

fn because(words: &str, rule: &RuleResult) -> String {
    match rule.reason.as_str() {
        "" => words.to_owned(),
        reason => format!("{words}: {reason}"),
    }
}

/// A rule that only one run has: its findings, or itself if it has none and was not assessed. One
/// that is met on its one side changes nothing.
fn one_sided(outcome: Outcome, told: &Told, is_new: bool) -> Vec<Change> {
    let required = outcome.rule.required;
    let mut changes: Vec<Change> = outcome
        .keys()
        .filter_map(|key| outcome.finding(key))
        .map(|finding| of_finding(finding, required, told.clone()))
        .collect();
    let unread = outcome.rule.verdict == Verdict::NotAssessed;
    if changes.is_empty() && is_new && unread {
        changes.push(of_rule(outcome.rule, told.clone()));
    }
    changes
}

/// Whether some target of a rule was chosen in a run.
fn chosen(rule: &RuleResult, document: &Document) -> bool {
    let mut targets = document.targets.iter();
    targets.any(|target| rule.targets.contains(&target.id))
}

fn of_finding(finding: &ReportedFinding, required: bool, told: Told) -> Change {
    Change {
        key: finding.key.clone(),
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        required,
        direction: told.1,
        reason: told.0,
        detail: told.2,
    }
}

fn of_rule(rule: &RuleResult, told: Told) -> Change {
    Change {
        key: rule.id.clone(),
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        required: rule.required,
        direction: told.1,
        reason: told.0,
        detail: told.2,
    }
}
