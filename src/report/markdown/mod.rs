//! The whole plan as Markdown (CommonMark with tables), for specialists to read and review.
//!
//! Nothing is left out but the ends of values that are too long to read; long tables are folded.

mod changes;
mod findings;
mod fleet;
mod plan;
mod table;
mod unread;

use std::io::{self, Write};

use table::Table;

use super::{
    Report,
    escape::{code, escape, escape_shown},
    groups::causes,
    inventory::{Inventory, OperatingSystemInventory, inventory},
    limits::limits,
    recorded, words,
};

/// Titles of the sections, in order; the second stands only where an earlier run was named.
const SECTIONS: [&str; 8] = [
    "Verdicts",
    changes::TITLE,
    "Plan",
    "Findings",
    "Not assessed",
    "Limits of this run",
    "Inventory",
    "All rules",
];

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    title(report, out)?;
    contents(report, out)?;
    verdicts(report, out)?;
    if let Some(found) = report.changes {
        changes::write(found, out)?;
    }
    plan::write(report.assessment, out)?;
    findings::write(report.assessment, out)?;
    unread::write(report.assessment, out)?;
    limits_of_run(report, out)?;
    let inventory = inventory(report);
    figures(&inventory, out)?;
    fleet::write(&inventory, out)?;
    recorded::write(inventory.recorded.as_ref(), escape, out)?;
    rules(report, out)
}

fn title(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let organisation = match &*report.profile.organisation {
        "" => String::new(),
        name => format!(" of {}", escape(name)),
    };
    let run = &report.environment.run;
    let moment = words::moment(run.started);
    let machine = escape_shown(&words::machine(report));
    let version = escape(report.tool_version);
    writeln!(out, "# Onboarding assessment{organisation}\n")?;
    writeln!(
        out,
        "Measured {moment} on {machine}, judged by waterline {version}."
    )?;
    let work = &report.assessment.remaining_work;
    let left = words::remaining(work);
    let effort = words::hours(work.effort_hours);
    writeln!(
        out,
        "Left to do: {left}; {effort} of work; {} not assessed.",
        words::count(work.not_assessed, "required minimum")
    )
}

/// Links to the sections, by the names that renderers give to headings.
fn contents(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    let is_there = |title: &&&str| **title != changes::TITLE || report.changes.is_some();
    SECTIONS.iter().filter(is_there).try_for_each(|title| {
        let anchor = title.to_lowercase().replace(' ', "-");
        writeln!(out, "- [{title}](#{anchor})")
    })
}

fn verdicts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Verdicts")?;
    let mut table = Table::new(&[
        "Target",
        "Verdict",
        "Minimums met",
        "Assessed",
        "Blocked by",
        "Waits for",
    ]);
    for target in &report.assessment.targets {
        let of_required = |count: u32| format!("{count} of {}", target.required);
        table.rows.push(vec![
            escape(&target.title),
            format!("**{}**", words::readiness(target.readiness)),
            of_required(target.met),
            of_required(target.assessed),
            codes(&causes(&target.blocked_by, report.assessment)),
            codes(&causes(&target.not_assessed, report.assessment)),
        ]);
    }
    table.write(out)
}

fn limits_of_run(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Limits of this run")?;
    let limits: Vec<String> = limits(report).iter().map(|limit| escape(limit)).collect();
    bullets(
        out,
        &limits,
        "None: all probes came to their end, with administrator rights.",
    )?;
    let notices: Vec<String> = report
        .assessment
        .notices
        .iter()
        .map(|notice| escape(notice))
        .collect();
    if notices.is_empty() {
        return Ok(());
    }
    heading(out, "Notices")?;
    bullets(out, &notices, "")
}

fn figures(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Inventory")?;
    let directory = &inventory.directory;
    let figure = |name: &str, value: Option<u64>| {
        let value = value.map_or_else(|| "not known".to_owned(), |value| value.to_string());
        format!("{name}: {value}")
    };
    let mut lines = vec![
        figure("Users", directory.users),
        figure("Users that are disabled", directory.users_disabled),
        figure("Groups", directory.groups),
        figure("Contacts", directory.contacts),
        figure("Computers", directory.computers),
        figure("Computers that are disabled", directory.computers_disabled),
    ];
    if directory.fleet.is_none() {
        lines.extend(
            directory
                .operating_systems
                .iter()
                .flatten()
                .map(operating_system),
        );
    }
    for browser in inventory.browsers.iter().flatten() {
        let version = escape(browser.version.as_deref().unwrap_or("of unknown version"));
        lines.push(format!("Browser: {} {version}", escape(&browser.name)));
    }
    if let Some(endpoints) = &inventory.endpoints {
        let (reachable, failed) = (endpoints.reachable, endpoints.unreachable);
        let (open, others) = (endpoints.not_assessed, endpoints.not_probed);
        let mut line =
            format!("Endpoints: {reachable} reachable, {failed} not, {open} not assessed");
        if others > 0 {
            line.push_str(&format!("; {others} of other targets or roles not probed"));
        }
        lines.push(line);
    }
    bullets(out, &lines, "")
}

fn operating_system(system: &OperatingSystemInventory) -> String {
    let name = system
        .name
        .as_deref()
        .unwrap_or("no operating system named");
    let (name, version) = (
        escape(name),
        escape(system.version.as_deref().unwrap_or("")),
    );
    let (enabled, active) = (system.enabled, system.active);
    format!("{name} {version}: {enabled} enabled, {active} of them active")
}

fn rules(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "All rules")?;
    let mut table = Table::new(&["Rule", "Verdict", "Severity", "Required", "Title"]);
    for rule in &report.assessment.rules {
        let required = if rule.required { "yes" } else { "no" };
        table.rows.push(vec![
            code(&rule.id),
            words::verdict(rule.verdict).to_owned(),
            words::severity(rule.severity).to_owned(),
            required.to_owned(),
            escape(&rule.title),
        ]);
    }
    table.write(out)
}

fn heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n## {title}\n")
}

fn bullets(out: &mut dyn Write, lines: &[String], none: &str) -> io::Result<()> {
    if lines.is_empty() {
        return writeln!(out, "{none}");
    }
    lines.iter().try_for_each(|line| writeln!(out, "- {line}"))
}

fn codes<T: AsRef<str>>(ids: &[T]) -> String {
    ids.iter()
        .map(|id| code(id.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}
