//! The forest: level, UPN suffixes, recycle bin, certification authorities.

use std::collections::BTreeSet;

use waterline_facts::{Gap, Reason, Seen, directory::ForestFacts};

use super::{
    entry::{Entry, small_number},
    hidden::existing,
    outcome,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
};

/// The optional feature by which the recycle bin is switched on.
const RECYCLE_BIN: &str = "Recycle Bin Feature";

fn partitions() -> Query {
    Query {
        base: Place::Configuration("CN=Partitions"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[
            "msDS-Behavior-Version",
            "msDS-EnabledFeature",
            "msDS-SPNSuffixes",
            "uPNSuffixes",
        ],
        witness: Place::Configuration(""),
    }
}

fn enrollment_services() -> Query {
    Query {
        base: Place::Configuration("CN=Enrollment Services,CN=Public Key Services,CN=Services"),
        scope: Scope::OneLevel,
        filter: Filter::Class("pKIEnrollmentService"),
        attributes: &["cn"],
        witness: Place::Configuration("CN=Services"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![partitions(), enrollment_services()]
}

/// Reads the forest's own facts.
pub(super) async fn learn(directory: &dyn Directory, forest: &mut ForestFacts) {
    let partitions = existing(read_one(directory, &partitions()).await);
    let level = partitions
        .as_ref()
        .and_then(|entry| entry.fact("msDS-Behavior-Version", small_number));
    // The root DSE tells the level too, and is taken where the partitions cannot be read.
    if level.known().is_some() || forest.level.is_unknown() {
        forest.level = level;
    }
    let suffixes = |name| partitions.as_ref().and_then(|entry| suffixes(entry, name));
    forest.upn_suffixes = suffixes("uPNSuffixes");
    forest.spn_suffixes = suffixes("msDS-SPNSuffixes");
    forest.recycle_bin = partitions.and_then(|entry| recycle_bin(&entry));
    forest.certification_authorities = names(read(directory, &enrollment_services()).await);
}

/// The gap of a part that must exist, so that its absence means that it may not be seen.
pub(super) fn unreadable<T, U>(seen: &Seen<T>) -> Seen<U> {
    match seen {
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        _ => {
            let gap = Gap::new(Reason::Denied, "the account that was used may not see it");
            Seen::Unknown(gap.with_remedy(outcome::RIGHTS))
        }
    }
}

fn suffixes(partitions: &Entry, attribute: &str) -> Seen<Vec<String>> {
    let suffixes: BTreeSet<_> = partitions
        .texts(attribute)
        .into_iter()
        .map(|s| s.to_lowercase())
        .collect();
    match partitions.unset::<()>(attribute) {
        Seen::Unknown(gap) if suffixes.is_empty() => Seen::Unknown(gap),
        _ => Seen::Known(suffixes.into_iter().collect()),
    }
}

fn recycle_bin(partitions: &Entry) -> Seen<bool> {
    let features = partitions.texts("msDS-EnabledFeature");
    let on = features.iter().any(|feature| {
        let dn = super::dn::Dn::parse(feature);
        dn.is_some_and(|dn| {
            dn.value(0)
                .is_some_and(|name| name.eq_ignore_ascii_case(RECYCLE_BIN))
        })
    });
    match partitions.unset::<()>("msDS-EnabledFeature") {
        Seen::Unknown(gap) if features.is_empty() => Seen::Unknown(gap),
        _ => Seen::Known(on),
    }
}

/// The names of entries, sorted; none where their container does not exist.
fn names(entries: Seen<Vec<Entry>>) -> Seen<Vec<String>> {
    let entries = match entries {
        Seen::Absent => Vec::new(),
        Seen::Known(entries) => entries,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let names: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| entry.text("cn"))
        .collect();
    Seen::Known(names.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::{super::entry::Missing, *};

    fn partitions_with(name: &str, values: &[&str], missing: Missing) -> Entry {
        let values = values
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect();
        Entry {
            dn: String::new(),
            attributes: vec![(name.to_owned(), values)],
            missing,
        }
    }

    #[test]
    fn suffixes_are_folded_and_sorted() {
        let entry = partitions_with(
            "uPNSuffixes",
            &["Fabrikam.com", "contoso.com"],
            Missing::Unset,
        );
        assert_eq!(
            suffixes(&entry, "uPNSuffixes"),
            Seen::Known(vec!["contoso.com".to_owned(), "fabrikam.com".to_owned()])
        );
    }

    #[test]
    fn no_suffixes_are_none_on_a_server_and_unknown_in_a_partial_export() {
        let read = |missing| suffixes(&partitions_with("cn", &["x"], missing), "uPNSuffixes");
        assert_eq!(read(Missing::Unset), Seen::Known(vec![]));
        assert!(read(Missing::NotExported).is_unknown());
    }

    #[test]
    fn recycle_bin_is_on_if_its_feature_is_enabled() {
        let on = "CN=Recycle Bin Feature,CN=Optional Features,CN=Directory Service";
        let other = "CN=Privileged Access Management Feature,CN=Optional Features";
        let read = |value| {
            recycle_bin(&partitions_with(
                "msDS-EnabledFeature",
                &[value],
                Missing::Unset,
            ))
        };
        assert_eq!(read(on), Seen::Known(true));
        assert_eq!(read(other), Seen::Known(false));
    }
}
