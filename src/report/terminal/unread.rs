//! What was not assessed, and what would assess it.

use std::io;

use waterline_rules::{Assessment, assessment::RuleResult};

use super::first_of;
use crate::report::{
    page::{CARE, FAINT, PLAIN, Page},
    text::clean,
    unread::{Unread, first_remedies},
    words,
};

/// Rules named with one remedy.
const RULES: usize = 3;

/// Questions named.
const QUESTIONS: usize = 20;

/// Writes the remedies, each with the rules that it would assess.
pub(super) fn write(assessment: &Assessment, page: &mut Page) -> io::Result<()> {
    let count = Unread::count(assessment);
    if count == 0 {
        return Ok(());
    }
    let required = assessment.remaining_work.not_assessed;
    let minimums = words::count(count, "minimum");
    page.heading("NOT ASSESSED", &format!("{minimums}, {required} required"))?;
    let unread = Unread::of(assessment);
    if !unread.questions.is_empty() {
        let keys = unread.questions.keys().copied();
        let keys = first_of(keys, QUESTIONS);
        page.item(
            2,
            "→ ",
            CARE,
            "Answer these under `attested` in the profile:",
        )?;
        page.text(4, PLAIN, &keys)?;
    }
    for (cause, rules) in &unread.causes {
        let waiting = words::count(rules.len() as u64, "minimum");
        let words = format!("Clear {}: {waiting} wait for it", clean(cause));
        page.item(2, "→ ", CARE, &words)?;
    }
    let mut remedies = unread.remedies.iter();
    remedies.try_for_each(|(remedies, rules)| write_remedies(remedies, rules, page))
}

fn write_remedies(remedies: &[String], rules: &[&RuleResult], page: &mut Page) -> io::Result<()> {
    if remedies.is_empty() {
        page.item(2, "→ ", CARE, &clean(words::reason(rules[0])))?;
    }
    // All of them are needed: what comes after the first is added to it.
    let marks = std::iter::once("→ ").chain(std::iter::repeat("+ "));
    for (mark, remedy) in marks.zip(first_remedies(remedies)) {
        page.item(2, mark, CARE, &clean(&remedy))?;
    }
    let ids = first_of(rules.iter().map(|rule| &*rule.id), RULES);
    page.text(4, FAINT, &ids)
}
