//! User principal names whose suffix cannot be a verified domain of the tenant.
//!
//! Such users are given a name under the tenant's initial domain instead of their own. A name
//! without any suffix is malformed and left to that check.
//! Source: Prepare a non-routable domain for directory synchronization.

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{Suffixes, address, tally::Fault};

/// The user's suffix, if it cannot be verified.
pub fn faults(object: &DirectoryObject, suffixes: &Suffixes) -> Vec<Fault> {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    if object.kind != ObjectKind::User {
        return Vec::new();
    }
    address::suffix(name)
        .and_then(|suffix| suffixes.fault(&suffix))
        .map(|fault| Fault::new("userPrincipalName", name, fault))
        .into_iter()
        .collect()
}
