//! The whole plan as Markdown (CommonMark with tables), for specialists to read and review.
//!
//! Nothing is left out but the ends of values that are too long to read.

use std::io::{self, Write};

use waterline_rules::{
    Verdict,
    assessment::{Finding, RuleResult},
    plan::{Level, Task, Wave},
};

use super::{
    Report,
    escape::{code, escape, escape_shown},
    inventory::{Inventory, inventory},
    limits::limits,
    text::LONGEST,
    words,
};

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    title(report, out)?;
    verdicts(report, out)?;
    limits_of_run(report, out)?;
    findings(report, out)?;
    plan(report, out)?;
    not_assessed(report, out)?;
    figures(&inventory(report.environment), out)?;
    rules(report, out)
}

fn title(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let organisation = match report.organisation {
        "" => "environment".to_owned(),
        name => escape(name),
    };
    let run = &report.environment.run;
    let moment = words::moment(run.started);
    let machine = escape_shown(&words::machine(report));
    let version = escape(report.tool_version);
    writeln!(out, "# Onboarding assessment of {organisation}\n")?;
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

fn verdicts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Verdicts")?;
    writeln!(
        out,
        "| Target | Verdict | Minimums met | Assessed | Blocked by |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for target in &report.assessment.targets {
        let verdict = words::readiness(target.readiness);
        let (met, assessed, required) = (target.met, target.assessed, target.required);
        let blockers = codes(&target.blocked_by);
        let title = escape(&target.title);
        writeln!(
            out,
            "| {title} | **{verdict}** | {met} of {required} | {assessed} of {required} | {blockers} |"
        )?;
    }
    Ok(())
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

fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Findings")?;
    if report.assessment.findings.is_empty() {
        return writeln!(out, "None: every minimum that was assessed is met.");
    }
    let mut first = true;
    for finding in &report.assessment.findings {
        if !std::mem::take(&mut first) {
            writeln!(out)?;
        }
        write_finding(finding, out)?;
    }
    Ok(())
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### {}\n", escape(&finding.title))?;
    let waived = if finding.waived { ", **waived**" } else { "" };
    let severity = words::severity(finding.severity);
    writeln!(
        out,
        "{} · **{severity}**{waived} · {} affected\n",
        code(&finding.key),
        finding.affected
    )?;
    writeln!(out, "{}\n", escape(&finding.why))?;
    for evidence in &finding.evidence {
        writeln!(
            out,
            "- {} = {}",
            code(&evidence.path),
            escape_shown(&words::value(evidence, LONGEST))
        )?;
    }
    if let Some(task) = &finding.task {
        writeln!(out, "- cleared by task {}", code(task))?;
    }
    Ok(())
}

fn plan(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Plan")?;
    let plan = &report.assessment.plan;
    if plan.tasks.is_empty() {
        return writeln!(out, "Nothing to do.");
    }
    for (number, wave) in (1..).zip(&plan.waves) {
        if number > 1 {
            writeln!(out)?;
        }
        write_wave(number, wave, out)?;
        let tasks = wave.tasks.iter();
        let tasks = tasks.filter_map(|id| plan.tasks.iter().find(|task| task.id == *id));
        for task in tasks {
            write_task(task, out)?;
        }
    }
    Ok(())
}

fn write_wave(number: u32, wave: &Wave, out: &mut dyn Write) -> io::Result<()> {
    let effort = words::hours(wave.effort_hours);
    writeln!(
        out,
        "### Wave {number}: {} ({effort})\n",
        escape(&wave.title)
    )?;
    if wave.checkpoint.is_empty() {
        return writeln!(out, "The wave ends with a checkpoint call.");
    }
    let rules = codes(&wave.checkpoint);
    writeln!(
        out,
        "The wave ends with a checkpoint call, at which these must be met: {rules}."
    )
}

fn write_task(task: &Task, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### {}\n", escape(&task.title))?;
    writeln!(
        out,
        "| Task | Owner | Effort | Risk | Outage | Can be undone | After |"
    )?;
    writeln!(out, "| --- | --- | --- | --- | --- | --- | --- |")?;
    let undo = if task.reversible { "yes" } else { "**no**" };
    writeln!(
        out,
        "| {} | {} | {} | {} | {} | {undo} | {} |\n",
        code(&task.id),
        escape(&task.owner),
        words::hours(task.effort_hours),
        level(task.risk),
        escape(&task.outage),
        codes(&task.after),
    )?;
    for (number, step) in (1..).zip(&task.steps) {
        writeln!(out, "{number}. {}", escape(step))?;
    }
    writeln!(out, "\n- Verify: {}", escape(&task.verify))?;
    writeln!(
        out,
        "- Clears: {} ({} affected)",
        codes(&task.clears),
        task.affected
    )?;
    if !task.unblocks.is_empty() {
        writeln!(out, "- Unblocks: {}", codes(&task.unblocks))?;
    }
    Ok(())
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::Medium => "medium",
        Level::High => "high",
    }
}

fn not_assessed(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Not assessed")?;
    let rules = report.assessment.rules.iter();
    let lines: Vec<String> = rules
        .filter(|rule| rule.verdict == Verdict::NotAssessed)
        .map(not_assessed_line)
        .collect();
    bullets(
        out,
        &lines,
        "Nothing: every minimum that applies was assessed.",
    )
}

fn not_assessed_line(rule: &RuleResult) -> String {
    let remedies = rule
        .would_assess
        .iter()
        .map(|remedy| format!("\n  - {}", escape(remedy)));
    let remedies: String = remedies.collect();
    format!(
        "{} ({}): {}{remedies}",
        escape(&rule.title),
        code(&rule.id),
        escape(words::reason(rule))
    )
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
    for system in directory.operating_systems.iter().flatten() {
        let name = escape(
            system
                .name
                .as_deref()
                .unwrap_or("no operating system named"),
        );
        let version = escape(system.version.as_deref().unwrap_or(""));
        let (enabled, active) = (system.enabled, system.active);
        lines.push(format!(
            "{name} {version}: {enabled} enabled, {active} of them active"
        ));
    }
    for browser in inventory.browsers.iter().flatten() {
        let version = escape(browser.version.as_deref().unwrap_or("of unknown version"));
        lines.push(format!("Browser: {} {version}", escape(&browser.name)));
    }
    if let Some(endpoints) = &inventory.endpoints {
        let (reachable, failed) = (endpoints.reachable, endpoints.unreachable);
        let (open, others) = (endpoints.not_assessed, endpoints.not_probed);
        lines.push(format!(
            "Endpoints: {reachable} reachable, {failed} not, {open} not assessed; {others} of other \
             targets or roles not probed"
        ));
    }
    bullets(out, &lines, "")
}

fn rules(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Appendix: all rules")?;
    writeln!(out, "| Rule | Verdict | Severity | Required | Title |")?;
    writeln!(out, "| --- | --- | --- | --- | --- |")?;
    for rule in &report.assessment.rules {
        let verdict = words::verdict(rule.verdict);
        let severity = words::severity(rule.severity);
        let required = if rule.required { "yes" } else { "no" };
        writeln!(
            out,
            "| {} | {verdict} | {severity} | {required} | {} |",
            code(&rule.id),
            escape(&rule.title)
        )?;
    }
    Ok(())
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

fn codes(ids: &[String]) -> String {
    ids.iter().map(|id| code(id)).collect::<Vec<_>>().join(", ")
}
