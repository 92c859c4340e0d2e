//! Enabled users that need no password.
//!
//! The account may have an empty password, against every policy of the domain.
//! Source: PingCastle, rule on accounts without password (2026-03-11).

use waterline_facts::{DirectoryObject, objects::account_control};

use super::{fault::Faults, ground::Ground, values};

const WORDS: &str = "may have an empty password";

/// The account's control bits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some(fault) =
        values::control_fault(object, account_control::PASSWORD_NOT_REQUIRED, WORDS)
    {
        faults.add(fault);
    }
}
