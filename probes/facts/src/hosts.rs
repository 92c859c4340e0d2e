//! Many machines at once: what their recordings say, counted.
//!
//! Machines that say the same stand in one group, with a few names for examples. A machine that does
//! not tell something stands in a group of its own where that is unknown, so that what is missing
//! is counted and never taken for sound.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    browsers::{BrowserProduct, ExtensionPolicy, Scope, UpdatePolicy},
    host::{EditionClass, InstallationType, OsFamily},
    seen::Seen,
};

/// What the recordings of many machines say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HostsFacts {
    /// Machines of which a recording was read; of several recordings of one the newest counts.
    pub machines: u64,
    /// When the oldest of these recordings was begun.
    pub oldest: Seen<Timestamp>,
    /// When the newest was begun.
    pub newest: Seen<Timestamp>,
    /// How much was passed over, by reason.
    pub passed_over: PassedOver,
    /// What was passed over by name, sorted; the first thousand.
    pub remarks: Vec<Remark>,
    /// Machines by operating system.
    pub systems: Vec<SystemGroup>,
    /// Machines by each kind of browser that they have; one machine may be in several groups.
    pub browsers: Vec<BrowserGroup>,
    /// Machines by what is managed about each browser that they have.
    pub policies: Vec<PolicyGroup>,
    /// Machines by their tie to a directory.
    pub joins: Vec<JoinGroup>,
    /// Machines by memory in MiB, rounded down to a quarter of a GiB; the least first.
    pub memory: Vec<AmountGroup>,
    /// Machines by what is free on the system's disk in GiB, rounded down; the least first.
    pub disk_free: Vec<AmountGroup>,
    /// Machines by where their time comes from.
    pub time_sources: Vec<TimeGroup>,
}

/// How many entries of a folder of recordings were passed over, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PassedOver {
    /// What is no recording of a machine.
    pub foreign: u64,
    /// Files named as recordings that cannot be read far enough to tell of which machine they are.
    pub damaged: u64,
    /// Older recordings of a machine of which there is a newer one.
    pub duplicate: u64,
    /// Recordings that count though a part of them is damaged or missing, so that some of their
    /// facts are unknown.
    pub in_part: u64,
}

/// One entry of a folder of recordings that did not count, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Its name in the folder.
    pub name: String,
    /// The kind of reason.
    pub reason: RemarkReason,
    /// The reason in words.
    pub detail: String,
}

/// Why an entry did not count, or not whole.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RemarkReason {
    /// It is no recording of a machine.
    Foreign,
    /// It does not tell of which machine it is.
    Damaged,
    /// There is a newer recording of the same machine.
    Duplicate,
    /// A part of it is damaged or missing.
    InPart,
}

/// Machines with the same operating system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SystemGroup {
    /// Which family.
    pub family: Seen<OsFamily>,
    /// The product, such as `windows-11`.
    pub product: Seen<String>,
    /// The name that the system shows.
    pub name: Seen<String>,
    /// Windows: the release's name, such as `24H2`. Elsewhere the version.
    pub release: Seen<String>,
    /// Windows: the build number.
    pub build: Seen<u32>,
    /// Windows: the lowest update revision in the group.
    pub lowest_revision: Seen<u32>,
    /// Windows: the class of editions.
    pub edition_class: Seen<EditionClass>,
    /// Windows: client or server.
    pub installation_type: Seen<InstallationType>,
    /// Processor architecture.
    pub architecture: Seen<String>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}

/// Machines with the same kind of browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrowserGroup {
    /// Which product; unknown for machines whose browsers could not all be read.
    pub product: Seen<BrowserProduct>,
    /// The name it is shown by.
    pub name: Seen<String>,
    /// Release channel.
    pub channel: Seen<String>,
    /// The first number of the version.
    pub major: Seen<u32>,
    /// When that came out.
    pub released: Seen<Date>,
    /// When it stops being serviced.
    pub ends: Seen<Date>,
    /// For whom it is installed.
    pub scope: Seen<Scope>,
    /// Which family of systems it is installed on.
    pub family: Seen<OsFamily>,
    /// Windows: client or server.
    pub installation_type: Seen<InstallationType>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}

/// Machines on which the same is managed about a browser that they have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyGroup {
    /// Which product; unknown for machines whose browsers or policies could not be read.
    pub product: Seen<BrowserProduct>,
    /// Which family of systems it is installed on.
    pub family: Seen<OsFamily>,
    /// Whether it shows the device at sign-in by itself.
    pub device_sign_in: Seen<bool>,
    /// What is to become of the single sign-on extension.
    pub extension: Seen<ExtensionPolicy>,
    /// How it is updated.
    pub updates: Seen<UpdatePolicy>,
    /// The version that updates do not go beyond.
    pub pinned_version: Seen<String>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}

/// Machines with the same tie to a directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JoinGroup {
    /// Which family of systems they are.
    pub family: Seen<OsFamily>,
    /// The domain that they are joined to.
    pub domain: Seen<String>,
    /// Whether they are joined to Entra ID.
    pub entra_joined: Seen<bool>,
    /// The tenant that they belong to.
    pub entra_tenant: Seen<String>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}

/// Machines with about the same amount of something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountGroup {
    /// How much.
    pub amount: Seen<u64>,
    /// Which family of systems they are.
    pub family: Seen<OsFamily>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}

/// Machines that keep time alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeGroup {
    /// Where the time comes from; absent if nothing keeps the clock right.
    pub source: Seen<String>,
    /// How many machines.
    pub machines: u64,
    /// Names of some of them, sorted.
    pub samples: Vec<String>,
}
