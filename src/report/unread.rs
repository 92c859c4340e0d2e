//! What was not assessed, grouped by what would assess it.

use std::{cmp::Reverse, collections::BTreeMap};

use waterline_rules::{Assessment, Verdict, assessment::RuleResult, facts::open_question};

/// What was not assessed.
#[derive(Default)]
pub(super) struct Unread<'a> {
    /// Questions that the profile does not answer, by name, with the rules that wait for nothing
    /// but answers.
    pub(super) questions: BTreeMap<&'a str, Vec<&'a RuleResult>>,
    /// All other rules, those with the same remedies together; where most required rules wait first.
    pub(super) remedies: Vec<(&'a [String], Vec<&'a RuleResult>)>,
    /// Rules that wait for a cause to be cleared, by the key of its finding.
    pub(super) causes: Vec<(&'a str, Vec<&'a RuleResult>)>,
}

impl<'a> Unread<'a> {
    /// What an assessment did not assess.
    pub(super) fn of(assessment: &'a Assessment) -> Self {
        let mut questions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut remedies: BTreeMap<&[String], Vec<_>> = BTreeMap::new();
        let mut causes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let rules = assessment.rules.iter();
        let rules = rules.filter(|rule| rule.verdict == Verdict::NotAssessed);
        for rule in rules {
            if let Some(cause) = &rule.caused_by {
                causes.entry(cause.as_str()).or_default().push(rule);
                continue;
            }
            match asked(rule) {
                Some(asked) => asked
                    .into_iter()
                    .for_each(|question| questions.entry(question).or_default().push(rule)),
                None => remedies.entry(&rule.would_assess).or_default().push(rule),
            }
        }
        let mut remedies: Vec<_> = remedies.into_iter().collect();
        remedies
            .sort_by_key(|(_, rules)| Reverse(rules.iter().filter(|rule| rule.required).count()));
        Self {
            questions,
            remedies,
            causes: causes.into_iter().collect(),
        }
    }

    /// How many rules these are.
    pub(super) fn count(assessment: &Assessment) -> u64 {
        let rules = assessment.rules.iter();
        rules
            .filter(|rule| rule.verdict == Verdict::NotAssessed)
            .count() as u64
    }
}

/// Remedies named one by one: many are of one kind, such as a record of each domain.
const MOST_REMEDIES: usize = 3;

/// The first few remedies, and how many more there are; raw text.
pub(super) fn first_remedies(remedies: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = remedies.iter().take(MOST_REMEDIES).cloned().collect();
    match remedies.len() - shown.len() {
        0 => {}
        left => shown.push(format!("And {left} more like these: see the JSON report.")),
    }
    shown
}

/// The questions that a rule waits for, if it waits for nothing else.
fn asked(rule: &RuleResult) -> Option<Vec<&str>> {
    let remedies = rule.would_assess.iter();
    let questions: Option<Vec<_>> = remedies.map(|remedy| open_question(remedy)).collect();
    questions.filter(|questions| !questions.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn many_remedies_are_named_by_the_first_and_counted() {
        let remedies: Vec<String> = (0..40).map(|number| format!("Look at {number}.")).collect();
        assert_eq!(first_remedies(&remedies[..3]), remedies[..3]);
        let shown = first_remedies(&remedies);
        assert_eq!(shown.len(), 4);
        assert_eq!(shown[3], "And 37 more like these: see the JSON report.");
    }

    #[test]
    fn questions_stand_apart_and_rules_with_the_same_remedies_together() {
        let mut assessment = fixture::assessment();
        let mut rule = assessment.rules[1].clone();
        rule.verdict = Verdict::NotAssessed;
        for (id, remedies) in [
            ("one", vec!["Answer `b` under `attested` in the profile."]),
            ("two", vec!["Answer `a` under `attested` in the profile."]),
            (
                "three",
                vec![
                    "Answer `a` under `attested` in the profile.",
                    "run it again",
                ],
            ),
            ("four", vec!["zoom in"]),
            ("five", vec!["zoom in"]),
            ("six", vec![]),
        ] {
            rule.id = id.to_owned();
            rule.would_assess = remedies.into_iter().map(str::to_owned).collect();
            assessment.rules.push(rule.clone());
        }
        let unread = Unread::of(&assessment);
        let questions: Vec<_> = unread.questions.keys().copied().collect();
        assert_eq!(questions, ["a", "b"]);
        assert_eq!(unread.remedies[0].0, ["zoom in"]);
        let ids: Vec<_> = unread.remedies[0].1.iter().map(|rule| &*rule.id).collect();
        assert_eq!(ids, ["four", "five"]);
        assert!(
            unread
                .remedies
                .iter()
                .any(|(remedies, _)| remedies.is_empty())
        );
        let grouped: usize = unread.remedies.iter().map(|(_, rules)| rules.len()).sum();
        assert_eq!((grouped + 2) as u64, Unread::count(&assessment));
    }
}
