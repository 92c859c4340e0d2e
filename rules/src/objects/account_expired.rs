//! Enabled users whose account has expired.
//!
//! Expiry is not synchronised: with password hash synchronisation they can go on signing in to the
//! cloud.
//! Source: Password hash synchronization (2025-04-09).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// When the account expired.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let (Some(now), Some(end)) = (ground.now, object.account_expires_s) else {
        return;
    };
    if object.kind == ObjectKind::User && end < now && values::is_enabled(object) {
        let value = values::date(end);
        faults.add(Fault::new(
            "accountExpires",
            value,
            ViolationKind::State,
            "is over",
        ));
    }
}
