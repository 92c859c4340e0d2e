//! Account names with characters that the service does not take.
//!
//! Users and groups only. The apostrophe is fine in practice and not judged; the page that lists
//! it is ambiguous. With a sound user principal name such an account name does little harm.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::DirectoryObject;

use super::{Suffixes, tally::Fault};

const REFUSED: &str = "\\\"|,/[]:<>+=;?*";

/// The first character refused.
pub fn faults(object: &DirectoryObject, _: &Suffixes) -> Vec<Fault> {
    let name = object.sam_account_name.as_deref().unwrap_or_default();
    name.chars()
        .find(|c| REFUSED.contains(*c) || c.is_control())
        .map(|c| {
            let fault = format!("holds the character {}", c.escape_default());
            Fault::new("sAMAccountName", name, fault)
        })
        .into_iter()
        .collect()
}
