//! The plan in Markdown: each wave with its tasks in full, and the checkpoint call that ends it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use waterline_rules::{
    Assessment,
    plan::{CheckpointCall, Task, Wave},
};

use super::{codes, heading, table::Table};
use crate::report::{
    escape::{code, escape},
    groups::groups,
    schedule, words,
};

/// Writes the plan.
pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Plan")?;
    let plan = &assessment.plan;
    if plan.tasks.is_empty() {
        return writeln!(out, "Nothing to do.");
    }
    let effort = schedule::effort(&plan.effort);
    writeln!(out, "{effort} of work, {}.\n", schedule::length(plan))?;
    overview(assessment, out)?;
    critical_path(assessment, out)?;
    for (number, wave) in (1..).zip(&plan.waves) {
        let effort = schedule::effort(&wave.effort);
        let title = escape(&wave.title);
        writeln!(out, "\n### Wave {number}: {title} ({effort})")?;
        for (place, task) in (1..).zip(words::tasks_of(wave, &plan.tasks)) {
            write_task(&format!("{number}.{place}"), task, out)?;
            write_work(task, assessment, out)?;
        }
        checkpoint(number, wave, assessment, out)?;
    }
    Ok(())
}

fn overview(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    let plan = &assessment.plan;
    let mut table = Table::new(&["No.", "Task", "Owner", "Effort", "When", "Unblocks"]);
    for (number, wave) in (1..).zip(&plan.waves) {
        for (place, task) in (1..).zip(words::tasks_of(wave, &plan.tasks)) {
            table.rows.push(vec![
                format!("{number}.{place}"),
                escape(&task.title),
                escape(&task.owner),
                words::hours(task.effort_hours),
                schedule::when(task),
                codes(&task.unblocks),
            ]);
        }
    }
    table.write(out)
}

fn critical_path(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    match codes(&assessment.plan.schedule.critical_path) {
        none if none.is_empty() => Ok(()),
        path => writeln!(out, "\n**Critical path:** {path}"),
    }
}

fn write_task(number: &str, task: &Task, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### {number} {}\n", escape(&task.title))?;
    let mut table = Table::new(&[
        "Task",
        "Owner",
        "Effort",
        "When",
        "Risk",
        "Outage",
        "Can be undone",
        "Concerns",
        "After",
    ]);
    let undo = if task.reversible { "yes" } else { "**no**" };
    table.rows.push(vec![
        code(&task.id),
        escape(&task.owner),
        schedule::effort(&task.effort),
        schedule::when(task),
        task.risk.words().to_owned(),
        escape(&task.outage),
        undo.to_owned(),
        schedule::scope(task),
        codes(&task.after),
    ]);
    table.write(out)?;
    for edit in schedule::edits(task) {
        writeln!(out, "\n> {}", escape(&edit))?;
    }
    Ok(())
}

/// The steps of a task, how to verify it and what it is good for.
fn write_work(task: &Task, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for prerequisite in &task.prerequisites {
        writeln!(out, "- Before it begins: {}", escape(prerequisite))?;
    }
    for (number, step) in (1..).zip(&task.steps) {
        writeln!(out, "{number}. {}", escape(step))?;
    }
    if !task.undo.is_empty() {
        writeln!(out, "\n**Undo:** {}", escape(&task.undo))?;
    }
    let command = match &*task.verify_command {
        "" => String::new(),
        command => format!(" ({})", escape(command)),
    };
    writeln!(out, "\n**Verify:** {}{command}\n", escape(&task.verify))?;
    if !task.scope.named.is_empty() {
        writeln!(out, "**Concerns:** {}\n", codes(&task.scope.named))?;
    }
    if !task.files.is_empty() {
        writeln!(out, "**Files:** {}\n", codes(&task.files))?;
    }
    match clears(task, assessment) {
        none if none.is_empty() => writeln!(out, "**Lets be judged:** {}.", codes(&task.clears))?,
        clears => writeln!(out, "**Clears:** {clears}; {} affected.", task.affected)?,
    }
    if !task.unblocks.is_empty() {
        writeln!(out, "\n**Unblocks:** {}.", codes(&task.unblocks))?;
    }
    Ok(())
}

/// The rules whose findings a task clears, with their number where it is not one.
fn clears(task: &Task, assessment: &Assessment) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for group in groups(assessment) {
        let findings = group.findings.iter();
        let cleared = findings.filter(|finding| finding.task.as_deref() == Some(&task.id));
        match cleared.count() {
            0 => {}
            count => *counts.entry(group.rule).or_default() += count,
        }
    }
    let show = |(rule, count): (&str, usize)| match count {
        1 => code(rule),
        count => format!("{} ({count} findings)", code(rule)),
    };
    counts.into_iter().map(show).collect::<Vec<_>>().join(", ")
}

/// Who is there and what is talked about.
fn write_call(call: &CheckpointCall, out: &mut dyn Write) -> io::Result<()> {
    let with: Vec<String> = call.attendees.iter().map(|owner| escape(owner)).collect();
    writeln!(out, "{} minutes with {}.\n", call.minutes, with.join(", "))?;
    for (number, item) in (1..).zip(&call.agenda) {
        writeln!(out, "{number}. {}", escape(item))?;
    }
    if !call.opens.is_empty() {
        let opens = codes(&call.opens);
        writeln!(
            out,
            "\nThen may be enabled, once a run finds them ready: {opens}."
        )?;
    }
    writeln!(out)
}

fn checkpoint(
    number: u32,
    wave: &Wave,
    assessment: &Assessment,
    out: &mut dyn Write,
) -> io::Result<()> {
    let when = schedule::call(wave);
    writeln!(
        out,
        "\n#### Checkpoint call at the end of wave {number}: {when}\n"
    )?;
    write_call(&wave.call, out)?;
    if wave.checkpoint.is_empty() {
        return writeln!(out, "All tasks of the wave are done.");
    }
    writeln!(out, "A new run shows that these defects are gone:\n")?;
    for id in &wave.checkpoint {
        let rule = assessment.rules.iter().find(|rule| rule.id == *id);
        let title = rule.map_or_else(String::new, |rule| format!(": {}", escape(&rule.title)));
        writeln!(out, "- [ ] {}{title}", code(id))?;
    }
    Ok(())
}
