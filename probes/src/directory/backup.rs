//! When the domain was last backed up.
//!
//! A backup that tells the directory of itself writes `dSASignature` on the domain's head. When it
//! did, stands in the head's replication data (`replPropertyMetaData`, MS-ADTS 3.1.1.1.9), which has
//! the moment of the last change of each attribute.

use jiff::Timestamp;
use waterline_facts::{Seen, seen::known_or_absent};

use super::{
    entry::Entry,
    forest::unreadable,
    hidden::required,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
    values,
};

const CHANGES: &str = "replPropertyMetaData";

/// The number of `dSASignature` in every schema.
const SIGNATURE: u32 = 0x0002_004A;

/// The only version of the data that there is.
const VERSION: u32 = 1;
/// Version, a reserved number, how many changes, and another reserved number; four bytes each.
const HEAD: usize = 16;
/// Attribute, version, moment, controller and two update numbers of one change.
const CHANGE: usize = 48;

fn head() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[CHANGES],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![head()]
}

/// Reads when the domain was last backed up.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<Timestamp> {
    match read_one(directory, &head()).await {
        Seen::Known(head) => last_backup(&head),
        other => unreadable(&other),
    }
}

/// Every object has replication data, so that data which are not there are hidden.
fn last_backup(head: &Entry) -> Seen<Timestamp> {
    let changed = required(head, CHANGES, |data| changed(data, SIGNATURE));
    changed.and_then(known_or_absent)
}

/// When an attribute was last changed, if ever; nothing if the data cannot be understood.
fn changed(data: &[u8], attribute: u32) -> Option<Option<Timestamp>> {
    let (head, changes) = data.split_at_checked(HEAD)?;
    let count = usize::try_from(number(&head[8..])?).ok()?;
    if number(head)? != VERSION || changes.len() != count.checked_mul(CHANGE)? {
        return None;
    }
    let mut changes = changes.chunks_exact(CHANGE);
    match changes.find(|change| number(change) == Some(attribute)) {
        None => Some(None),
        Some(change) => moment(&change[8..16]).map(Some),
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

/// Whole seconds since 1601.
fn moment(bytes: &[u8]) -> Option<Timestamp> {
    let seconds = i64::from_le_bytes(bytes.try_into().ok()?);
    values::filetime(seconds.checked_mul(10_000_000)?)
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;

    use super::*;

    /// Replication data of attributes with the seconds at which they were changed.
    fn data(changes: &[(u32, i64)]) -> Vec<u8> {
        let count = u32::try_from(changes.len()).unwrap();
        let head = [VERSION, 0, count, 0];
        let mut data: Vec<u8> = head.iter().flat_map(|n| n.to_le_bytes()).collect();
        for (attribute, seconds) in changes {
            data.extend(attribute.to_le_bytes());
            data.extend(7_u32.to_le_bytes());
            data.extend(seconds.to_le_bytes());
            data.extend([0; 32]);
        }
        data
    }

    fn read(data: Vec<u8>) -> Seen<Timestamp> {
        last_backup(&Entry {
            attributes: vec![(CHANGES.to_owned(), vec![data])],
            ..Entry::default()
        })
    }

    const NAME: u32 = 0x0009_0001;
    // 2026-01-02T03:04:05Z.
    const MOMENT: i64 = 13_411_796_645;

    #[test]
    fn backup_was_when_the_signature_last_changed() {
        let seen = read(data(&[(NAME, 1), (SIGNATURE, MOMENT)]));
        let expected = values::filetime(MOMENT * 10_000_000).unwrap();
        assert_eq!(seen, Seen::Known(expected));
        assert_eq!(expected.to_string(), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn domain_without_a_signature_was_never_backed_up() {
        assert_eq!(read(data(&[(NAME, MOMENT)])), Seen::Absent);
        assert_eq!(read(data(&[])), Seen::Absent);
    }

    #[test]
    fn data_that_are_cut_or_of_another_version_are_malformed() {
        let whole = data(&[(SIGNATURE, MOMENT)]);
        let mut other = whole.clone();
        other[0] = 2;
        for broken in [
            whole[..whole.len() - 1].to_vec(),
            whole[..8].to_vec(),
            other,
        ] {
            assert_eq!(read(broken).gap().unwrap().reason, Reason::Malformed);
        }
    }

    #[test]
    fn data_that_are_not_shown_are_hidden() {
        let seen = last_backup(&Entry::default());
        assert_eq!(seen.gap().unwrap().reason, Reason::Denied);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = changed(&bytes, SIGNATURE);
        }
    }
}
