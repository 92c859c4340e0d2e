//! Enabled users that did not log on for 180 days.
//!
//! They take licences and names, and nobody would notice their misuse. The directory brings logons
//! up to 14 days late; a user who never logged on counts from the day the account was made.
//! Source: PingCastle, rule on inactive users (2026-03-11).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

const LONGEST_S: i64 = 180 * 24 * 60 * 60;

/// When the user was last seen.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let (attribute, words, seen) = match (object.last_logon_s, object.created_s) {
        (Some(logon), _) => ("lastLogonTimestamp", "is the last logon", logon),
        (None, Some(made)) => ("whenCreated", "was never followed by a logon", made),
        (None, None) => return,
    };
    let Some(now) = ground.now else {
        return;
    };
    let is_stale = now.saturating_sub(seen) > LONGEST_S;
    if object.kind == ObjectKind::User && is_stale && values::is_enabled(object) {
        faults.add(Fault::new(
            attribute,
            values::date(seen),
            ViolationKind::State,
            words,
        ));
    }
}
