//! The plan in Markdown: each wave with its tasks in full, and the checkpoint call that ends it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use waterline_rules::{
    Assessment,
    plan::{Task, Wave},
};

use super::{codes, heading, table::Table};
use crate::report::{
    escape::{code, escape},
    groups::groups,
    words,
};

/// Writes the plan.
pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Plan")?;
    let plan = &assessment.plan;
    if plan.tasks.is_empty() {
        return writeln!(out, "Nothing to do.");
    }
    overview(assessment, out)?;
    for (number, wave) in (1..).zip(&plan.waves) {
        let effort = words::hours(wave.effort_hours);
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
    let mut table = Table::new(&["No.", "Task", "Owner", "Effort", "Unblocks"]);
    for (number, wave) in (1..).zip(&plan.waves) {
        for (place, task) in (1..).zip(words::tasks_of(wave, &plan.tasks)) {
            table.rows.push(vec![
                format!("{number}.{place}"),
                escape(&task.title),
                escape(&task.owner),
                words::hours(task.effort_hours),
                codes(&task.unblocks),
            ]);
        }
    }
    table.write(out)
}

fn write_task(number: &str, task: &Task, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### {number} {}\n", escape(&task.title))?;
    let mut table = Table::new(&[
        "Task",
        "Owner",
        "Effort",
        "Risk",
        "Outage",
        "Can be undone",
        "After",
    ]);
    let undo = if task.reversible { "yes" } else { "**no**" };
    table.rows.push(vec![
        code(&task.id),
        escape(&task.owner),
        words::hours(task.effort_hours),
        task.risk.words().to_owned(),
        escape(&task.outage),
        undo.to_owned(),
        codes(&task.after),
    ]);
    table.write(out)
}

/// The steps of a task, how to verify it and what it is good for.
fn write_work(task: &Task, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for (number, step) in (1..).zip(&task.steps) {
        writeln!(out, "{number}. {}", escape(step))?;
    }
    writeln!(out, "\n**Verify:** {}\n", escape(&task.verify))?;
    let clears = clears(task, assessment);
    writeln!(out, "**Clears:** {clears}; {} affected.", task.affected)?;
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

fn checkpoint(
    number: u32,
    wave: &Wave,
    assessment: &Assessment,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n#### Checkpoint call at the end of wave {number}\n")?;
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
