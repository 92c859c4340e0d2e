//! Display names that begin or end with white space.
//!
//! They sort and search badly, and look like others that differ. Names of white space alone are
//! left to the check of blank ones.
//! Source: the withdrawn tool's code, dedicated set (2026-05-22).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    text::{is_blank, trimmed},
};

/// The padded name, with the trimmed one as what might take its place.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let Some(name) = object.display_name.as_deref() else {
        return;
    };
    let kept = trimmed(name);
    if kept.len() < name.len() && !kept.chars().all(is_blank) {
        let words = "begins or ends with white space";
        let fault = Fault::new("displayName", name, ViolationKind::Character, words);
        faults.add(fault.or([kept.to_owned()]));
    }
}
