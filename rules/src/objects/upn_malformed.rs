//! User principal names with characters that the service does not take, or without a sound form.
//!
//! The old tool refuses the apostrophe, which the service takes, and lets the dollar sign and the
//! back quote through, which are not in the service's list; here the list decides.
//! Sources: Prepare for directory synchronization (2023-12-28), UserPrincipalName population
//! (2025-04-09) for hidden white space.

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{Suffixes, address, tally::Fault};

/// The first thing wrong with the user's name.
pub fn faults(object: &DirectoryObject, _: &Suffixes) -> Vec<Fault> {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    if object.kind != ObjectKind::User || name.is_empty() {
        return Vec::new();
    }
    address::sign_in_fault(name)
        .map(|fault| Fault::new("userPrincipalName", name, fault))
        .into_iter()
        .collect()
}
