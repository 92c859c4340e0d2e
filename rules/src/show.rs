//! One rule as Markdown, for people who want to know what is asked and why.

use std::fmt::Write;

use crate::{
    plan::{EffortHours, effort::EffortRange},
    rule::{Rule, TaskTemplate},
    source::Spanned,
    verdict::Confidence,
};

impl Rule {
    /// The rule as Markdown: what it asks, why, how it is judged, what to do, who says so.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let severity = self.severity.words();
        let required = if self.is_required() {
            "required"
        } else {
            "advisory"
        };
        writeln!(out, "# {}\n", self.title)?;
        writeln!(out, "- Rule: `{}`, since {}", self.id.value, self.since)?;
        writeln!(out, "- Severity: {severity} ({required})")?;
        writeln!(out, "- Targets: {}", list(&self.targets))?;
        writeln!(out, "\n## Why\n\n{}", self.why.trim())?;
        self.write_judging(out)?;
        if let Some(task) = &self.task {
            write_task(out, task)?;
        }
        if let Some(task) = &self.task_ref {
            writeln!(
                out,
                "\n## What to do\n\nTask `{}`, which another rule describes.",
                task.value
            )?;
        }
        writeln!(out, "\n## Sources\n")?;
        for source in &self.sources {
            let confidence = source.confidence.words();
            writeln!(out, "- {} ({}, {confidence})", source.doc, source.as_of)?;
        }
        Ok(())
    }

    fn write_judging(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "\n## How it is judged\n")?;
        if let Some(applies) = &self.applies {
            writeln!(out, "- Applies if: `{}`", code(&applies.value))?;
        }
        if let Some(each) = &self.each {
            writeln!(
                out,
                "- Asked of each `{}` in `{}`",
                each.name.value, each.of.value
            )?;
            if let Some(concerned) = &each.concerned {
                writeln!(out, "- Concerns those with: `{}`", code(&concerned.value))?;
            }
        }
        writeln!(out, "- Met if: `{}`", code(&self.pass.value))?;
        for (name, value) in &self.params {
            writeln!(out, "- Parameter `{name}`: {}", value.value)?;
        }
        for cause in &self.caused_by {
            let when = cause.when.as_ref();
            let when = when.map(|when| format!(" if `{}`", code(&when.value)));
            let rule = &cause.rule.value;
            writeln!(out, "- Can come of `{rule}`{}", when.unwrap_or_default())?;
        }
        if !self.needs.is_empty() {
            writeln!(
                out,
                "- Not assessed unless these are learned: {}",
                list(&self.needs)
            )?;
        }
        Ok(())
    }
}

fn write_task(out: &mut String, task: &TaskTemplate) -> std::fmt::Result {
    writeln!(out, "\n## What to do: {}\n", task.title)?;
    writeln!(out, "- Task: `{}`, by {}", task.id.value, task.owner)?;
    let effort = match task.effort_hours {
        EffortHours::Likely(hours) => format!("{hours} h"),
        EffortHours::Range(EffortRange { low, likely, high }) => {
            format!("{likely} h ({low} to {high})")
        }
    };
    writeln!(out, "- Effort: {effort}; risk: {}", task.risk.words())?;
    let back = if task.reversible {
        "can be taken back"
    } else {
        "cannot be taken back"
    };
    writeln!(out, "- Outage: {}; {back}", task.outage)?;
    if !task.undo.is_empty() {
        writeln!(out, "- To take it back: {}", task.undo)?;
    }
    for needed in &task.prerequisites {
        writeln!(out, "- Needed first: {needed}")?;
    }
    if !task.after.is_empty() {
        writeln!(out, "- After: {}", list(&task.after))?;
    }
    writeln!(out)?;
    for (index, step) in task.steps.iter().enumerate() {
        writeln!(out, "{}. {step}", index + 1)?;
    }
    writeln!(out, "\nIt worked if: {}", task.verify)
}

/// Names as code, with commas.
fn list(names: &[Spanned<String>]) -> String {
    let names = names.iter().map(|name| format!("`{}`", name.value));
    names.collect::<Vec<_>>().join(", ")
}

/// An expression on one line.
fn code(expression: &str) -> String {
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Confidence {
    /// The confidence in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Data => "from data",
            Self::Derived => "derived",
            Self::Unverified => "not verified",
        }
    }
}
