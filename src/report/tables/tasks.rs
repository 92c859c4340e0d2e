//! The tasks of the plan in their order, for those who keep work in a table or load it into a tool.

use std::io::{self, Write};

use waterline_rules::plan::Task;

use super::{list, yes};
use crate::report::{Report, csv, words};

const COLUMNS: [&str; 18] = [
    "number",
    "task",
    "title",
    "wave",
    "owner",
    "severity",
    "effort hours",
    "risk",
    "outage",
    "reversible",
    "affected",
    "after",
    "unblocks",
    "clears",
    "steps",
    "verify",
    "rules to be met",
    "findings",
];

/// Writes the table.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(csv::line(COLUMNS).as_bytes())?;
    let plan = &report.assessment.plan;
    for (number, wave) in (1..).zip(&plan.waves) {
        for (place, task) in (1..).zip(words::tasks_of(wave, &plan.tasks)) {
            let line = line(&format!("{number}.{place}"), task);
            out.write_all(line.as_bytes())?;
        }
    }
    Ok(())
}

fn line(number: &str, task: &Task) -> String {
    csv::line([
        number,
        &task.id,
        &task.title,
        &task.wave.to_string(),
        &task.owner,
        words::severity(task.severity),
        &task.effort_hours.to_string(),
        task.risk.words(),
        &task.outage,
        yes(task.reversible),
        &task.affected.to_string(),
        &list(&task.after),
        &list(&task.unblocks),
        &list(&task.clears),
        &list(&task.steps),
        &task.verify,
        &list(&task.verify_rules),
        &task.clears.len().to_string(),
    ])
}
