//! Objects whose source anchor another object has.
//!
//! The anchor is `mS-DS-ConsistencyGuid` where it has a value, else the object's own GUID. Copies of
//! accounts and migrations that are not finished bring the same one twice, and the service takes
//! the two for one.
//! Sources: Entra Connect design concepts (2023-11-06), Troubleshoot errors during synchronization
//! (2024-01-16).

use super::{
    held::{AS_ANCHOR, AS_GUID, NOT_ANCHOR, Space},
    meeting::{AtFault, Meeting},
};

/// Every object with the anchor.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    if meeting.space != Space::Identity {
        return Vec::new();
    }
    let mut found = Vec::new();
    for holder in &meeting.holders {
        if holder.holds(AS_ANCHOR) {
            found.push((*holder, "mS-DS-ConsistencyGuid"));
        } else if holder.holds(AS_GUID) && !holder.holds(NOT_ANCHOR) {
            found.push((*holder, "objectGUID"));
        }
    }
    if found.len() < 2 {
        found.clear();
    }
    found
}
