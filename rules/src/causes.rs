//! Tells causes from consequences: with no resolver that answers, forty endpoints that cannot be
//! reached are one finding with forty consequences.
//!
//! A consequence keeps its verdict, and what it blocks stays blocked. It only stands under its cause
//! and has no task of its own. A cause that a waiver accepts is none: its consequences speak for
//! themselves then.

use std::collections::BTreeMap;

use crate::{
    assessment::{Finding, RuleResult},
    graph::Graph,
    judged::Suspect,
    misplaced::Misplaced,
    rule::{CausedBy, Rule},
    source::did_you_mean,
    verdict::Verdict,
};

/// For rules that were not assessed, what may be the cause.
pub(crate) type Unread = BTreeMap<String, Vec<Suspect>>;

/// Names the cause of each consequence, and its consequences at each cause.
pub(crate) fn settle(rules: &mut [RuleResult], findings: &mut [Finding], unread: &Unread) {
    let causes = Causes::new(findings);
    let roots: Vec<Option<String>> = findings.iter().map(|one| causes.root_of(one)).collect();
    let mut consequences: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in rules.iter_mut() {
        rule.caused_by = match rule.verdict {
            Verdict::NotAssessed => {
                let suspects = unread.get(&rule.id).map(Vec::as_slice).unwrap_or_default();
                causes.root(suspects)
            }
            Verdict::NotMet => only_cause(&rule.id, findings, &roots),
            _ => None,
        };
        if let (Verdict::NotAssessed, Some(root)) = (rule.verdict, &rule.caused_by) {
            consequences
                .entry(root.clone())
                .or_default()
                .push(rule.id.clone());
        }
    }
    for (finding, root) in findings.iter_mut().zip(roots) {
        if let Some(root) = &root {
            consequences
                .entry(root.clone())
                .or_default()
                .push(finding.key.clone());
        }
        finding.caused_by = root;
    }
    for finding in findings {
        let mut own = consequences.remove(&finding.key).unwrap_or_default();
        own.sort();
        finding.consequences = own;
    }
}

/// The first cause of a rule's findings, if each that no waiver accepts has one.
fn only_cause(rule: &str, findings: &[Finding], roots: &[Option<String>]) -> Option<String> {
    let own = findings.iter().zip(roots);
    let own: Option<Vec<&String>> = own
        .filter(|(finding, _)| finding.rule == rule && !finding.waived)
        .map(|(_, root)| root.as_ref())
        .collect();
    own?.first().map(|root| (*root).clone())
}

/// The findings that can be causes, by key.
struct Causes<'a>(BTreeMap<&'a str, &'a Finding>);

impl<'a> Causes<'a> {
    fn new(findings: &'a [Finding]) -> Self {
        let open = findings.iter().filter(|finding| !finding.waived);
        Self(
            open.map(|finding| (finding.key.as_str(), finding))
                .collect(),
        )
    }

    fn root_of(&self, finding: &Finding) -> Option<String> {
        match finding.waived {
            true => None,
            false => self.root(&finding.suspects),
        }
    }

    /// The cause at the end of the chain. Rules cannot cause each other in a circle, so it ends.
    fn root(&self, suspects: &[Suspect]) -> Option<String> {
        let mut root = self.first(suspects)?;
        while let Some(further) = self.first(&root.suspects) {
            root = further;
        }
        Some(root.key.clone())
    }

    /// The first suspect that was found: the finding named, else the first of the rule.
    fn first(&self, suspects: &[Suspect]) -> Option<&'a Finding> {
        suspects.iter().find_map(|suspect| match &suspect.key {
            Some(key) => self
                .0
                .get(format!("{}/{key}", suspect.rule).as_str())
                .copied(),
            None => self
                .0
                .values()
                .find(|one| one.rule == suspect.rule)
                .copied(),
        })
    }
}

