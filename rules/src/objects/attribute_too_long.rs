//! Attributes longer than the service takes.
//!
//! Lengths are in UTF-16 units, as the directory counts; a value of exactly the limit passes.
//! Where the old tool and the page differ by one, the page holds; the parts of a user principal
//! name, which the tool forgets, are measured too. Names for show are cut in the proposal; a short
//! form of what others know by heart is for a person to choose.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
};

const SHOWN_NAME: usize = 256;
const GIVEN_NAME: usize = 64;
const ADDRESS: usize = 256;
const MAIL_NICKNAME: usize = 64;
const USER_ACCOUNT_NAME: usize = 20;
const OTHER_ACCOUNT_NAME: usize = 256;
const UPN: usize = 113;
const UPN_BEFORE_AT: usize = 64;
const UPN_AFTER_AT: usize = 48;

/// Every attribute of the object that is too long.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let account_name = match object.kind {
        ObjectKind::User => USER_ACCOUNT_NAME,
        _ => OTHER_ACCOUNT_NAME,
    };
    for (attribute, value, limit) in [
        ("displayName", &object.display_name, SHOWN_NAME),
        ("givenName", &object.given_name, GIVEN_NAME),
        ("mail", &object.mail, ADDRESS),
        ("mailNickname", &object.mail_nickname, MAIL_NICKNAME),
        ("sAMAccountName", &object.sam_account_name, account_name),
        ("targetAddress", &object.target_address, ADDRESS),
    ] {
        // A unit takes a byte at least.
        if let Some(value) = value.as_deref().filter(|value| value.len() > limit) {
            measure(attribute, value, limit, faults);
        }
    }
    for proxy in &object.proxy_addresses {
        if proxy.len() > ADDRESS {
            measure("proxyAddresses", proxy, ADDRESS, faults);
        }
    }
    if let Some(name) = &object.user_principal_name {
        measure_upn(name, faults);
    }
}

fn measure<'a>(attribute: &'static str, value: &'a str, limit: usize, faults: &mut Faults<'a>) {
    let length = units(value);
    if length > limit {
        let words = format!("has {length} characters, {limit} at most");
        let shown = matches!(attribute, "displayName" | "givenName");
        let cut = shown.then(|| cut(value, limit));
        faults.add(Fault::new(attribute, value, ViolationKind::Length, words).or(cut));
    }
}

fn measure_upn<'a>(name: &'a str, faults: &mut Faults<'a>) {
    const ATTRIBUTE: &str = "userPrincipalName";
    if name.len() <= UPN_AFTER_AT {
        return;
    }
    let (before, after) = name.rsplit_once('@').unwrap_or((name, ""));
    for (part, place, limit) in [
        (before, "before the @", UPN_BEFORE_AT),
        (after, "after the @", UPN_AFTER_AT),
    ] {
        let length = units(part);
        if length > limit {
            let words = format!("has {length} characters {place}, {limit} at most");
            faults.add(Fault::new(ATTRIBUTE, name, ViolationKind::Length, words));
            return;
        }
    }
    measure(ATTRIBUTE, name, UPN, faults);
}

fn units(value: &str) -> usize {
    value.encode_utf16().count()
}

/// The beginning that fits.
fn cut(value: &str, limit: usize) -> String {
    let mut room = limit;
    let fits = |c: &char| {
        let taken = room.checked_sub(c.len_utf16());
        room = taken.unwrap_or_default();
        taken.is_some()
    };
    let start: String = value.chars().take_while(fits).collect();
    start.trim_end().to_owned()
}
