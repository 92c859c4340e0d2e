//! Distribution groups without a mail address.
//!
//! The cloud makes no distribution group of a group without `mail` or an SMTP value; with an X.500
//! value alone it is not enabled for mail there. Security groups need no address.
//! Sources: Entra Connect Sync, default configuration (2024-12-05); Understanding users, groups and
//! contacts (2024-12-05).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    address,
    fault::{Fault, Faults},
    ground::Ground,
};

/// The missing address.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let is_distribution = object.group_type.is_some_and(|bits| bits >= 0);
    if object.kind != ObjectKind::Group || !is_distribution {
        return;
    }
    let has_mail = object.mail.as_ref().is_some_and(|mail| !mail.is_empty());
    let mut proxies = object.proxy_addresses.iter();
    let has_smtp = proxies.any(|value| address::mail(value).is_some());
    let is_reached = has_smtp || (has_mail && object.proxy_addresses.is_empty());
    if !is_reached {
        let fault = Fault::new(
            "proxyAddresses",
            "",
            ViolationKind::Blank,
            "has no mail address",
        );
        faults.add(fault.or(object.mail.iter().map(|mail| format!("SMTP:{mail}"))));
    }
}
