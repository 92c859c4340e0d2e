//! Mail addresses without a sound form, in `mail`, `proxyAddresses` and `targetAddress`.
//!
//! Only values of the SMTP kind are judged. X.400, X.500, Notes and the like have their own
//! syntax, and an X.500 value with an apostrophe is a working reply address that must not be
//! touched. Whether the domain is public is no question of form.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::DirectoryObject;

use super::{
    Suffixes,
    address::{self, Address},
    tally::Fault,
};

/// Every malformed mail address of the object.
pub fn faults(object: &DirectoryObject, _: &Suffixes) -> Vec<Fault> {
    let mail = object.mail.iter().map(|value| ("mail", value));
    let proxies = object
        .proxy_addresses
        .iter()
        .map(|value| ("proxyAddresses", value));
    let target = object
        .target_address
        .iter()
        .map(|value| ("targetAddress", value));
    mail.chain(proxies)
        .chain(target)
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(attribute, value)| fault(attribute, value))
        .collect()
}

fn fault(attribute: &'static str, value: &str) -> Option<Fault> {
    let address = match address::kind(value) {
        // `mail` has no prefixes: a colon in it is part of the address, and wrong there.
        _ if attribute == "mail" => value,
        Address::Smtp(address) => address,
        Address::Other(_) => return None,
    };
    address::mail_fault(address).map(|fault| Fault::new(attribute, value, fault))
}
