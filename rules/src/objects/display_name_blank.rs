//! Display names of white space alone.
//!
//! A missing display name is none of these: the service takes the common name then.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    text::is_blank,
};

/// The blank name, with the common name as what might take its place.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let Some(name) = object.display_name.as_deref() else {
        return;
    };
    if name.chars().all(is_blank) {
        let common = object
            .common_name
            .as_deref()
            .map(|name| name.trim().to_owned());
        let fault = Fault::new("displayName", name, ViolationKind::Blank, "is blank");
        faults.add(fault.or(common));
    }
}
