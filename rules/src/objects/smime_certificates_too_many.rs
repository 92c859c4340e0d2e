//! Users and contacts with more than 15 S/MIME certificates.
//!
//! From more than 15 Connect sends none at all; older releases failed on the whole object.
//! Source: LargeObject error caused by userCertificate (2024-12-09).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

const MOST: u32 = 15;

/// The number of certificates, if too high.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let count = object.smime_certificates;
    if count > MOST && matches!(object.kind, ObjectKind::User | ObjectKind::Contact) {
        let words = format!("has {count} values, {MOST} at most");
        let value = count.to_string();
        faults.add(Fault::new(
            "userSMIMECertificate",
            value,
            ViolationKind::Count,
            words,
        ));
    }
}
