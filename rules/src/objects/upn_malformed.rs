//! User principal names with characters that the service does not take, or without a sound form.
//!
//! The old tool refuses the apostrophe, which the service takes, and lets the dollar sign and the
//! back quote through, which are not in the service's list; here the list decides. Letters with
//! diacritics are never just dropped: how a name is spelled without them, its bearer decides.
//! Sources: Prepare for directory synchronization (2023-12-28), UserPrincipalName population
//! (2025-04-09) for hidden white space.

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::{
    address,
    fault::{Fault, Faults},
    ground::Ground,
    text::SIGN_IN,
    values,
};

/// The first thing wrong with the user's name.
pub fn check<'a>(object: &'a DirectoryObject, ground: &Ground<'_>, faults: &mut Faults<'a>) {
    let name = object.user_principal_name.as_deref().unwrap_or_default();
    if object.kind != ObjectKind::User || name.is_empty() {
        return;
    }
    if let Some((kind, words)) = ground.sign_in_fault(name) {
        let cleaned = address::cleaned(name, SIGN_IN);
        let own = values::main_mails(object).map(str::to_owned);
        faults.add(Fault::new("userPrincipalName", name, kind, words).or(own.chain(cleaned)));
    }
}
