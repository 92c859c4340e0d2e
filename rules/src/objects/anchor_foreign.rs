//! Objects whose source anchor differs from their own GUID.
//!
//! It was taken over from another object: on purpose in a migration between forests, by mistake
//! where accounts are copied from a template.
//! Source: Entra Connect design concepts (2023-11-06).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The anchor.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some(anchor) = values::foreign_anchor(object) {
        let words = "is not the object's own GUID";
        let attribute = "mS-DS-ConsistencyGuid";
        faults.add(Fault::new(
            attribute,
            anchor,
            ViolationKind::Mismatch,
            words,
        ));
    }
}
