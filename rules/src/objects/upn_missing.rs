//! Users without a user principal name.
//!
//! Synchronisation then builds one from the account name and the domain's DNS name, which is
//! seldom what the user is told to sign in with. Groups and contacts have none by nature.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{Suffixes, tally::Fault};

/// The user's missing name.
pub fn faults(object: &DirectoryObject, _: &Suffixes) -> Vec<Fault> {
    let has_name = object
        .user_principal_name
        .as_deref()
        .is_some_and(|name| !name.is_empty());
    if object.kind != ObjectKind::User || has_name {
        return Vec::new();
    }
    vec![Fault::new("userPrincipalName", "", "is missing")]
}
