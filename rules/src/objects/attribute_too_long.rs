//! Attributes longer than the service takes.
//!
//! Lengths are in UTF-16 units, as the directory counts; a value of exactly the limit passes.
//! Where the old tool and the page differ by one, the page holds; the parts of a user principal
//! name, which the tool forgets, are measured too.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{Suffixes, tally::Fault};

const DISPLAY_NAME: usize = 256;
const ADDRESS: usize = 256;
const MAIL_NICKNAME: usize = 64;
const USER_ACCOUNT_NAME: usize = 20;
const OTHER_ACCOUNT_NAME: usize = 256;
const UPN: usize = 113;
const UPN_BEFORE_AT: usize = 64;
const UPN_AFTER_AT: usize = 48;

/// Every attribute of the object that is too long.
pub fn faults(object: &DirectoryObject, _: &Suffixes) -> Vec<Fault> {
    let account_name = match object.kind {
        ObjectKind::User => USER_ACCOUNT_NAME,
        _ => OTHER_ACCOUNT_NAME,
    };
    let single = [
        ("displayName", &object.display_name, DISPLAY_NAME),
        ("mail", &object.mail, ADDRESS),
        ("mailNickname", &object.mail_nickname, MAIL_NICKNAME),
        ("sAMAccountName", &object.sam_account_name, account_name),
        ("targetAddress", &object.target_address, ADDRESS),
    ];
    let proxies = object
        .proxy_addresses
        .iter()
        .map(|proxy| ("proxyAddresses", proxy, ADDRESS));
    single
        .into_iter()
        .filter_map(|(attribute, value, limit)| Some((attribute, value.as_ref()?, limit)))
        .chain(proxies)
        .filter_map(|(attribute, value, limit)| over(attribute, value, limit))
        .chain(upn(object))
        .collect()
}

fn over(attribute: &'static str, value: &str, limit: usize) -> Option<Fault> {
    let length = units(value);
    (length > limit).then(|| {
        Fault::new(
            attribute,
            value,
            format!("has {length} characters, {limit} at most"),
        )
    })
}

fn upn(object: &DirectoryObject) -> Option<Fault> {
    const ATTRIBUTE: &str = "userPrincipalName";
    let name = object.user_principal_name.as_deref()?;
    let (before, after) = name.rsplit_once('@').unwrap_or((name, ""));
    for (part, place, limit) in [
        (before, "before the @", UPN_BEFORE_AT),
        (after, "after the @", UPN_AFTER_AT),
    ] {
        let length = units(part);
        if length > limit {
            let fault = format!("has {length} characters {place}, {limit} at most");
            return Some(Fault::new(ATTRIBUTE, name, fault));
        }
    }
    over(ATTRIBUTE, name, UPN)
}

fn units(value: &str) -> usize {
    value.encode_utf16().count()
}
