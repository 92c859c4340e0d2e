//! Users and groups without an account name.
//!
//! Synchronisation leaves such users out. Active Directory always makes one up, so this is a fault
//! of an export or of a directory of another make.
//! Source: Entra Connect Sync, default configuration (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The missing name.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let named = object
        .sam_account_name
        .as_ref()
        .is_some_and(|name| !name.is_empty());
    if !named && matches!(object.kind, ObjectKind::User | ObjectKind::Group) {
        faults.add(Fault::new(
            "sAMAccountName",
            "",
            ViolationKind::Blank,
            "is missing",
        ));
    }
}
