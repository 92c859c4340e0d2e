//! The remediation plan: tasks in waves, in the order in which they can be done, with a schedule.
//!
//! Tasks are made of findings, and then put in order and into days, with the edits of an
//! [`Overlay`] where there are any. Both are pure: the same findings, edits and settings give
//! the same plan.

mod arrange;
mod build;
pub mod effort;
pub mod overlay;
pub mod schedule;
pub mod scope;
mod setting;
mod tasks;
mod wave;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use build::{Sources, build, checks};
pub use effort::{Effort, EffortBasis, EffortHours};
pub use overlay::{IdleEdit, Overlay, TaskEdit};
pub use schedule::{OwnerLoad, Schedule, ScheduleSettings, Slot};
pub use scope::{Scope, ScopeKind};
pub use setting::{PolicySetting, SettingValue};
pub use tasks::TaskBook;
pub use wave::{CheckpointCall, Proof, Wave, WaveId};

use crate::verdict::Severity;

/// The remediation plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The waves that have tasks, in order.
    pub waves: Vec<Wave>,
    /// The tasks, in the order in which to do them; those that an overlay rejects stand among them.
    pub tasks: Vec<Task>,
    /// The effort of all tasks that are not rejected.
    #[serde(default)]
    pub effort: Effort,
    /// When what is done, from the first working day to the last.
    #[serde(default)]
    pub schedule: Schedule,
    /// Entries of the overlay that found no task of this plan, by task id: kept, so that whoever
    /// saves the overlay again loses none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub idle_edits: BTreeMap<String, IdleEdit>,
}

/// What to do about one or more findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Stable id.
    pub id: String,
    /// What is done, in one line.
    pub title: String,
    /// The wave in which it is done.
    pub wave: WaveId,
    /// Who does it: a role such as `directory-admin`, or whom the overlay names.
    pub owner: String,
    /// Likely effort in hours; the same as in `effort`.
    pub effort_hours: f64,
    /// Effort in hours: low, likely and high.
    #[serde(default)]
    pub effort: Effort,
    /// What may go wrong: `low`, `medium` or `high`.
    pub risk: Level,
    /// What users notice: `none`, or in words.
    pub outage: String,
    /// Whether it can be taken back.
    pub reversible: bool,
    /// How to take it back, or what to keep in case; empty if nothing is said about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub undo: String,
    /// What must be at hand before it begins besides other tasks, such as rights or tools.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prerequisites: Vec<String>,
    /// The tasks that must be done before, by id; only those that are in this plan.
    pub after: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// How to see that it worked.
    pub verify: String,
    /// The rules that a re-run must find met.
    pub verify_rules: Vec<String>,
    /// The command that looks whether they are.
    #[serde(default)]
    pub verify_command: String,
    /// The findings that it clears, by key.
    pub clears: Vec<String>,
    /// The most severe of them.
    pub severity: Severity,
    /// How many objects, hosts or machines are concerned at least: the sum over the findings of a
    /// rule, and the largest among rules, as those with one task tend to look at the same things.
    pub affected: u64,
    /// The object checks whose findings it clears, by id, such as `upn_malformed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// What is concerned, with the first of them by name.
    #[serde(default)]
    pub scope: Scope,
    /// The targets for which it clears something required, by id; those that need such a target or
    /// have it as a part included.
    pub unblocks: Vec<String>,
    /// Whether it is to be done.
    #[serde(default)]
    pub state: TaskState,
    /// When it is done; absent for a rejected task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// What the overlay says about it; absent if nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<TaskEdit>,
    /// What the overlay replaced; absent if nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
    /// Settings of policies or of the registry that it sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<PolicySetting>,
    /// Files beside the report that belong to it, such as the list of what is concerned and fix
    /// files, as paths within the folder of `--out`; empty if no folder was written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// Whether a task is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// It is to be done.
    #[default]
    Open,
    /// Somebody ticked it as done in the overlay, but its findings were still seen in this run.
    Ticked,
    /// Specialists decided against it; its findings stay.
    Rejected,
}

/// What a task was before the overlay changed it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replaced {
    /// The owner; absent if it was not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The effort; absent if it was not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
}

/// Three steps are enough to speak of a risk.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Little can go wrong.
    Low,
    /// Some will notice if it goes wrong.
    Medium,
    /// Much will stand still if it goes wrong.
    High,
}

impl Level {
    /// The level in one word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Task {
    /// The day that the overlay wants it to begin on at the earliest.
    fn wanted(&self) -> Option<Date> {
        self.edit.as_ref()?.date
    }
}
