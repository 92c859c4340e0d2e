//! User principal names held by more than one user.
//!
//! Within a forest the directory forbids them unless told otherwise; across forests and in copies
//! they occur. Letter case and white space around the name make no difference to the service.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{address, duplicates::Held};

/// The user's name.
pub fn values(object: &DirectoryObject) -> Vec<Held> {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    let value = address::fold(name);
    if object.kind != ObjectKind::User || value.is_empty() {
        return Vec::new();
    }
    vec![Held {
        attribute: "userPrincipalName",
        value,
    }]
}
