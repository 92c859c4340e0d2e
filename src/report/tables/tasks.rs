//! The tasks of the plan in their order, for those who keep work in a table or load it into a tool.

use std::io::{self, Write};

use jiff::civil::Date;
use waterline_rules::plan::{Slot, Task};

use super::{list, yes};
use crate::report::{Report, csv, schedule, words};

const COLUMNS: [&str; 31] = [
    "number",
    "task",
    "title",
    "wave",
    "owner",
    "severity",
    "effort hours",
    "low hours",
    "high hours",
    "begins",
    "ends",
    "slack days",
    "critical",
    "state",
    "edits",
    "risk",
    "outage",
    "reversible",
    "undo",
    "affected",
    "concerns",
    "before it begins",
    "after",
    "unblocks",
    "clears",
    "steps",
    "verify",
    "rules to be met",
    "verify command",
    "files",
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
    let slot = task.slot.as_ref();
    let day = |date: fn(&Slot) -> Option<Date>, number: fn(&Slot) -> f64| match slot {
        None => String::new(),
        Some(slot) => date(slot).map_or_else(|| number(slot).to_string(), |date| date.to_string()),
    };
    csv::line([
        number,
        &task.id,
        &task.title,
        &task.wave.to_string(),
        &task.owner,
        words::severity(task.severity),
        &task.effort_hours.to_string(),
        &task.effort.low_hours.to_string(),
        &task.effort.high_hours.to_string(),
        &day(|slot| slot.start, |slot| slot.begins),
        &day(|slot| slot.end, |slot| slot.ends),
        &slot.map_or_else(String::new, |slot| slot.slack_days.to_string()),
        yes(slot.is_some_and(|slot| slot.critical)),
        schedule::state(task),
        &list(&schedule::edits(task)),
        task.risk.words(),
        &task.outage,
        yes(task.reversible),
        &task.undo,
        &task.affected.to_string(),
        &list(&task.scope.named),
        &list(&task.prerequisites),
        &list(&task.after),
        &list(&task.unblocks),
        &list(&task.clears),
        &list(&task.steps),
        &task.verify,
        &list(&task.verify_rules),
        &task.verify_command,
        &list(&task.files),
        &task.clears.len().to_string(),
    ])
}
