//! What services and products leave in a directory: their accounts, containers and connection
//! points, and the rights that they were given.
//!
//! Modelled on what the products publish; names, numbers and dates are the lab's own.

mod federation;
mod management;
mod registration;
pub mod schema;
mod synchronization;

use super::{Change, Entry};
use crate::lab::BASE;

/// A right that is given on an object once everything is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Distinguished name of the object.
    pub on: String,
    /// Account name of whoever gets it.
    pub to: &'static str,
    /// Entries for the object's access list, as SDDL in which `TRUSTEE` stands for the account's
    /// security identifier.
    pub entries: &'static str,
}

/// The objects.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let topics = [
        synchronization::entries(),
        registration::entries(),
        federation::entries(),
        management::entries(),
    ];
    topics.concat()
}

/// What is changed in objects that are there already.
#[must_use]
pub fn changes() -> Vec<Change> {
    [management::changes(), synchronization::changes()].concat()
}

/// The rights.
#[must_use]
pub fn grants() -> Vec<Grant> {
    let topics = [
        synchronization::grants(),
        registration::grants(),
        management::grants(),
    ];
    topics.concat()
}

/// The forest's configuration of services.
fn configuration(path: &str) -> String {
    format!("{path}CN=Services,CN=Configuration,{BASE}")
}

fn below_domain(path: &str) -> String {
    format!("{path}{BASE}")
}

/// A group managed service account in the container for these.
fn managed_account(name: &'static str) -> Entry {
    let class = "msDS-GroupManagedServiceAccount";
    Entry::below(
        &below_domain("CN=Managed Service Accounts,"),
        "CN",
        name,
        class,
    )
    .account(super::entry::WORKSTATION)
    .set("sAMAccountName", [format!("{name}$")])
    .set("dNSHostName", [format!("{name}.corp.example.test")])
    .set("msDS-ManagedPasswordInterval", ["30"])
}
