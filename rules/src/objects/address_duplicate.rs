//! Addresses held by more than one user, group or contact.
//!
//! `mail` and the `smtp:` values of `proxyAddresses` share one name space; other kinds (`sip:`,
//! `X500:`, …) are compared with their prefix. One object that holds its address in both
//! attributes is as it should be. `targetAddress` is not compared: a mail user and a contact that
//! forward to the same mailbox are normal where two organisations live together.
//! Source: Troubleshoot errors during synchronization (2024-01-16).

use waterline_facts::DirectoryObject;

use super::{
    address::{self, Address},
    duplicates::Held,
};

/// Every address of the object once, that of `mail` under its own name.
pub fn values(object: &DirectoryObject) -> Vec<Held> {
    let mail = object.mail.iter().map(|mail| ("mail", address::fold(mail)));
    let proxies = object
        .proxy_addresses
        .iter()
        .map(|proxy| ("proxyAddresses", comparable(proxy)));
    let mut held: Vec<Held> = Vec::new();
    for (attribute, value) in mail.chain(proxies) {
        if !value.is_empty() {
            held.push(Held { attribute, value });
        }
    }
    // By value, and `mail` before `proxyAddresses`, so that the attribute named never depends on
    // the order in which a server returns values.
    held.sort_by(|a, b| (&a.value, a.attribute).cmp(&(&b.value, b.attribute)));
    held.dedup_by(|later, earlier| later.value == earlier.value);
    held
}

fn comparable(proxy: &str) -> String {
    match address::kind(proxy.trim()) {
        Address::Smtp(mail) => address::fold(mail),
        Address::Other(value) => address::fold(value),
    }
}
