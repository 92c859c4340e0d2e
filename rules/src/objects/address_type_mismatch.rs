//! Addresses held by objects of different kinds, such as a user and a group.
//!
//! The service sets duplicates among users aside and goes on; for objects of different kinds it does
//! not, and the synchronisation of the second fails. They count as duplicates as well.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use super::meeting::{AtFault, Meeting};

/// Every object with the address, if their kinds differ.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    let holders = meeting.sharing_address();
    let is_mixed = holders.iter().any(|holder| holder.kind != holders[0].kind);
    if !is_mixed {
        return Vec::new();
    }
    let holders = holders.into_iter();
    holders
        .map(|holder| (holder, holder.address_attribute()))
        .collect()
}
