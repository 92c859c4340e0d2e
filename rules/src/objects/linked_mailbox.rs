//! Linked mailboxes: their accounts are in another forest.
//!
//! Without the account's forest in the same synchronisation such a mailbox never reaches the cloud
//! and drops out of its groups.
//! Sources: Entra Connect topologies (2023-11-06), default configuration (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The value of `msExchRecipientTypeDetails`, a decimal text in the directory.
const LINKED: i64 = 2;

/// The mailbox.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if object.kind == ObjectKind::User && object.recipient_type == Some(LINKED) {
        let words = "is a linked mailbox";
        faults.add(Fault::new(
            "msExchRecipientTypeDetails",
            "2",
            ViolationKind::Class,
            words,
        ));
    }
}
