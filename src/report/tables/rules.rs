//! Every rule of the chosen targets with its verdict, and what would assess those that were not.

use std::io::{self, Write};

use super::{list, yes};
use crate::report::{Report, csv, words};

const COLUMNS: [&str; 9] = [
    "rule",
    "verdict",
    "severity",
    "required",
    "title",
    "targets",
    "reason",
    "would be assessed by",
    "caused by",
];

/// Writes the table.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(csv::line(COLUMNS).as_bytes())?;
    for rule in &report.assessment.rules {
        let line = csv::line([
            &*rule.id,
            words::verdict(rule.verdict),
            words::severity(rule.severity),
            yes(rule.required),
            &rule.title,
            &list(&rule.targets),
            &rule.reason,
            &list(&rule.would_assess),
            rule.caused_by.as_deref().unwrap_or_default(),
        ]);
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}
