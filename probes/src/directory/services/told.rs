//! Facts that entries state in the forms which services share.

use std::collections::BTreeSet;

use jiff::Timestamp;
use waterline_facts::{Gap, Reason, Seen, objects::ObjectKind, seen::known_or_absent};

use super::descriptor::AccessList;
use crate::directory::{
    dn::Dn,
    entry::{Entry, Missing, small_number},
    forest::unreadable,
    objects,
    outcome::RIGHTS,
    query::Filter,
    source::{Directory, read},
    values,
};

/// The attribute that holds an object's security descriptor.
pub(super) const DESCRIPTOR: &str = "nTSecurityDescriptor";

/// `userAccountControl`: the account is disabled.
pub(super) const DISABLED: i64 = 0x2;

/// A filter for entries that have an attribute, whatever its value.
pub(super) fn present(attribute: &'static str) -> Filter {
    Filter::Begins(attribute, "")
}

/// Reads all entries that a query wants; none where the place in which to search does not exist.
pub(super) async fn list(
    directory: &dyn Directory,
    query: &crate::directory::query::Query,
) -> Seen<Vec<Entry>> {
    match read(directory, query).await {
        Seen::Absent => Seen::Known(Vec::new()),
        found => found,
    }
}

/// Facts of each entry, sorted.
pub(super) fn each<T: Ord>(
    entries: Seen<Vec<Entry>>,
    fact: impl FnMut(&Entry) -> Option<T>,
) -> Seen<Vec<T>> {
    entries.map(|entries| {
        let mut facts: Vec<_> = entries.iter().filter_map(fact).collect();
        facts.sort();
        facts
    })
}

/// How many there are.
pub(super) fn count<T>(things: &[T]) -> u32 {
    u32::try_from(things.len()).unwrap_or(u32::MAX)
}

/// A moment as generalizedTime.
pub(super) fn moment(entry: &Entry, attribute: &str) -> Seen<Timestamp> {
    entry.fact(attribute, values::generalized_time)
}

/// A moment as FILETIME; absent if it says "never".
pub(super) fn file_time(entry: &Entry, attribute: &str) -> Seen<Timestamp> {
    let value = entry.fact(attribute, values::integer);
    value.and_then(|value| match value {
        0 => Seen::Absent,
        value => entry.fact(attribute, |_| values::filetime(value)),
    })
}

/// A count or level.
pub(super) fn number(entry: &Entry, attribute: &str) -> Seen<u32> {
    entry.fact(attribute, small_number)
}

/// A truth value.
pub(super) fn truth(entry: &Entry, attribute: &str) -> Seen<bool> {
    entry.fact(attribute, |value| {
        let is = |text: &str| value.eq_ignore_ascii_case(text.as_bytes());
        is("TRUE").then_some(true).or(is("FALSE").then_some(false))
    })
}

/// A text.
pub(super) fn text(entry: &Entry, attribute: &str) -> Seen<String> {
    entry.fact(attribute, |value| Some(values::text(value)))
}

/// Whether all these bits of an account's state are set. Every account has the attribute, so
/// where it is missing it is hidden.
pub(super) fn control(entry: &Entry, bits: i64) -> Seen<bool> {
    match entry.fact("userAccountControl", values::integer) {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        value => value.map(|value| value & bits == bits),
    }
}

/// Whether an account may be used.
pub(super) fn enabled(entry: &Entry) -> Seen<bool> {
    control(entry, DISABLED).map(|disabled| !disabled)
}

/// All values of an attribute; none if it is not set.
fn held<'a>(entry: &'a Entry, attribute: &str) -> Seen<&'a [Vec<u8>]> {
    let values = entry.values(attribute);
    match entry.unset::<()>(attribute) {
        Seen::Unknown(gap) if values.is_empty() => Seen::Unknown(gap),
        _ => Seen::Known(values),
    }
}

/// How many values an attribute has.
pub(super) fn values_of(entry: &Entry, attribute: &str) -> Seen<u32> {
    held(entry, attribute).map(count)
}

/// Whether an attribute has a value.
pub(super) fn is_set(entry: &Entry, attribute: &str) -> Seen<bool> {
    held(entry, attribute).map(|values| !values.is_empty())
}

/// The values of an attribute, sorted.
pub(super) fn texts(entry: &Entry, attribute: &str) -> Seen<Vec<String>> {
    held(entry, attribute).map(|values| {
        let texts: BTreeSet<_> = values.iter().map(|value| values::text(value)).collect();
        texts.into_iter().collect()
    })
}

/// The own names of the objects to which an attribute points, sorted.
pub(super) fn names(entry: &Entry, attribute: &str) -> Seen<Vec<String>> {
    texts(entry, attribute).map(|names| {
        let own = |name: String| own_name(&name).unwrap_or(name);
        let names: BTreeSet<_> = names.into_iter().map(own).collect();
        names.into_iter().collect()
    })
}

/// The first part of a distinguished name.
pub(super) fn own_name(dn: &str) -> Option<String> {
    Dn::parse(dn)?.value(0).map(str::to_owned)
}

/// What an object is.
pub(super) fn kind(entry: &Entry) -> Seen<ObjectKind> {
    known_or_absent(objects::kind_of(entry))
}

/// An object's access list. A descriptor that does not come is hidden.
pub(super) fn access(entry: &Entry) -> Seen<AccessList> {
    match entry.fact(DESCRIPTOR, AccessList::read) {
        Seen::Absent if entry.missing == Missing::Unset => {
            let what = format!("the access list of {} may not be read", entry.dn);
            Seen::Unknown(Gap::new(Reason::Denied, what).with_remedy(RIGHTS))
        }
        found => found,
    }
}
