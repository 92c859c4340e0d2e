//! Users without a user principal name.
//!
//! Synchronisation then builds one from the account name and the domain's DNS name, which is
//! seldom what the user is told to sign in with. Groups and contacts have none by nature.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{
    DirectoryObject,
    objects::{ObjectKind, ViolationKind},
};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    values,
};

/// The user's missing name.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    if object.kind != ObjectKind::User || !name.is_empty() {
        return;
    }
    let fault = Fault::new("userPrincipalName", "", ViolationKind::Blank, "is missing");
    let account = object
        .sam_account_name
        .as_deref()
        .zip(ground.first_domain());
    let built = account.map(|(name, domain)| format!("{name}@{domain}"));
    faults.add(fault.or(values::main_mails(object).map(str::to_owned).chain(built)));
}
