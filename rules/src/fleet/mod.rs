//! The fleet's inventory: the machines that the directory shows, joined with the table of builds.
//!
//! How many machines in use can be enrolled in Intune, hybrid joined and co-managed, by what they
//! run and by where they stand. What the directory or the tables do not tell is unknown, and stale,
//! undated and disabled accounts are counted beside and never among the machines.

mod support;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::{
    Seen,
    directory::fleet::{MachineGroup, MachineRole},
    host::EditionClass,
};

pub use support::{Capability, CapabilityId, Fit, Fitness, Support};

use crate::builds::Builds;

/// The fleet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Fleet {
    /// All machines together.
    pub all: Counts,
    /// Machines by what they run, those with the most in use first.
    pub kinds: Vec<Kind>,
    /// Machines by where they stand: the first two levels of containers, sorted; null where there
    /// were too many to tell apart.
    pub units: Vec<Unit>,
}

/// Machines that run the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Kind {
    /// The operating system; null if they do not say.
    pub operating_system: Option<String>,
    /// Its version; null if they do not say.
    pub version: Option<String>,
    /// The release of Windows, such as `24H2`; null if it is not known.
    pub release: Option<String>,
    /// Class of editions; null if the name does not tell it.
    pub edition_class: Option<EditionClass>,
    /// What kind of machine; null if they do not say what they run.
    pub role: Option<MachineRole>,
    /// Last day of servicing; null if it is not known.
    pub serviced_until: Option<Date>,
    /// Whether they can be enrolled in Intune.
    pub enrolment: Fitness,
    /// Whether they can be hybrid joined.
    pub hybrid_join: Fitness,
    /// Whether they can be co-managed.
    pub co_management: Fitness,
    /// How many.
    pub counts: Counts,
}

/// Machines that stand in the same unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// The first two levels of containers below the domain; empty for the domain itself.
    pub unit: Option<String>,
    /// How many.
    pub counts: Counts,
}

/// How many machines, and what can be done with those in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Enabled, with a sign of life within 90 days.
    pub active: u64,
    /// Enabled, without a sign of life for longer.
    pub stale: u64,
    /// Enabled, without any date.
    pub undated: u64,
    /// Disabled.
    pub disabled: u64,
    /// Those in use, by whether they can be enrolled in Intune.
    pub enrolment: Tally,
    /// Those in use, by whether they can be hybrid joined.
    pub hybrid_join: Tally,
    /// Those in use, by whether they can be co-managed.
    pub co_management: Tally,
}

/// Machines in use, by how far they are fit for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Supported.
    pub supported: u64,
    /// Works and is not supported.
    pub allowed: u64,
    /// Cannot be done.
    pub refused: u64,
    /// Not known.
    pub unknown: u64,
}

impl Fleet {
    /// The inventory of these machines on a day.
    pub fn of(machines: &[MachineGroup], as_of: Date) -> Self {
        let mut fleet = Self::default();
        let mut units: BTreeMap<Option<String>, Counts> = BTreeMap::new();
        let mut kinds: BTreeMap<MachineGroup, Kind> = BTreeMap::new();
        for group in machines {
            let kind = kinds
                .entry(same_kind(group))
                .or_insert_with(|| Kind::of(group, as_of));
            let counts = kind.count(group);
            kind.counts.add(&counts);
            fleet.all.add(&counts);
            units
                .entry(group.unit.known().cloned())
                .or_default()
                .add(&counts);
        }
        fleet.kinds = kinds.into_values().collect();
        fleet
            .kinds
            .sort_by_key(|kind| std::cmp::Reverse(kind.counts.active));
        fleet.units = units
            .into_iter()
            .map(|(unit, counts)| Unit { unit, counts })
            .collect();
        fleet
    }
}

/// What machines of one kind have in common.
fn same_kind(group: &MachineGroup) -> MachineGroup {
    MachineGroup {
        unit: Seen::Absent,
        active: 0,
        stale: 0,
        undated: 0,
        disabled: 0,
        ..group.clone()
    }
}

impl Kind {
    fn of(group: &MachineGroup, as_of: Date) -> Self {
        let build = group.build.known().copied();
        let class = group.edition_class.known().copied();
        let release = build
            .zip(class)
            .and_then(|(build, class)| Builds::embedded().release(i64::from(build), class));
        let serviced_until = release.map(|(_, end)| end);
        let serviced = serviced_until.map(|end| end >= as_of);
        let fitness = |id| Support::embedded().fitness(id, group, serviced);
        Self {
            operating_system: group.operating_system.known().cloned(),
            version: group.version.known().cloned(),
            release: release.map(|(release, _)| release.release.clone()),
            edition_class: class,
            role: group.role.known().copied(),
            serviced_until,
            enrolment: fitness(CapabilityId::Enrolment),
            hybrid_join: fitness(CapabilityId::HybridJoin),
            co_management: fitness(CapabilityId::CoManagement),
            counts: Counts::default(),
        }
    }

    /// The counts of a group of this kind.
    fn count(&self, group: &MachineGroup) -> Counts {
        let tally = |fitness: &Fitness| Tally::of(fitness.fit, group.active);
        Counts {
            active: group.active,
            stale: group.stale,
            undated: group.undated,
            disabled: group.disabled,
            enrolment: tally(&self.enrolment),
            hybrid_join: tally(&self.hybrid_join),
            co_management: tally(&self.co_management),
        }
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.active += other.active;
        self.stale += other.stale;
        self.undated += other.undated;
        self.disabled += other.disabled;
        self.enrolment.add(&other.enrolment);
        self.hybrid_join.add(&other.hybrid_join);
        self.co_management.add(&other.co_management);
    }
}

impl Tally {
    fn of(fit: Fit, machines: u64) -> Self {
        let mut tally = Self::default();
        *match fit {
            Fit::Supported => &mut tally.supported,
            Fit::Allowed => &mut tally.allowed,
            Fit::Refused => &mut tally.refused,
            Fit::Unknown => &mut tally.unknown,
        } = machines;
        tally
    }

    fn add(&mut self, other: &Self) {
        self.supported += other.supported;
        self.allowed += other.allowed;
        self.refused += other.refused;
        self.unknown += other.unknown;
    }
}
