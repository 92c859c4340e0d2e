//! Enabled users that must log on with a smart card.
//!
//! Their password is a random one that nobody knows; the cloud keeps an old one until the flag is
//! set anew or a full synchronisation of hashes ran (mended in Connect 2.4.18.0).
//! Source: Password hash synchronization (2025-04-09).

use waterline_facts::{
    DirectoryObject,
    objects::{ViolationKind, account_control},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The account's control bits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if values::has_enabled_user(object, account_control::SMART_CARD_REQUIRED) {
        let bits = values::control_bits(object);
        let words = "must log on with a smart card";
        faults.add(Fault::new(
            "userAccountControl",
            bits,
            ViolationKind::State,
            words,
        ));
    }
}
