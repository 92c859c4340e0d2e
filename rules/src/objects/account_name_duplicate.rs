//! Account names that several users without a user principal name have.
//!
//! The directory keeps them apart within a domain only. Without a user principal name the account
//! name becomes the sign-in name, and there it must be the only one.
//! Source: Prepare for directory synchronization (2023-12-28).

use super::{
    held::{Space, WITHOUT_UPN},
    meeting::{AtFault, Meeting},
};

/// Every such user with the name.
pub fn at_fault<'a>(meeting: &Meeting<'a>) -> Vec<AtFault<'a>> {
    if meeting.space != Space::Account {
        return Vec::new();
    }
    let users = meeting.several(WITHOUT_UPN).into_iter();
    users.map(|holder| (holder, "sAMAccountName")).collect()
}
