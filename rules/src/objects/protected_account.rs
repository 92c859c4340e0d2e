//! Users and groups that are or were protected as administrators.
//!
//! They do not inherit rights from their unit, so that nothing can be written back to them:
//! passwords, source anchors, attributes of Exchange. The mark stays when the account leaves the
//! protected group.
//! Sources: Self-service password reset writeback (2023-09-14), Protected accounts and groups
//! (2016-09-29).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The mark.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let is_concerned = matches!(object.kind, ObjectKind::User | ObjectKind::Group);
    if is_concerned && object.admin_count {
        let words = "is or was protected as an administrator";
        faults.add(Fault::new("adminCount", "1", ViolationKind::State, words));
    }
}
