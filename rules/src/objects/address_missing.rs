//! Enabled users without any mail address.
//!
//! A user who is to have a mailbox needs an address that nobody else has. Whether the user is to
//! have one the directory cannot tell, so that this is for information.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The missing address.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if object.kind != ObjectKind::User || !values::is_enabled(object) {
        return;
    }
    if values::mails(object).next().is_none() {
        let words = "has neither a mail address nor an SMTP value";
        faults.add(Fault::new(
            "proxyAddresses",
            "",
            ViolationKind::Blank,
            words,
        ));
    }
}
