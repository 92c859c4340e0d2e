//! Account names with characters that the service does not take.
//!
//! The apostrophe is fine in practice and not judged; the page that lists it is ambiguous. With a
//! sound user principal name such an account name does little harm.
//! Source: Prepare for directory synchronization (2023-12-28).

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    fault::{Fault, Faults},
    ground::Ground,
    text::{ACCOUNT, is_blank},
};

/// The first character refused.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let name = object.sam_account_name.as_deref().unwrap_or_default();
    if ACCOUNT.holds_all(name) {
        return;
    }
    let taken = |c: &char| !c.is_ascii() || u8::try_from(*c).is_ok_and(|byte| ACCOUNT.holds(byte));
    let Some(refused) = name.chars().find(|c| !taken(c)) else {
        return;
    };
    let words = format!("holds the character {}", refused.escape_default());
    let cleaned: String = name.chars().filter(taken).collect();
    let cleaned = cleaned.trim_matches(is_blank).to_owned();
    faults.add(Fault::new("sAMAccountName", name, ViolationKind::Character, words).or([cleaned]));
}
