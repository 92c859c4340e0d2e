//! Groups with more members than synchronisation takes.
//!
//! Too big before the first synchronisation, a group is never synchronised; grown later, it stays
//! as it was until it is smaller. Members by primary group are not counted.
//! Sources: Entra Connect Sync V2 endpoint API (2024-12-09), default configuration (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// Most direct members that the present endpoint takes.
pub const MOST: u64 = 250_000;

/// The number of members, if too high.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if object.kind == ObjectKind::Group && object.members > MOST {
        let words = format!("has {} members, {MOST} at most", object.members);
        let value = object.members.to_string();
        faults.add(Fault::new("member", value, ViolationKind::Count, words));
    }
}
