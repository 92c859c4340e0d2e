//! User principal names held by more than one user.
//!
//! Within a forest the directory forbids them unless told otherwise; across forests and in copies
//! they occur. Letter case and white space around the name make no difference to the service.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use super::{
    held::{AS_UPN, Space},
    meeting::{AtFault, Meeting},
};

/// Every user with the name.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    if meeting.space != Space::Mail {
        return Vec::new();
    }
    let users = meeting.several(AS_UPN).into_iter();
    users.map(|holder| (holder, "userPrincipalName")).collect()
}
