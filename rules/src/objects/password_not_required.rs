//! Enabled users that need no password.
//!
//! The account may have an empty password, against every policy of the domain.
//! Source: PingCastle, rule on accounts without password (2026-03-11).

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
    if values::has_enabled_user(object, account_control::PASSWORD_NOT_REQUIRED) {
        let bits = values::control_bits(object);
        let words = "may have an empty password";
        faults.add(Fault::new(
            "userAccountControl",
            bits,
            ViolationKind::State,
            words,
        ));
    }
}
