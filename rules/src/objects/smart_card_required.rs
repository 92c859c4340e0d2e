//! Enabled users that must log on with a smart card.
//!
//! Their password is a random one that nobody knows; the cloud keeps an old one until the flag is
//! set anew or a full synchronisation of hashes ran (mended in Connect 2.4.18.0).
//! Source: Password hash synchronization (2025-04-09).

use waterline_facts::{DirectoryObject, objects::account_control};

use super::{fault::Faults, ground::Ground, values};

const WORDS: &str = "must log on with a smart card";

/// The account's control bits.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some(fault) = values::control_fault(object, account_control::SMART_CARD_REQUIRED, WORDS)
    {
        faults.add(fault);
    }
}
