//! Enabled users whose password never expires.
//!
//! A reset by an administrator does not make them change it, and a check against banned passwords
//! never meets their old one. Right for service accounts, seldom for people.
//! Sources: Self-service password reset writeback (2023-09-14), Password protection on premises
//! (2025-03-04).

use waterline_facts::{DirectoryObject, objects::account_control};

use super::{fault::Faults, ground::Ground, values};

const WORDS: &str = "has a password that never expires";

/// The account's control bits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some(fault) =
        values::control_fault(object, account_control::PASSWORD_NEVER_EXPIRES, WORDS)
    {
        faults.add(fault);
    }
}
