//! Enabled users whose password never expires.
//!
//! A reset by an administrator does not make them change it, and a check against banned passwords
//! never meets their old one. Right for service accounts, seldom for people.
//! Sources: Self-service password reset writeback (2023-09-14), Password protection on premises
//! (2025-03-04).

use waterline_facts::{
    DirectoryObject,
    objects::{ViolationKind, account_control},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The account's control bits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if values::has_enabled_user(object, account_control::PASSWORD_NEVER_EXPIRES) {
        let bits = values::control_bits(object);
        let words = "has a password that never expires";
        faults.add(Fault::new(
            "userAccountControl",
            bits,
            ViolationKind::State,
            words,
        ));
    }
}
