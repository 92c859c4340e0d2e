//! Groups with more members than some ways of synchronisation take.
//!
//! Connect takes 250,000; Cloud Sync, provisioning to the directory, and writeback of Microsoft 365
//! groups take 50,000 only. Groups above both limits are left to the other check.
//! Source: Connect to Cloud Sync decision guide (2025-02-17).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    group_too_large,
};

const MOST: u64 = 50_000;

/// The number of members, if between the two limits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let is_between = object.members > MOST && object.members <= group_too_large::MOST;
    if object.kind == ObjectKind::Group && is_between {
        let words = format!(
            "has {} members, {MOST} at most with Cloud Sync",
            object.members
        );
        let value = object.members.to_string();
        faults.add(Fault::new("member", value, ViolationKind::Count, words));
    }
}
