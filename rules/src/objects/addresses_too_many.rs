//! Objects with more proxy addresses than the service holds.
//!
//! How many fit depends on what else the object carries: between 311 and 332 were seen.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

const MOST: usize = 300;

/// The number of addresses, if too high.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let count = object.proxy_addresses.len();
    if count > MOST {
        let words = format!("has {count} values, {MOST} at most");
        let value = count.to_string();
        faults.add(Fault::new(
            "proxyAddresses",
            value,
            ViolationKind::Count,
            words,
        ));
    }
}
