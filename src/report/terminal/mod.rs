//! The report for reading in a terminal: the verdicts, the plan, what is in the way, what was not
//! assessed, and what limits the run. Everything is shortened to be read in a few screens; the
//! other formats have steps, evidence and long lists in full.

mod findings;
mod plan;
mod targets;
mod unread;

use std::io::{self, Write};

use anstyle::Style;
use waterline_rules::Severity;

use super::{
    Layout, Report, changes,
    limits::limits,
    page::{BAD, CARE, FAINT, HEADING, NO_BREAK, PLAIN, Page},
    text::clean,
    words,
};

/// Limits of the run that are shown.
const LIMITS: usize = 12;

/// Writes the report.
pub(super) fn render(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(layout, out);
    title(report, &mut page)?;
    targets::write(report.assessment, &mut page)?;
    changed(report, &mut page)?;
    plan::write(report.assessment, &mut page)?;
    findings::write(report.assessment, &mut page)?;
    unread::write(report.assessment, &mut page)?;
    limits_of_run(report, &mut page)?;
    notices(report, &mut page)?;
    page.gap()?;
    page.text(
        0,
        FAINT,
        "Every finding with its evidence and every task with its steps: add --out DIR, \
         which writes report.md and report.json.",
    )
}

fn title(report: &Report, page: &mut Page) -> io::Result<()> {
    let title = match clean(&report.profile.organisation) {
        organisation if organisation.is_empty() => "Onboarding assessment".to_owned(),
        organisation => format!("Onboarding assessment of {organisation}"),
    };
    page.text(0, HEADING, &title)?;
    let run = &report.environment.run;
    let moment = words::moment(run.started);
    let machine = words::machine(report);
    let version = clean(report.tool_version);
    page.text(
        0,
        FAINT,
        &format!("measured {moment} on {machine}, judged by waterline {version}"),
    )
}

/// What changed, if an earlier run was named.
fn changed(report: &Report, page: &mut Page) -> io::Result<()> {
    let Some(changes) = report.changes else {
        return Ok(());
    };
    let since = format!("since {}", words::moment(changes.old.started));
    page.heading("CHANGES", &since)?;
    changes::sections(changes, page)
}

fn limits_of_run(report: &Report, page: &mut Page) -> io::Result<()> {
    let limits = limits(report);
    if limits.is_empty() {
        return Ok(());
    }
    page.heading("LIMITS OF THIS RUN", "")?;
    for limit in limits.iter().take(LIMITS) {
        page.item(2, "! ", CARE, &clean(limit))?;
    }
    match limits.len().saturating_sub(LIMITS) {
        0 => Ok(()),
        left => page.text(4, FAINT, &format!("and {left} more in the full report")),
    }
}

fn notices(report: &Report, page: &mut Page) -> io::Result<()> {
    let notices = &report.assessment.notices;
    if notices.is_empty() {
        return Ok(());
    }
    page.heading("NOTICES", "")?;
    let mut notices = notices.iter();
    notices.try_for_each(|notice| page.item(2, "· ", PLAIN, &clean(notice)))
}

/// The first few of a list, and how many more there are.
fn first_of<'a>(list: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let mut list = list.into_iter();
    let mut shown: Vec<String> = list.by_ref().take(most).map(clean).collect();
    match list.count() {
        0 => {}
        left => shown.push(format!("and{NO_BREAK}{left}{NO_BREAK}more")),
    }
    shown.join(", ")
}

/// The colour in which a severity is shown.
fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Blocker => BAD,
        Severity::Major => CARE,
        Severity::Minor | Severity::Info => FAINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_cut_after_the_limit_with_the_number_left() {
        assert_eq!(first_of([], 3), "");
        assert_eq!(first_of(["a"], 3), "a");
        assert_eq!(first_of(["a", "b", "c"], 3), "a, b, c");
        let cut = first_of(["a", "b", "c", "d"], 3);
        assert_eq!(cut.replace(NO_BREAK, " "), "a, b, c, and 1 more");
    }
}
