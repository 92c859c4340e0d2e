//! User principal names whose suffix cannot be a verified domain of the tenant.
//!
//! Such users are given a name under the tenant's initial domain instead of their own. A name
//! without any suffix is malformed and left to that check.
//! Source: Prepare a non-routable domain for directory synchronization.

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    text::trimmed,
    values,
};

/// The user's suffix, if it cannot be verified.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    if object.kind != ObjectKind::User {
        return;
    }
    if let Some(words) = ground.domain_fault(trimmed(name)) {
        let local = name.rsplit_once('@').map(|(local, _)| local);
        let moved = local.zip(ground.first_domain());
        let moved = moved.map(|(local, domain)| format!("{local}@{domain}"));
        let own = values::main_mails(object).map(str::to_owned);
        let fault = Fault::new("userPrincipalName", name, ViolationKind::Domain, words);
        faults.add(fault.or(own.chain(moved)));
    }
}
