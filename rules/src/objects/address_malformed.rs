//! Addresses without the form of their kind, in `mail`, `proxyAddresses` and `targetAddress`.
//!
//! X.400 and X.500 values have a syntax of their own, with white space and brackets: only what no
//! such address holds is judged, and an X.500 value with an apostrophe is a working reply address.
//! Other kinds (`sip:`, `notes:`, …) hold no white space and no brackets. No change is proposed but
//! for mail addresses. Whether the domain is public is no question of form.
//! Sources: Prepare for directory synchronization (2023-12-28), the withdrawn tool's code for X.400
//! and X.500.

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    address::{self, Address},
    fault::{Fault, Faults},
    ground::Ground,
    text::ATEXT,
};

/// Every malformed address of the object.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some(mail) = object.mail.as_deref().filter(|mail| !mail.is_empty()) {
        check_mail(mail, ground, faults);
    }
    for proxy in &object.proxy_addresses {
        check_address("proxyAddresses", proxy, ground, faults);
    }
    if let Some(target) = &object.target_address {
        check_address("targetAddress", target, ground, faults);
    }
}

/// `mail` has no prefixes: a colon in it is part of the address, and wrong there.
fn check_mail<'a>(mail: &'a str, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    if let Some((kind, words)) = ground.mail_fault(mail) {
        let bare = address::mail(mail).unwrap_or(mail);
        let cleaned = address::cleaned(bare, ATEXT);
        faults.add(Fault::new("mail", mail, kind, words).or(cleaned));
    }
}

fn check_address<'a>(
    attribute: &'static str,
    value: &'a str,
    ground: &Ground<'_>,
    faults: &mut Faults<'a>,
) {
    if value.is_empty() {
        return;
    }
    let (wrong, cleaned) = match address::kind(value) {
        Address::Smtp(mail) => match ground.mail_fault(mail) {
            None => return,
            Some(wrong) => (wrong, with_prefix(value, mail)),
        },
        Address::Other(value) => match address::other_fault(value) {
            None => return,
            Some(wrong) => (wrong, None),
        },
    };
    let (kind, words): (ViolationKind, _) = wrong;
    faults.add(Fault::new(attribute, value, kind, words).or(cleaned));
}

fn with_prefix(value: &str, mail: &str) -> Option<String> {
    let prefix = &value[..value.len() - mail.len()];
    Some(format!("{prefix}{}", address::cleaned(mail, ATEXT)?))
}