/// What is wrong with the causes that rules name. With a rule `missing`, nothing is said of causes
/// that there are not.
pub(crate) fn misplaced(rules: &[Rule], missing: bool) -> Vec<Misplaced> {
    let mut faults = Vec::new();
    let mut graph = Graph::default();
    for rule in rules {
        for cause in &rule.caused_by {
            graph.wait(&rule.id.value, &cause.rule.value);
            let named = rules
                .iter()
                .find(|other| other.id.value == cause.rule.value);
            let message = wrong(rule, cause, named, rules);
            let message = message.filter(|_| named.is_some() || !missing);
            faults.extend(message.map(|message| fault(rule, cause, message)));
        }
    }
    faults.extend(circle(&graph, rules));
    faults
}

fn wrong(rule: &Rule, cause: &CausedBy, named: Option<&Rule>, rules: &[Rule]) -> Option<String> {
    let id = &cause.rule.value;
    let Some(named) = named else {
        let near = did_you_mean(id, rules.iter().map(|rule| rule.id.value.as_str()));
        return Some(format!("there is no rule `{id}`{near}"));
    };
    (named.severity > rule.severity).then(|| {
        let (own, other) = (rule.severity.words(), named.severity.words());
        format!("`{id}` is {other} and cannot stand for what is {own}")
    })
}

fn fault(rule: &Rule, cause: &CausedBy, message: String) -> Misplaced {
    Misplaced {
        id: rule.id.value.clone(),
        place: cause.rule.referenced,
        message,
    }
}

/// A circle of causes, shown in the first of them.
fn circle(graph: &Graph<'_>, rules: &[Rule]) -> Option<Misplaced> {
    let circle = graph.cycle()?;
    let rule = rules.iter().find(|rule| rule.id.value == circle[0])?;
    let mut causes = rule.caused_by.iter();
    let cause = causes.find(|cause| cause.rule.value == circle[1])?;
    let message = format!("rules cause each other in a circle: {}", circle.join(" → "));
    Some(fault(rule, cause, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{finding, result};

    fn suspect(rule: &str, key: Option<&str>) -> Suspect {
        Suspect {
            rule: rule.to_owned(),
            key: key.map(str::to_owned),
        }
    }

    fn suspected(rule: &str, key: &str, suspects: &[(&str, Option<&str>)]) -> Finding {
        let suspects = suspects.iter().map(|(rule, key)| suspect(rule, *key));
        Finding {
            suspects: suspects.collect(),
            ..finding(rule, key)
        }
    }

    #[test]
    fn consequences_stand_under_the_cause_at_the_end_of_the_chain() {
        let mut findings = [
            suspected("dark", "dark", &[]),
            suspected("port", "port/80", &[("dark", None)]),
            suspected("closed", "closed/a", &[("port", Some("80"))]),
            suspected("closed", "closed/b", &[("port", Some("443"))]),
        ];
        let mut rules = [
            result("dark", Verdict::NotMet),
            result("port", Verdict::NotMet),
            result("closed", Verdict::NotMet),
            result("unread", Verdict::NotAssessed),
            result("other", Verdict::NotAssessed),
        ];
        let unread = Unread::from([
            ("unread".to_owned(), vec![suspect("port", None)]),
            ("other".to_owned(), vec![suspect("nothing", None)]),
        ]);
        settle(&mut rules, &mut findings, &unread);
        assert_eq!(findings[0].consequences, ["closed/a", "port/80", "unread"]);
        let causes = findings.each_ref().map(|one| one.caused_by.as_deref());
        assert_eq!(causes, [None, Some("dark"), Some("dark"), None]);
        let causes = rules.each_ref().map(|rule| rule.caused_by.as_deref());
        assert_eq!(causes, [None, Some("dark"), None, Some("dark"), None]);
    }

    #[test]
    fn a_waived_cause_is_none_and_a_waived_consequence_stays_with_its_waiver() {
        let mut findings = [
            Finding {
                waived: true,
                ..finding("dark", "dark")
            },
            suspected("closed", "closed/a", &[("dark", None)]),
            finding("proxy", "proxy"),
            Finding {
                waived: true,
                ..suspected("closed", "closed/b", &[("proxy", None)])
            },
        ];
        settle(&mut [], &mut findings, &Unread::new());
        assert!(findings.iter().all(|one| one.caused_by.is_none()));
        assert!(findings.iter().all(|one| one.consequences.is_empty()));
    }
}
