//! The group of protected users, whose members sign in with Kerberos and AES alone.
//!
//! Its name is in the language of the first controller, so it is told by its identifier, among the
//! groups that Windows itself has made.

use waterline_facts::Seen;

use super::{
    entry::Entry,
    hidden::existing,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read},
};

/// Relative identifier of the group (MS-ADTS 6.1.1.6).
const PROTECTED_USERS: u32 = 525;

/// The groups that Windows itself has made, with their identifiers and names.
pub(super) fn groups() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![
            Filter::Category("group"),
            Filter::Is("isCriticalSystemObject", "TRUE"),
        ]),
        attributes: &["member", "objectClass", "objectSid", "sAMAccountName"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![groups()]
}

/// Counts the members; absent if the domain has no such group.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<u64> {
    existing(read(directory, &groups()).await).and_then(|groups| members(&groups))
}

fn members(groups: &[Entry]) -> Seen<u64> {
    let mut protected = None;
    for group in groups {
        match group.fact("objectSid", relative) {
            Seen::Known(PROTECTED_USERS) => protected = Some(group),
            Seen::Known(_) => {}
            // It may be the one.
            Seen::Unknown(gap) => return Seen::Unknown(gap),
            Seen::Absent => return existing(Seen::Absent),
        }
    }
    match (protected, groups.is_empty()) {
        (Some(group), _) => match group.fact("member", |_| Some(())) {
            Seen::Unknown(gap) => Seen::Unknown(gap),
            _ => Seen::Known(group.values("member").len() as u64),
        },
        // Every domain has groups of its own.
        (None, true) => existing(Seen::Absent),
        (None, false) => Seen::Absent,
    }
}

/// The last part of an identifier of the domain itself; 0 for others.
fn relative(sid: &[u8]) -> Option<u32> {
    let (last, domain) = (sid.last_chunk::<4>()?, sid.len() == 28);
    Some(if domain { u32::from_le_bytes(*last) } else { 0 })
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;

    use super::{super::entry::Missing, *};

    fn group(relative: Option<u32>, members: &[&str], missing: Missing) -> Entry {
        let sid = |last: u32| [[1, 5, 0, 0].repeat(6), last.to_le_bytes().to_vec()].concat();
        let sid = relative.map(|last| ("objectSid".to_owned(), vec![sid(last)]));
        let members = members.iter().map(|dn| dn.as_bytes().to_vec()).collect();
        let members =
            Some(("member".to_owned(), members)).filter(|(_, held): &(_, Vec<_>)| !held.is_empty());
        Entry {
            attributes: sid.into_iter().chain(members).collect(),
            missing,
            ..Entry::default()
        }
    }

    #[test]
    fn members_of_the_group_with_the_identifier_are_counted() {
        let unset = Missing::Unset;
        let others = group(Some(512), &["CN=c"], unset);
        let two = group(Some(525), &["CN=a", "CN=b"], unset);
        let cases = [
            (vec![others.clone(), two], Seen::Known(2)),
            (vec![group(Some(525), &[], unset)], Seen::Known(0)),
            (vec![others], Seen::Absent),
        ];
        for (groups, expected) in cases {
            assert_eq!(members(&groups), expected);
        }
    }

    #[test]
    fn group_that_may_be_hidden_is_unknown() {
        let hidden = [
            group(Some(512), &[], Missing::Unset),
            group(None, &[], Missing::Unset),
        ];
        for groups in [&hidden[..], &[]] {
            assert_eq!(members(groups).gap().unwrap().reason, Reason::Denied);
        }
        let left_out = [group(Some(525), &[], Missing::NotExported)];
        assert_eq!(
            members(&left_out).gap().unwrap().reason,
            Reason::NotConfigured
        );
    }
}
