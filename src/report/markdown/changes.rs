//! What changed since an earlier run in Markdown, and how much each run left to do.

use std::io::{self, Write};

use super::{bullets, heading, table::Table};
use crate::{
    diff::{Change, Changes, RunPoint},
    report::{
        changes::moved,
        escape::{code, escape},
        words,
    },
};

/// The section's title.
pub(super) const TITLE: &str = "Changes";

/// Writes the section.
pub(super) fn write(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    heading(out, TITLE)?;
    let since = words::moment(changes.old.started);
    writeln!(out, "Since the run of {since}.\n")?;
    let notices: Vec<String> = changes.notices.iter().map(|one| escape(one)).collect();
    bullets(out, &notices, "")?;
    targets(changes, out)?;
    match changes.changes.is_empty() {
        true => writeln!(out, "\nNothing changed.")?,
        false => list(&changes.changes, out)?,
    }
    history(&changes.history, out)
}

fn targets(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    if changes.targets.is_empty() {
        return Ok(());
    }
    let lines = changes.targets.iter();
    let lines: Vec<String> = lines
        .map(|target| format!("{}: {}", escape(&target.title), moved(target)))
        .collect();
    writeln!(out)?;
    bullets(out, &lines, "")
}

fn list(changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["Change", "Direction", "Severity", "What", "Key", "Details"]);
    for change in changes {
        table.rows.push(vec![
            change.reason.words().to_owned(),
            change.direction.words().to_owned(),
            words::severity(change.severity).to_owned(),
            escape(&change.title),
            code(&change.key),
            escape(&change.detail),
        ]);
    }
    writeln!(out)?;
    table.write(out)
}

fn history(points: &[RunPoint], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["Run", "Remaining work", "Not assessed", "Effort"]);
    for point in points {
        let work = &point.remaining_work;
        table.rows.push(vec![
            words::moment(point.started),
            words::remaining(work),
            work.not_assessed.to_string(),
            words::hours(work.effort_hours),
        ]);
    }
    writeln!(out)?;
    table.write(out)
}
