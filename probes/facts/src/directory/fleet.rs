//! The fleet: the machines behind the directory's computer accounts, by what they run and where
//! they stand, those in use told from those that only left an account behind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{host::EditionClass, seen::Seen};

/// The fleet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FleetFacts {
    /// Machines of one kind in one unit, sorted. What they run they wrote themselves, when they
    /// last changed it.
    pub machines: Seen<Vec<MachineGroup>>,
    /// Computer accounts behind which no machine stands, such as that of seamless single sign-on.
    pub without_machine: Seen<u64>,
    /// Machines by site. The directory knows the sites of its controllers alone.
    pub sites: Seen<Vec<SiteMachines>>,
}

/// Machines that say the same of themselves and stand in the same unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MachineGroup {
    /// The first two levels of containers below the domain, from the top, such as `Berlin/Sales`;
    /// empty for the domain itself, absent where there are too many to tell apart.
    pub unit: Seen<String>,
    /// `operatingSystem`; absent where a machine does not say.
    pub operating_system: Seen<String>,
    /// `operatingSystemVersion`, such as `10.0 (19045)`.
    pub version: Seen<String>,
    /// Windows: the build number from the version.
    pub build: Seen<u32>,
    /// Windows: the class of editions, as far as the name tells it.
    pub edition_class: Seen<EditionClass>,
    /// What kind of machine; absent where it does not say what it runs.
    pub role: Seen<MachineRole>,
    /// Enabled ones that gave a sign of life within 90 days: a logon (`lastLogonTimestamp`, which
    /// lags by up to 14 days) or a change of the machine's password (`pwdLastSet`, by default every
    /// 30 days).
    pub active: u64,
    /// Enabled ones whose dates are older, both where both are shown.
    pub stale: u64,
    /// Enabled ones that show neither date: never joined, or hidden.
    pub undated: u64,
    /// Disabled ones.
    pub disabled: u64,
}

/// Kinds of machines.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum MachineRole {
    /// A Windows client.
    Client,
    /// A Windows server.
    Server,
    /// A domain controller.
    Controller,
    /// A machine that does not run Windows.
    Other,
}

/// Machines in one site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SiteMachines {
    /// The site's name.
    pub site: String,
    /// Machines in use.
    pub active: u64,
}
