//! What was not assessed in Markdown: the questions to answer, then each remedy with its rules.

use std::io::{self, Write};

use waterline_rules::{Assessment, assessment::RuleResult};

use super::{heading, table::Table};
use crate::report::{
    escape::{code, escape},
    unread::{Unread, first_remedies},
    words,
};

/// Writes what was not assessed.
pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Not assessed")?;
    let count = Unread::count(assessment);
    if count == 0 {
        return writeln!(out, "Nothing: every minimum that applies was assessed.");
    }
    let required = assessment.remaining_work.not_assessed;
    let minimums = words::count(count, "minimum");
    writeln!(out, "{minimums}, {required} required.")?;
    let unread = Unread::of(assessment);
    if !unread.questions.is_empty() {
        write_questions(&unread, out)?;
    }
    for (cause, rules) in &unread.causes {
        writeln!(out, "\n### Clear {}, their cause\n", code(cause))?;
        write_rules(rules, out)?;
    }
    let mut remedies = unread.remedies.iter();
    remedies.try_for_each(|(remedies, rules)| write_remedies(remedies, rules, out))
}

fn write_questions(unread: &Unread, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### Answer these under `attested` in the profile\n")?;
    let mut table = Table::new(&["Question", "Decides", "Rule"]);
    for (question, rules) in &unread.questions {
        for rule in rules {
            let cells = [code(question), escape(&rule.title), code(&rule.id)];
            table.rows.push(cells.to_vec());
        }
    }
    table.write(out)
}

fn write_remedies(
    remedies: &[String],
    rules: &[&RuleResult],
    out: &mut dyn Write,
) -> io::Result<()> {
    let remedies = first_remedies(remedies);
    let remedies: Vec<String> = remedies.iter().map(|remedy| escape(remedy)).collect();
    if remedies.is_empty() {
        writeln!(out, "\n### No remedy is known\n")?;
    } else {
        writeln!(out, "\n### {}\n", remedies.join(" "))?;
    }
    write_rules(rules, out)
}

fn write_rules(rules: &[&RuleResult], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["Rule", "Title", "Why it was not assessed"]);
    for rule in rules {
        let reason = escape(words::reason(rule));
        let cells = [code(&rule.id), escape(&rule.title), reason];
        table.rows.push(cells.to_vec());
    }
    table.write(out)
}
