//! Enabled users that must change their password at the next logon.
//!
//! Without the feature of temporary passwords, and writeback, they cannot change it in the cloud
//! and so cannot sign in there. Accounts that never had a password look the same.
//! Source: Password hash synchronization (2025-04-09).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The date of the password, which is none.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let is_user = object.kind == ObjectKind::User;
    if is_user && object.password_must_change && values::is_enabled(object) {
        let words = "asks for a new password at the next logon";
        faults.add(Fault::new("pwdLastSet", "0", ViolationKind::State, words));
    }
}
