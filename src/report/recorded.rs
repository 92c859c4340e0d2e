//! The recorded machines in figures: what they run and which browsers they have, worst first.

use std::io::{self, Write};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::{HostsFacts, hosts::PassedOver};

use super::Report;

/// Machines that were judged by their recordings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedInventory {
    /// How many machines.
    pub machines: u64,
    /// What was passed over, by reason.
    pub passed_over: PassedOver,
    /// Machines by operating system, the most frequent first.
    pub systems: Vec<RecordedKind>,
    /// Machines by browser, the longest out of servicing first; one machine may be in several.
    pub browsers: Vec<RecordedKind>,
}

/// Machines that have the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedKind {
    /// What it is; null if they do not say.
    pub name: Option<String>,
    /// Its release, or channel and version; null if they do not say.
    pub release: Option<String>,
    /// Last day of servicing, as far as the machines know it.
    pub ends: Option<Date>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them.
    pub samples: Vec<String>,
}

/// The recorded machines; none if none were named.
pub(super) fn recorded(report: &Report) -> Option<RecordedInventory> {
    let facts = report.environment.hosts.known()?;
    Some(RecordedInventory {
        machines: facts.machines,
        passed_over: facts.passed_over,
        systems: systems(facts),
        browsers: browsers(facts),
    })
}

fn systems(facts: &HostsFacts) -> Vec<RecordedKind> {
    let groups = facts.systems.iter().map(|group| RecordedKind {
        name: group.name.known().cloned(),
        release: group.release.known().cloned(),
        ends: None,
        machines: group.machines,
        samples: group.samples.clone(),
    });
    let mut kinds: Vec<RecordedKind> = groups.collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.machines));
    kinds
}

fn browsers(facts: &HostsFacts) -> Vec<RecordedKind> {
    let groups = facts.browsers.iter().map(|group| {
        let channel = group.channel.known().map(String::as_str);
        let major = group.major.known().map(u32::to_string);
        let words: Vec<&str> = channel.into_iter().chain(major.as_deref()).collect();
        RecordedKind {
            name: group.name.known().cloned(),
            release: Some(words.join(" ")).filter(|words| !words.is_empty()),
            ends: group.ends.known().copied(),
            machines: group.machines,
            samples: group.samples.clone(),
        }
    });
    let mut kinds: Vec<RecordedKind> = groups.collect();
    kinds.sort_by_key(|kind| {
        (
            kind.ends.is_none(),
            kind.ends,
            std::cmp::Reverse(kind.machines),
        )
    });
    kinds
}

impl RecordedKind {
    /// The machines by name, if they are so few that all are named: these are the outliers.
    pub(super) fn outliers(&self) -> String {
        match usize::try_from(self.machines) {
            Ok(machines) if machines == self.samples.len() => self.samples.join(", "),
            _ => String::new(),
        }
    }

    /// It in one line.
    pub(super) fn label(&self) -> String {
        let name = self.name.as_deref().unwrap_or("not known");
        match &self.release {
            Some(release) => format!("{name} {release}"),
            None => name.to_owned(),
        }
    }
}

/// Writes the recorded machines as Markdown, if there are any.
pub(super) fn write(
    recorded: Option<&RecordedInventory>,
    escape: fn(&str) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(recorded) = recorded else {
        return Ok(());
    };
    let over = recorded.passed_over;
    writeln!(out, "\n### Recorded machines\n")?;
    writeln!(
        out,
        "Machines: {}. Passed over: {} foreign, {} damaged, {} older; {} not read whole.\n",
        recorded.machines, over.foreign, over.damaged, over.duplicate, over.in_part
    )?;
    for kind in recorded
        .systems
        .iter()
        .chain(&recorded.browsers)
        .take(MOST_LINES)
    {
        let ends = kind
            .ends
            .map_or_else(String::new, |day| format!(", serviced until {day}"));
        let few = match kind.outliers() {
            names if names.is_empty() => names,
            names => format!(" ({})", escape(&names)),
        };
        writeln!(
            out,
            "- {}: {}{few}{ends}",
            escape(&kind.label()),
            kind.machines
        )?;
    }
    Ok(())
}

/// Kinds that are listed.
const MOST_LINES: usize = 40;
