//! Target addresses that another object holds in any address attribute.
//!
//! A mail user and a contact that forward to the same mailbox are normal where two organisations
//! live together, and yet only one of them gets the address in the cloud.
//! Sources: Troubleshoot errors during synchronization (2024-01-16), Prepare for directory
//! synchronization (2023-12-28).

use super::{
    held::{AS_TARGET, Space},
    meeting::{AtFault, Meeting},
};

/// Every object that forwards to the address, if others hold it.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    let is_address = matches!(meeting.space, Space::Mail | Space::Other);
    if !is_address || meeting.holders.len() < 2 {
        return Vec::new();
    }
    let holders = meeting.holding(AS_TARGET);
    holders.map(|holder| (holder, "targetAddress")).collect()
}
