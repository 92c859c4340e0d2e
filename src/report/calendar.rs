//! iCalendar (RFC 5545): the checkpoint call at the end of each wave, with its agenda.
//!
//! A plan with dates gives a day for each wave, from its first task to its call, and one for the call;
//! one without dates gives to-dos. Identifiers are made of the wave and of the moment of the run, so
//! that a report imported twice gives each entry once. Times of the day are for people to agree on.

use std::io::{self, Write};

use icalendar::{Calendar, Component, Event, Property, Todo};
use jiff::civil::Date;
use waterline_rules::{
    Assessment,
    plan::{Task, Wave},
};

use super::{Report, text, words};

/// Writes the calendar.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//waterline//plan//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-CALNAME", name(report)));
    let plan = &report.assessment.plan;
    for (number, wave) in (1_usize..).zip(&plan.waves) {
        let entry = Entry {
            report,
            number,
            wave,
        };
        let Some(date) = wave.call.date else {
            calendar.push(entry.todo());
            continue;
        };
        let tasks: Vec<&Task> = words::tasks_of(wave, &plan.tasks).collect();
        let starts = tasks.iter().filter_map(|task| task.slot?.start);
        calendar.push(entry.stretch(starts.min().unwrap_or(date), date));
        calendar.push(entry.call(date));
    }
    write!(out, "{calendar}")
}

fn name(report: &Report) -> String {
    match text::clean(&report.profile.organisation) {
        organisation if organisation.is_empty() => "Onboarding".to_owned(),
        organisation => format!("Onboarding of {organisation}"),
    }
}

/// What is written of one wave.
struct Entry<'a> {
    report: &'a Report<'a>,
    number: usize,
    wave: &'a Wave,
}

impl Entry<'_> {
    /// The wave, from its first day to that of its call.
    fn stretch(&self, first: Date, last: Date) -> Event {
        let title = text::clean(&self.wave.title);
        let mut event = Event::new();
        self.identify(&mut event, "wave");
        event
            .summary(&format!("Wave {}: {title}", self.number))
            .append_property(day("DTSTART", first))
            .append_property(day("DTEND", last.tomorrow().unwrap_or(last)))
            .add_property("TRANSP", "TRANSPARENT");
        event.done()
    }

    fn call(&self, date: Date) -> Event {
        let mut event = Event::new();
        self.identify(&mut event, "checkpoint");
        event
            .summary(&self.summary())
            .description(&agenda(self.report.assessment, self.wave))
            .append_property(day("DTSTART", date))
            .append_property(day("DTEND", date.tomorrow().unwrap_or(date)));
        event.done()
    }

    fn todo(&self) -> Todo {
        let mut todo = Todo::new();
        self.identify(&mut todo, "checkpoint");
        todo.summary(&self.summary())
            .description(&agenda(self.report.assessment, self.wave));
        todo.done()
    }

    fn identify(&self, entry: &mut impl Component, kind: &str) {
        let stamp = self.report.environment.run.started;
        let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
        let id = self.wave.id;
        entry.uid(&format!("{kind}-{id}-{stamp}@waterline.invalid"));
        entry.add_property("DTSTAMP", stamp);
    }

    fn summary(&self) -> String {
        let title = text::clean(&self.wave.title);
        let minutes = self.wave.call.minutes;
        let number = self.number;
        format!("Checkpoint call of wave {number}: {title} ({minutes} minutes)")
    }
}

/// A date without a time.
fn day(name: &str, date: Date) -> Property {
    let mut day = Property::new(name, date.strftime("%Y%m%d").to_string());
    day.add_parameter("VALUE", "DATE");
    day
}

/// Who is there, what is talked about and what must be shown, one a line.
fn agenda(assessment: &Assessment, wave: &Wave) -> String {
    let mut lines = vec![format!("With {}.", wave.call.attendees.join(", "))];
    lines.extend(wave.call.agenda.iter().cloned());
    lines.push("Tasks:".to_owned());
    let tasks = words::tasks_of(wave, &assessment.plan.tasks);
    lines.extend(tasks.map(|task| {
        let effort = words::hours(task.effort_hours);
        format!("- {} ({}, {effort})", task.title, task.owner)
    }));
    if !wave.checkpoint.is_empty() {
        lines.push("Minimums that a new run must find met:".to_owned());
        lines.extend(wave.checkpoint.iter().map(|rule| format!("- {rule}")));
    }
    let lines = lines.iter().map(|line| text::clean(line));
    lines.collect::<Vec<_>>().join("\n")
}
