//! Users of the class `inetOrgPerson`.
//!
//! They are synchronised, but their password hashes are not, so that they cannot sign in to the
//! cloud with their password where that is how users sign in.
//! Sources: Password hash synchronization (2025-04-09), Cloud Sync prerequisites (2023-11-06).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The object's class.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if object.class.eq_ignore_ascii_case("inetOrgPerson") {
        let words = "gets no password in the cloud";
        faults.add(Fault::new(
            "objectClass",
            &*object.class,
            ViolationKind::Class,
            words,
        ));
    }
}
