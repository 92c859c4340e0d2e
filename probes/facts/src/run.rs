//! How a run went: when, where, with which rights, and what became of each probe.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::{Gap, Seen};

/// The probes, by the part of the environment that each reads.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeId {
    /// The operating system and state of this machine.
    Host,
    /// The browsers installed on this machine.
    Browsers,
    /// Resolvers, locator records and public records.
    Dns,
    /// The endpoints of the chosen targets.
    Network,
    /// Services beyond the web: the domain controllers' ports, time.
    Protocols,
    /// The on-premises Active Directory.
    Directory,
}

impl ProbeId {
    /// Every probe, in the order in which reports name them.
    pub const ALL: [Self; 6] = [
        Self::Host,
        Self::Browsers,
        Self::Dns,
        Self::Network,
        Self::Protocols,
        Self::Directory,
    ];

    /// The name used on the command line, in recordings and in fact paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Browsers => "browsers",
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Protocols => "protocols",
            Self::Directory => "directory",
        }
    }
}

impl std::fmt::Display for ProbeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How the run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunFacts {
    /// Version of the program that probed.
    pub tool_version: String,
    /// When probing began. Rules judge dates at this moment, never at today's.
    pub started: Timestamp,
    /// How long probing took, in milliseconds.
    pub took_ms: u64,
    /// The budget of the whole run, in seconds.
    pub budget_s: u64,
    /// Who ran it, as far as it says which rights the probes had.
    pub rights: Rights,
    /// Whether the user interrupted the run before all probes had ended.
    pub interrupted: bool,
    /// What became of each probe, in the order of [`ProbeId::ALL`].
    pub probes: Vec<ProbeRun>,
}

/// The rights with which the probes ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rights {
    /// The account's name as the system shows it.
    pub account: Seen<String>,
    /// Whether the process was elevated (administrator, root).
    pub elevated: Seen<bool>,
}

/// What became of one probe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeRun {
    /// Which probe.
    pub id: ProbeId,
    /// Milliseconds from the beginning of the run to the start of this probe.
    pub started_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// What it could not do, in words; facts that are unknown for a reason of their own are not
    /// repeated here.
    pub notes: Vec<String>,
}

/// How a probe ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeOutcome {
    /// It came to its end; single facts may still be unknown.
    Completed,
    /// It was left out by the user's choice.
    Skipped,
    /// It ended early; what it had learned by then was kept.
    Ended(Gap),
}
