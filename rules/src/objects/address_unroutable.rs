//! Mail addresses of users and groups in a domain that cannot be verified.
//!
//! The cloud drops such addresses of licensed users without a word. Contacts and target addresses
//! belong to others and are not judged, nor is the address at which a user with a target address
//! really gets mail.
//! Sources: the withdrawn tool's code, which judges by a list of top-level domains; Prepare for
//! directory synchronization (2023-12-28).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    address,
    fault::{Fault, Faults},
    ground::Ground,
};

/// Every such address of the object.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    if !matches!(object.kind, ObjectKind::User | ObjectKind::Group) {
        return;
    }
    let target = object.target_address.as_deref().and_then(address::mail);
    let mail = object
        .mail
        .iter()
        .map(|mail| ("mail", mail.as_str(), mail.as_str()));
    let proxies = object
        .proxy_addresses
        .iter()
        .filter_map(|value| Some(("proxyAddresses", value.as_str(), address::mail(value)?)));
    for (attribute, value, mail) in mail.chain(proxies) {
        let Some(words) = ground.domain_fault(mail) else {
            continue;
        };
        let is_elsewhere = target.is_some_and(|target| target.eq_ignore_ascii_case(mail));
        if !is_elsewhere && ground.mail_fault(mail).is_none() {
            faults.add(Fault::new(attribute, value, ViolationKind::Domain, words));
        }
    }
}
