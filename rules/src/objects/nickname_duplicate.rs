//! Aliases held by more than one object.
//!
//! The directory lets them repeat; the cloud makes another of the second.
//! Source: Prepare for directory synchronization (2023-12-28).

use super::{
    held::{AS_NICKNAME, Space},
    meeting::{AtFault, Meeting},
};

/// Every object with the alias.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    if meeting.space != Space::Nickname {
        return Vec::new();
    }
    let holders = meeting.several(AS_NICKNAME).into_iter();
    holders.map(|holder| (holder, "mailNickname")).collect()
}
