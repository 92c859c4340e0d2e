//! Groups whose alias is reserved in the cloud.
//!
//! Only administrators may give these names to groups there. Nothing fails in synchronisation, but
//! a group that later moves to the cloud cannot keep its name.
//! Source: Microsoft Entra groups settings, reserved aliases (undated).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

const RESERVED: [&str; 11] = [
    "abuse",
    "admin",
    "administrator",
    "hostmaster",
    "majordomo",
    "postmaster",
    "root",
    "secure",
    "security",
    "ssl-admin",
    "webmaster",
];

/// The reserved alias.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let alias = object.mail_nickname.as_deref().unwrap_or_default();
    if object.kind == ObjectKind::Group
        && RESERVED.iter().any(|name| alias.eq_ignore_ascii_case(name))
    {
        let kind = ViolationKind::Reserved;
        faults.add(Fault::new(
            "mailNickname",
            alias,
            kind,
            "is reserved for administrators",
        ));
    }
}
