//! What changed between two runs, for a terminal and for machines.

use std::io::{self, Write};

use anstyle::Style;
use waterline_rules::Readiness;

use super::{
    Layout,
    json::write_escaped,
    page::{BAD, CARE, FAINT, GOOD, PLAIN, Page},
    text::clean,
    words,
};
use crate::diff::{Change, Changes, Direction, RunPoint, TargetChange};

/// Changes of one direction that a terminal shows.
const MOST: usize = 40;

/// Columns of a reason.
const REASON: usize = 22;

/// Writes the changes as a document for machines.
///
/// # Errors
/// If the writer fails.
pub fn write_json(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    write_escaped(changes, out)
}

/// Writes the changes for reading in a terminal.
///
/// # Errors
/// If the writer fails.
pub fn write(changes: &Changes, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(layout, out);
    let (old, new) = (&changes.old, &changes.new);
    let title = format!(
        "Changes from {} to {}",
        words::moment(old.started),
        words::moment(new.started)
    );
    page.text(0, super::page::HEADING, &title)?;
    sections(changes, &mut page)
}

/// Writes them as sections of a page that goes on.
pub(super) fn sections(changes: &Changes, page: &mut Page) -> io::Result<()> {
    for notice in &changes.notices {
        page.item(2, "! ", CARE, &clean(notice))?;
    }
    targets(&changes.targets, page)?;
    for (direction, title, style) in [
        (Direction::Worse, "WORSE", BAD),
        (Direction::Better, "BETTER", GOOD),
        (Direction::Neutral, "NEITHER", FAINT),
    ] {
        let of_direction: Vec<&Change> = changes.of(direction).collect();
        list(&of_direction, title, style, page)?;
    }
    if changes.is_empty() {
        page.gap()?;
        page.text(0, PLAIN, "Nothing changed.")?;
    }
    history(&changes.history, page)
}

fn targets(targets: &[TargetChange], page: &mut Page) -> io::Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
    page.heading("TARGETS", "")?;
    for target in targets {
        let words = format!("{}: {}", clean(&target.title), moved(target));
        page.item(2, "· ", PLAIN, &words)?;
    }
    Ok(())
}

/// How ready a target was and is, in words.
pub(super) fn moved(target: &TargetChange) -> String {
    let shown = |readiness: Option<Readiness>| readiness.map_or("not chosen", words::readiness);
    format!("{} → {}", shown(target.was), shown(target.is))
}

fn list(changes: &[&Change], title: &str, style: Style, page: &mut Page) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    page.heading(title, &words::count(changes.len() as u64, "change"))?;
    for change in changes.iter().take(MOST) {
        let lead = format!("  {}", change.reason.words());
        page.row((REASON, &lead, style), &clean(&change.title), &[])?;
        let severity = words::severity(change.severity);
        let facts = format!("{severity} · {} · {}", change.key, change.detail);
        page.text(REASON, FAINT, &clean(&facts))?;
    }
    match changes.len().saturating_sub(MOST) {
        0 => Ok(()),
        left => page.text(
            REASON,
            FAINT,
            &format!("and {left} more: --format json has all"),
        ),
    }
}

fn history(points: &[RunPoint], page: &mut Page) -> io::Result<()> {
    page.heading("REMAINING WORK", "")?;
    for point in points {
        let work = &point.remaining_work;
        let words = format!(
            "{}: {}, {} not assessed, {}",
            words::moment(point.started),
            words::remaining(work),
            work.not_assessed,
            words::hours(work.effort_hours)
        );
        page.item(2, "· ", PLAIN, &words)?;
    }
    Ok(())
}
