//! Users whose primary group is another than `Domain Users`.
//!
//! Membership by primary group is not synchronised, so that the user is missing from that group in
//! the cloud. `Domain Users` itself is not synchronised at all.
//! Source: Understanding users, groups and contacts (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

/// The relative identifier of `Domain Users`.
const DOMAIN_USERS: u32 = 513;

/// The other group's identifier.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let other = object.primary_group.filter(|group| *group != DOMAIN_USERS);
    if let (ObjectKind::User, Some(group)) = (object.kind, other) {
        let words = "is not Domain Users, and membership by it is not synchronised";
        faults.add(Fault::new(
            "primaryGroupID",
            group.to_string(),
            ViolationKind::State,
            words,
        ));
    }
}
