//! What was not assessed: the questions to answer, then each remedy with its rules.

use waterline_rules::{Assessment, assessment::RuleResult};

use super::summary::Link;
use crate::report::{text, unread, words};

/// What was not assessed.
pub(super) struct Unread {
    pub(super) count: u64,
    pub(super) required: u32,
    pub(super) questions: Vec<Question>,
    pub(super) remedies: Vec<Remedy>,
}

/// A question that the profile does not answer.
pub(super) struct Question {
    pub(super) name: String,
    pub(super) rules: Vec<Row>,
}

/// What would assess some rules; empty if nothing is known to.
pub(super) struct Remedy {
    pub(super) words: String,
    pub(super) rules: Vec<Row>,
}

/// A rule that was not assessed.
pub(super) struct Row {
    pub(super) rule: Link,
    pub(super) title: String,
    pub(super) reason: String,
    pub(super) required: bool,
}

impl Unread {
    /// What an assessment did not assess.
    pub(super) fn of(assessment: &Assessment) -> Self {
        let unread = unread::Unread::of(assessment);
        let rows = |rules: Vec<&RuleResult>| rules.into_iter().map(Row::of).collect();
        let questions = unread.questions.into_iter();
        let causes = unread.causes.into_iter().map(|(cause, rules)| Remedy {
            words: format!("Clear {}, their cause", text::clean(cause)),
            rules: rows(rules),
        });
        let causes: Vec<Remedy> = causes.collect();
        let remedies = unread.remedies.into_iter();
        Self {
            count: unread::Unread::count(assessment),
            required: assessment.remaining_work.not_assessed,
            questions: questions
                .map(|(name, rules)| Question {
                    name: text::clean(name),
                    rules: rows(rules),
                })
                .collect(),
            remedies: causes
                .into_iter()
                .chain(remedies.map(|(words, rules)| Remedy {
                    words: text::visible(&cut(words).join(" ")),
                    rules: rows(rules),
                }))
                .collect(),
        }
    }
}

/// The first remedies, none of them longer than a value.
fn cut(remedies: &[String]) -> Vec<String> {
    let remedies = unread::first_remedies(remedies);
    let cut = remedies.iter().map(|one| text::cut(one, text::LONGEST));
    cut.collect()
}

impl Row {
    fn of(rule: &RuleResult) -> Self {
        Self {
            rule: Link::to(&rule.id),
            title: text::clean(&rule.title),
            reason: text::visible(&text::cut(words::reason(rule), 2000)),
            required: rule.required,
        }
    }
}
