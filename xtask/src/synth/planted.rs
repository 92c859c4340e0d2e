//! The list of what was planted, written beside the directory as JSON.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

/// One thing that an object check must report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Claim {
    /// The check's id.
    pub check: &'static str,
    /// Distinguished name of the object.
    pub dn: String,
    /// The attribute's LDAP name.
    pub attribute: &'static str,
    /// The value as it must be shown, folded for duplicates; empty where the check shows none.
    pub value: String,
}

/// A claim, and the fault that it comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlantedFault {
    /// The claim.
    #[serde(flatten)]
    pub claim: Claim,
    /// The fault's name.
    pub fault: &'static str,
}

/// `FILE.planted.json`: what a directory holds, and what a sound assessment finds in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// How many objects.
    pub objects: u64,
    /// The seed.
    pub seed: u64,
    /// The directory's day (UTC), before which all its dates lie.
    pub day: Date,
    /// Objects by kind: `users`, `groups`, `contacts`, `computers`, `service_accounts`.
    pub counts: BTreeMap<&'static str, u64>,
    /// Computers by operating system and version.
    pub computers: Vec<PlantedComputers>,
    /// How many users, groups and contacts synchronisation leaves out.
    pub left_out: u64,
    /// How many objects each check must report, each counted once.
    pub checks: BTreeMap<&'static str, u64>,
    /// How often each fault and trap was planted.
    pub faults: BTreeMap<&'static str, u64>,
    /// Everything that must be reported, sorted; nothing else may be.
    pub planted: Vec<PlantedFault>,
}

/// Computers that say the same of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlantedComputers {
    /// `operatingSystem`; none if they do not say.
    pub operating_system: Option<&'static str>,
    /// `operatingSystemVersion`; none if they do not say.
    pub version: Option<&'static str>,
    /// Enabled ones of which a date shows that they are in use.
    pub active: u64,
    /// Enabled ones whose dates are both old.
    pub stale: u64,
    /// Enabled ones without any date.
    pub undated: u64,
    /// Disabled ones.
    pub disabled: u64,
}

impl Planted {
    /// Sorts what was planted and counts the objects of each check.
    pub(super) fn finish(&mut self) {
        self.planted.sort();
        let mut objects: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
        for planted in &self.planted {
            let claim = &planted.claim;
            objects.entry(claim.check).or_default().insert(&claim.dn);
        }
        let counts = objects
            .into_iter()
            .map(|(check, names)| (check, names.len() as u64));
        self.checks = counts.collect();
    }
}
