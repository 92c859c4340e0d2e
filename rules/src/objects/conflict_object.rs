//! Objects that lost a replication conflict.
//!
//! Two controllers made objects of one name at once; the loser was renamed and is left out of
//! synchronisation. It may still be the one that people use.
//! Source: Entra Connect Sync, default configuration (2024-12-05).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    scope,
};

/// The object's name.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if scope::is_conflict(object) {
        let words = "lost a replication conflict";
        faults.add(Fault::new(
            "distinguishedName",
            &*object.dn,
            ViolationKind::Class,
            words,
        ));
    }
}
