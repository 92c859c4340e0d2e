//! Aliases with characters or full stops that Exchange does not take.
//!
//! The page names the full stop at the beginning alone; at the end and doubled it makes an address
//! that is not sound, and so do white space and brackets.
//! Sources: Prepare for directory synchronization (2023-12-28), RFC 5322 section 3.2.3.

use waterline_facts::{DirectoryObject, objects::ViolationKind};

use super::{
    address,
    fault::{Fault, Faults},
    ground::Ground,
    text::ATEXT,
};

/// The first thing wrong with the alias.
pub fn check<'a>(object: &'a DirectoryObject, _: &Ground<'_>, faults: &mut Faults<'a>) {
    let alias = object.mail_nickname.as_deref().unwrap_or_default();
    if alias.is_empty() || ATEXT.is_dotted(alias) {
        return;
    }
    let taken = |c: char| c.is_ascii() && u8::try_from(c).is_ok_and(|byte| ATEXT.holds(byte));
    let (kind, words) = match alias.chars().find(|c| !taken(*c)) {
        Some(c) => address::character(c, ""),
        None => (
            ViolationKind::Format,
            "has a full stop at an end or two in a row".into(),
        ),
    };
    let cleaned = address::cleaned_local(alias, ATEXT);
    faults.add(Fault::new("mailNickname", alias, kind, words).or(cleaned));
}
