//! Waves, and the checkpoint calls that end them.

use std::{collections::BTreeSet, fmt};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effort, Task, TaskState, schedule::CallDay};

/// A stretch of work that ends with a checkpoint call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Wave {
    /// Which.
    pub id: WaveId,
    /// Its name.
    pub title: String,
    /// Its tasks, in order.
    pub tasks: Vec<String>,
    /// Sum of the likely effort of its tasks that are not rejected, in hours; the same as in
    /// `effort`.
    pub effort_hours: f64,
    /// Sum of the effort of its tasks that are not rejected.
    #[serde(default)]
    pub effort: Effort,
    /// What must be shown at the checkpoint call that ends it: the rules that must be met.
    pub checkpoint: Vec<String>,
    /// The checkpoint call that ends it.
    #[serde(default)]
    pub call: CheckpointCall,
}

/// The call that ends a wave: only after it does the next one begin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckpointCall {
    /// Working days from the beginning of the plan to that on which it is held; 0 is the first.
    pub day: u32,
    /// The date; absent if the profile names no start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// How long it is meant to last.
    pub minutes: u32,
    /// Who must be there: the owners of this wave's tasks and of the next one's.
    pub attendees: Vec<String>,
    /// What is talked about, in order, each a sentence.
    pub agenda: Vec<String>,
    /// What must be shown, by task, in order; rejected tasks have nothing to show.
    pub must_show: Vec<Proof>,
    /// The targets for which this wave clears the last that stands against them, as far as this
    /// plan can: they may be enabled once a run finds them ready.
    pub opens: Vec<String>,
}

/// What must be shown for one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// The task.
    pub task: String,
    /// The rules that must be met.
    pub rules: Vec<String>,
    /// How it is seen, in words.
    pub shown_by: String,
}

/// The waves, in order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WaveId {
    /// What makes the rest reversible, and what only has to be confirmed.
    Safety,
    /// The directory, its names and its objects.
    Directory,
    /// Network, TLS and DNS.
    Network,
    /// Servers and services.
    Servers,
    /// A pilot group.
    Pilot,
    /// All users and devices.
    Broad,
    /// Switching co-management workloads.
    Workloads,
}

impl WaveId {
    /// Its name, as a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Safety => "Safety and confirmations",
            Self::Directory => "Directory and names",
            Self::Network => "Network, TLS and DNS",
            Self::Servers => "Servers and services",
            Self::Pilot => "Pilot group",
            Self::Broad => "Roll-out to all users and devices",
            Self::Workloads => "Co-management workloads",
        }
    }
}

/// As rules write it.
impl fmt::Display for WaveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safety => "safety",
            Self::Directory => "directory",
            Self::Network => "network",
            Self::Servers => "servers",
            Self::Pilot => "pilot",
            Self::Broad => "broad",
            Self::Workloads => "workloads",
        })
    }
}

/// Minutes that a call takes whatever there is to show, and for each task that is to be shown.
const MINUTES: (u32, u32) = (15, 5);
/// A call that would last longer is cut: more belongs into several.
const MOST_MINUTES: u32 = 120;

/// The call that ends the wave of these tasks, given those of the next wave.
pub(super) fn call(
    tasks: &[Task],
    next: &[Task],
    day: CallDay,
    opens: Vec<String>,
) -> CheckpointCall {
    let open = |task: &&Task| task.state != TaskState::Rejected;
    let must_show: Vec<Proof> = tasks.iter().filter(open).map(proof).collect();
    let shown = u32::try_from(must_show.len()).unwrap_or(u32::MAX);
    let owners = tasks.iter().chain(next).filter(open);
    let owners: BTreeSet<&String> = owners.map(|task| &task.owner).collect();
    CheckpointCall {
        day: day.day,
        date: day.date,
        minutes: shown
            .saturating_mul(MINUTES.1)
            .saturating_add(MINUTES.0)
            .min(MOST_MINUTES),
        attendees: owners.into_iter().cloned().collect(),
        agenda: agenda(shown, tasks, next, &opens),
        must_show,
        opens,
    }
}

fn proof(task: &Task) -> Proof {
    Proof {
        task: task.id.clone(),
        rules: task.verify_rules.clone(),
        shown_by: task.verify.clone(),
    }
}

/// What the call is about, in order.
fn agenda(shown: u32, tasks: &[Task], next: &[Task], opens: &[String]) -> Vec<String> {
    let open = |task: &&Task| task.state != TaskState::Rejected;
    let ids = |tasks: Vec<&Task>| {
        let ids: Vec<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
        ids.join(", ")
    };
    let tasks_word = if shown == 1 { "task" } else { "tasks" };
    let mut agenda = vec![
        format!("Show the proof of {shown} {tasks_word}, by the record of `waterline verify`."),
        "Decide on what is not done: wait for it, move it, or reject it with a reason.".to_owned(),
    ];
    let rejected: Vec<&Task> = tasks.iter().filter(|task| !open(task)).collect();
    if !rejected.is_empty() {
        agenda.push(format!("Confirm what was rejected: {}.", ids(rejected)));
    }
    if !opens.is_empty() {
        agenda.push(format!(
            "Decide whether to enable {}, if the gate shows them ready.",
            opens.join(", ")
        ));
    }
    if next.is_empty() {
        agenda.push("Close the plan, or make a new one of a new run.".to_owned());
        return agenda;
    }
    let next: Vec<&Task> = next.iter().filter(open).collect();
    agenda.push("Confirm owners and dates of the next wave.".to_owned());
    let final_ones: Vec<&Task> = next
        .iter()
        .copied()
        .filter(|task| !task.reversible)
        .collect();
    if !final_ones.is_empty() {
        let ids = ids(final_ones);
        agenda.push(format!("Agree to what cannot be taken back: {ids}."));
    }
    let felt: Vec<&Task> = next
        .into_iter()
        .filter(|task| task.outage != "none")
        .collect();
    if !felt.is_empty() {
        agenda.push(format!(
            "Agree on times for what users notice: {}.",
            ids(felt)
        ));
    }
    agenda
}
