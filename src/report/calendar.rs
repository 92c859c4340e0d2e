//! iCalendar (RFC 5545): the checkpoint call at the end of each wave, with its agenda.
//!
//! A plan without dates gives to-dos without a day. Each entry's identifier is made of the wave and of
//! the moment of the run, so that the same report imported twice gives one entry.

use std::io::{self, Write};

use icalendar::{Calendar, Component, Property, Todo};
use waterline_rules::{Assessment, plan::Wave};

use super::{Report, text, words};

/// Writes the calendar.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//waterline//plan//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-CALNAME", name(report)));
    for (number, wave) in (1_usize..).zip(&report.assessment.plan.waves) {
        calendar.push(todo(report, number, wave));
    }
    write!(out, "{calendar}")
}

fn name(report: &Report) -> String {
    match text::clean(&report.profile.organisation) {
        organisation if organisation.is_empty() => "Onboarding".to_owned(),
        organisation => format!("Onboarding of {organisation}"),
    }
}

fn todo(report: &Report, number: usize, wave: &Wave) -> Todo {
    let stamp = report.environment.run.started;
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut todo = Todo::new();
    todo.uid(&format!("checkpoint-{}-{stamp}@waterline.invalid", wave.id))
        .add_property("DTSTAMP", stamp)
        .summary(&summary(number, wave))
        .description(&agenda(report.assessment, wave));
    todo.done()
}

fn summary(number: usize, wave: &Wave) -> String {
    let title = text::clean(&wave.title);
    format!("Checkpoint call of wave {number}: {title}")
}

/// What the call has to see, one a line.
fn agenda(assessment: &Assessment, wave: &Wave) -> String {
    let mut lines = vec!["Tasks that are done:".to_owned()];
    let tasks = words::tasks_of(wave, &assessment.plan.tasks);
    lines.extend(tasks.map(|task| {
        let (title, owner) = (text::clean(&task.title), text::clean(&task.owner));
        format!("- {title} ({owner}, {})", words::hours(task.effort_hours))
    }));
    if !wave.checkpoint.is_empty() {
        lines.push("A new run shows that these minimums are met:".to_owned());
        let rules = wave.checkpoint.iter();
        lines.extend(rules.map(|rule| format!("- {}", text::clean(rule))));
    }
    lines.join("\n")
}
