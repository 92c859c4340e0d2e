//! Whether a run is to contact an endpoint; if not, why it is in the list all the same.
//!
//! The list is always the whole one of the cloud: a target whose endpoints nobody asked about must
//! not look like a target that needs none. Several groups may name an endpoint; the one that comes
//! closest to being contacted decides.

use std::collections::BTreeSet;

use waterline_facts::{Gap, Reason};

use super::NetworkSettings;
use crate::catalog::{EndpointGroup, Role};

/// Whether a run is to contact an endpoint, from nearest to farthest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Choice {
    /// It is.
    Contact,
    /// Its groups are in the built-in catalogue, but not in the file that was used in place of it.
    NotInFile(BTreeSet<String>),
    /// Only these contact it, and the run stands for others.
    OtherRoles(BTreeSet<Role>),
    /// Only these targets need it, and none of them was chosen.
    OtherTargets(BTreeSet<String>),
    /// Nobody needs it, for these reasons.
    NotNeeded(BTreeSet<String>),
}

impl Choice {
    /// The choice for a group of the catalogue in use.
    pub(super) fn of(settings: &NetworkSettings, group: &EndpointGroup) -> Self {
        let targets = group.targets.iter().map(ToString::to_string);
        let chosen = |role| settings.roles.is_empty() || settings.roles.contains(role);
        if !targets.clone().any(|t| settings.targets.contains(&t)) {
            Self::OtherTargets(targets.collect())
        } else if !group.roles.iter().any(chosen) {
            Self::OtherRoles(group.roles.iter().copied().collect())
        } else {
            Self::Contact
        }
    }

    /// The choice for a group that only the built-in catalogue has.
    pub(super) fn without_file(settings: &NetworkSettings, group: &EndpointGroup) -> Self {
        match Self::of(settings, group) {
            Self::Contact => Self::NotInFile(BTreeSet::from([group.id.to_string()])),
            other => other,
        }
    }

    /// The choice where two groups name the endpoint.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotInFile(a), Self::NotInFile(b)) => Self::NotInFile(&a | &b),
            (Self::OtherRoles(a), Self::OtherRoles(b)) => Self::OtherRoles(&a | &b),
            (Self::OtherTargets(a), Self::OtherTargets(b)) => Self::OtherTargets(&a | &b),
            (Self::NotNeeded(a), Self::NotNeeded(b)) => Self::NotNeeded(&a | &b),
            (one, two) => one.min(two),
        }
    }

    /// Why nothing is known of an endpoint that is not to be contacted; none if it is.
    pub(super) fn gap(&self, settings: &NetworkSettings) -> Option<Gap> {
        let (detail, remedy) = match self {
            Self::Contact => return None,
            Self::NotInFile(groups) => not_in_file(groups),
            Self::OtherRoles(roles) => other_roles(roles, &settings.roles),
            Self::OtherTargets(targets) => other_targets(targets),
            Self::NotNeeded(reasons) => not_needed(reasons),
        };
        Some(Gap::new(Reason::NotRun, detail).with_remedy(remedy))
    }
}

fn not_in_file(groups: &BTreeSet<String>) -> (String, String) {
    let groups = list(groups, " and ");
    (
        "the catalogue that this run used does not have it".to_owned(),
        format!("run again without --catalog, or with {groups} in that file"),
    )
}

fn other_roles(roles: &BTreeSet<Role>, own: &[Role]) -> (String, String) {
    let names: BTreeSet<&str> = roles.iter().map(|role| role.name()).collect();
    let own: BTreeSet<&str> = own.iter().map(|role| role.name()).collect();
    let (names, own) = (list(&names, " or a "), list(&own, " and "));
    let option = roles.first().map_or("", |role| role.name());
    (
        format!("only a {names} contacts it; this run stood for {own}"),
        format!("run on a {names} with --role {option}"),
    )
}

fn not_needed(reasons: &BTreeSet<String>) -> (String, String) {
    (
        list(reasons, "; "),
        "correct `attested` or `regions` in the profile if it is needed".to_owned(),
    )
}

fn other_targets(targets: &BTreeSet<String>) -> (String, String) {
    let names = list(targets, ", ");
    match targets.len() {
        1 => (
            format!("target {names} was not chosen in this run"),
            format!("run again with target {names}"),
        ),
        _ => (
            format!("none of its targets was chosen in this run: {names}"),
            format!("run again with one of these targets: {names}"),
        ),
    }
}

fn list<T: AsRef<str>>(names: &BTreeSet<T>, between: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.join(between)
}
