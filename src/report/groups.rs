//! Findings grouped by their rule, as people read them: one defect, and everything that has it.

use std::collections::{BTreeMap, BTreeSet};

use waterline_rules::{Assessment, Severity, assessment::Finding};

use super::words::SEVERITIES;

/// Findings of one rule that are of one severity, and all waived or all open.
pub(super) struct Group<'a> {
    /// The rule's id.
    pub(super) rule: &'a str,
    /// The rule's title, or the finding's where there is one only; raw text.
    pub(super) title: &'a str,
    /// How much they matter.
    pub(super) severity: Severity,
    /// Whether waivers accept them.
    pub(super) waived: bool,
    /// The findings, at least one, in the order of the assessment.
    pub(super) findings: Vec<&'a Finding>,
    /// Sum of the objects, hosts or machines that each concerns.
    pub(super) affected: u64,
    /// Their consequences, sorted: findings by key, and rules that were not assessed by id.
    pub(super) consequences: Vec<&'a str>,
}

/// The groups: open ones first, the most severe first, those with consequences first, then by rule.
/// Consequences stand under their causes and have no groups of their own.
pub(super) fn groups(assessment: &Assessment) -> Vec<Group<'_>> {
    let mut sorted: BTreeMap<(bool, usize, bool, &str), Vec<&Finding>> = BTreeMap::new();
    let own = assessment.findings.iter();
    for finding in own.filter(|finding| finding.caused_by.is_none()) {
        let key = (
            finding.waived,
            weight(finding.severity),
            finding.consequences.is_empty(),
            &*finding.rule,
        );
        sorted.entry(key).or_default().push(finding);
    }
    sorted
        .into_iter()
        .map(|((waived, weight, _, rule), findings)| Group {
            rule,
            title: title(rule, &findings, assessment),
            severity: SEVERITIES[weight],
            waived,
            affected: findings
                .iter()
                .fold(0, |sum, finding| sum.saturating_add(finding.affected)),
            consequences: consequences(&findings),
            findings,
        })
        .collect()
}

fn consequences<'a>(findings: &[&'a Finding]) -> Vec<&'a str> {
    let all = findings.iter().flat_map(|finding| &finding.consequences);
    let mut all: Vec<&str> = all.map(String::as_str).collect();
    all.sort_unstable();
    all
}

/// What a cause stands for: the rule that is the cause of another's verdict, or the rule itself.
fn cause<'a>(id: &'a str, assessment: &'a Assessment) -> &'a str {
    let rule = assessment.rules.iter().find(|rule| rule.id == id);
    let cause = rule.and_then(|rule| rule.caused_by.as_deref());
    let cause = cause.and_then(|key| assessment.findings.iter().find(|one| one.key == key));
    cause.map_or(id, |cause| &cause.rule)
}

/// Rules, those that have a cause by that, each once and sorted.
pub(super) fn causes<'a>(ids: &'a [String], assessment: &'a Assessment) -> Vec<&'a str> {
    let causes = ids.iter().map(|id| cause(id, assessment));
    let causes: BTreeSet<&str> = causes.collect();
    causes.into_iter().collect()
}

/// The place of a severity among all, 0 for the worst.
pub(super) fn weight(severity: Severity) -> usize {
    let mut all = SEVERITIES.into_iter();
    all.position(|other| other == severity)
        .expect("the list names every severity")
}

/// The thing that a finding concerns, such as `login.microsoftonline.com:443`; none where it is the
/// environment itself. Raw text.
pub(super) fn subject(finding: &Finding) -> Option<&str> {
    let rest = finding.key.strip_prefix(&finding.rule)?;
    rest.strip_prefix('/')
}

fn title<'a>(rule: &str, findings: &[&'a Finding], assessment: &'a Assessment) -> &'a str {
    let of_rule = assessment.rules.iter().find(|result| result.id == rule);
    match (findings, of_rule) {
        ([_, _, ..], Some(result)) => &result.title,
        _ => &findings[0].title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn severe_ones_come_first_and_waived_ones_last() {
        let mut assessment = fixture::assessment();
        assessment.findings.reverse();
        let groups = groups(&assessment);
        let order: Vec<_> = groups
            .iter()
            .map(|group| (group.waived, group.rule))
            .collect();
        assert_eq!(
            order,
            [
                (false, "core-endpoint-unreachable"),
                (false, "directory-forest-level-low"),
                (false, "objects-upn-unroutable"),
                (false, "browser-out-of-date"),
                (true, "dns-resolver-dead"),
            ]
        );
    }

    #[test]
    fn one_finding_speaks_for_itself_and_many_by_their_rule() {
        let mut assessment = fixture::assessment();
        let one = assessment.findings[0].clone();
        assert_eq!(groups(&assessment)[0].title, one.title);
        assessment.findings.push(one);
        let two = &groups(&assessment)[0];
        assert_eq!(two.title, "A required endpoint cannot be reached");
        assert_eq!((two.findings.len(), two.affected), (2, 2));
    }

    #[test]
    fn subject_is_what_the_key_adds_to_the_rule() {
        let mut finding = fixture::assessment().findings.remove(0);
        assert_eq!(
            subject(&finding),
            Some("enterpriseregistration.windows.net:443")
        );
        finding.key = finding.rule.clone();
        assert_eq!(subject(&finding), None);
        finding.key = "something else/x".to_owned();
        assert_eq!(subject(&finding), None);
    }
}
