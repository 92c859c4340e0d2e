//! The remediation plan: tasks in waves, in the order in which they can be done.

mod build;
mod tasks;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use build::{build, sum_hours};
pub use tasks::TaskBook;

use crate::verdict::Severity;

/// The remediation plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The waves that have tasks, in order.
    pub waves: Vec<Wave>,
    /// The tasks, in the order in which to do them.
    pub tasks: Vec<Task>,
}

/// A stretch of work that ends with a checkpoint call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Wave {
    /// Which.
    pub id: WaveId,
    /// Its name.
    pub title: String,
    /// Its tasks, in order.
    pub tasks: Vec<String>,
    /// Sum of its tasks' effort in hours.
    pub effort_hours: f64,
    /// What must be shown at the checkpoint call that ends it: the rules that must be met.
    pub checkpoint: Vec<String>,
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

/// What to do about one or more findings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Stable id.
    pub id: String,
    /// What is done, in one line.
    pub title: String,
    /// The wave in which it is done.
    pub wave: WaveId,
    /// The role that does it, such as `directory-admin`.
    pub owner: String,
    /// Likely effort in hours.
    pub effort_hours: f64,
    /// What may go wrong: `low`, `medium` or `high`.
    pub risk: Level,
    /// What users notice: `none`, or in words.
    pub outage: String,
    /// Whether it can be taken back.
    pub reversible: bool,
    /// The tasks that must be done before, by id; only those that are in this plan.
    pub after: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// How to see that it worked.
    pub verify: String,
    /// The rules that a re-run must find met.
    pub verify_rules: Vec<String>,
    /// The findings that it clears, by key.
    pub clears: Vec<String>,
    /// The most severe of them.
    pub severity: Severity,
    /// How many objects, hosts or machines are concerned at least: the sum over the findings of a
    /// rule, and the largest among rules, as those with one task tend to look at the same things.
    pub affected: u64,
    /// The targets for which it clears something required, by id; those that need such a target or
    /// have it as a part included.
    pub unblocks: Vec<String>,
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
