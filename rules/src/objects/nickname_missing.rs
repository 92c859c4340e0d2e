//! Users with attributes of Exchange, but without an alias.
//!
//! Exchange's attributes are synchronised only for users whose `mailNickname` has a value.
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

/// The missing alias.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let has_alias = object
        .mail_nickname
        .as_ref()
        .is_some_and(|alias| !alias.is_empty());
    let has_mail = !object.proxy_addresses.is_empty()
        || object.target_address.is_some()
        || object.hidden_from_address_lists;
    if object.kind != ObjectKind::User || has_alias || !has_mail {
        return;
    }
    let fault = Fault::new("mailNickname", "", ViolationKind::Blank, "is missing");
    let locals = values::main_mails(object).filter_map(|mail| mail.split_once('@'));
    faults.add(fault.or(locals.map(|(local, _)| local.to_owned())));
}
