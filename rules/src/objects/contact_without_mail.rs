//! Contacts that are not enabled for mail.
//!
//! Synchronisation takes only contacts that have proxy addresses, and an address with an `@` among
//! them or in `mail`.
//! Source: Entra Connect Sync, default configuration (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The missing address.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    if object.kind != ObjectKind::Contact {
        return;
    }
    let has_mail = values::mails(object).any(|mail| mail.contains('@'));
    if object.proxy_addresses.is_empty() || !has_mail {
        let fault = Fault::new(
            "proxyAddresses",
            "",
            ViolationKind::Blank,
            "has no mail address",
        );
        faults.add(fault.or(object.mail.iter().map(|mail| format!("SMTP:{mail}"))));
    }
}
