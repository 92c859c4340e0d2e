//! What holds for all controllers: lifetimes of deleted objects, heuristics, LDAP policies.

use waterline_facts::{
    Seen,
    directory::{ForestFacts, HeuristicsFacts, LdapLimit, LdapPolicy},
};

use super::{
    dn::Dn,
    entry::{Entry, small_number},
    forest::unreadable,
    hidden::{existing, required},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
    values,
};

fn directory_service() -> Query {
    Query {
        base: Place::Configuration("CN=Directory Service,CN=Windows NT,CN=Services"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[
            "dSHeuristics",
            "msDS-DeletedObjectLifetime",
            "tombstoneLifetime",
        ],
        witness: Place::Configuration("CN=Services"),
    }
}

fn policies() -> Query {
    Query {
        base: Place::Configuration(
            "CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services",
        ),
        scope: Scope::OneLevel,
        filter: Filter::Class("queryPolicy"),
        attributes: &["lDAPAdminLimits", "lDAPIPDenyList"],
        witness: Place::Configuration("CN=Services"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![directory_service(), policies()]
}

/// Reads what holds for all controllers of the forest.
pub(super) async fn learn(directory: &dyn Directory, forest: &mut ForestFacts) {
    let service = match read_one(directory, &directory_service()).await {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        found => found,
    };
    let days = |name| {
        service
            .as_ref()
            .and_then(|entry| entry.fact(name, small_number))
    };
    forest.tombstone_lifetime_days = days("tombstoneLifetime");
    forest.deleted_object_lifetime_days = days("msDS-DeletedObjectLifetime");
    forest.heuristics = heuristics(
        service.and_then(|entry| entry.fact("dSHeuristics", |value| Some(values::text(value)))),
    );
    let policies = existing(read(directory, &policies()).await);
    forest.ldap_policies = policies.map(|entries| {
        let mut policies: Vec<_> = entries.iter().filter_map(policy).collect();
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        policies
    });
}

fn heuristics(text: Seen<String>) -> HeuristicsFacts {
    // Counted from 1; a text that ends before a place leaves its default, which is 0.
    let place = |number: usize| match &text {
        Seen::Known(text) => Seen::Known(text.chars().nth(number - 1).unwrap_or('0')),
        Seen::Absent => Seen::Known('0'),
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    };
    // 1 lets the same user principal name be given twice, 2 the same service name, 3 both.
    let unique = |off: [char; 2]| place(21).map(|set| !off.contains(&set));
    HeuristicsFacts {
        list_object_mode: place(3).map(|set| set == '1'),
        anonymous_access: place(7).map(|set| set == '2'),
        upn_uniqueness: unique(['1', '3']),
        spn_uniqueness: unique(['2', '3']),
        text,
    }
}

fn policy(entry: &Entry) -> Option<LdapPolicy> {
    let mut limits: Vec<_> = entry
        .texts("lDAPAdminLimits")
        .iter()
        .filter_map(|text| limit(text))
        .collect();
    limits.sort();
    Some(LdapPolicy {
        name: Dn::parse(&entry.dn)?.value(0)?.to_owned(),
        limits: required(entry, "lDAPAdminLimits", |_| Some(())).map(|()| limits),
        denied_addresses: entry.values("lDAPIPDenyList").len() as u64,
    })
}

fn limit(text: &str) -> Option<LdapLimit> {
    let (name, value) = text.split_once('=')?;
    Some(LdapLimit {
        name: name.trim().to_owned(),
        value: value.trim().parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;

    use super::*;

    #[test]
    fn heuristics_are_told_by_their_places() {
        let of = |text: &str| heuristics(Seen::Known(text.to_owned()));
        let facts = of("001000200100000000021");
        assert_eq!(facts.list_object_mode, Seen::Known(true));
        assert_eq!(facts.anonymous_access, Seen::Known(true));
        assert_eq!(facts.upn_uniqueness, Seen::Known(false));
        assert_eq!(facts.spn_uniqueness, Seen::Known(true));
        let facts = of("000000000100000000023");
        assert_eq!(facts.list_object_mode, Seen::Known(false));
        assert_eq!(facts.upn_uniqueness, Seen::Known(false));
        assert_eq!(facts.spn_uniqueness, Seen::Known(false));
    }

    #[test]
    fn short_or_absent_text_leaves_the_defaults() {
        for text in [Seen::Absent, Seen::Known("00".to_owned())] {
            let facts = heuristics(text);
            assert_eq!(facts.list_object_mode, Seen::Known(false));
            assert_eq!(facts.upn_uniqueness, Seen::Known(true));
        }
        let hidden = heuristics(Seen::unknown(Reason::Denied, "no"));
        assert!(hidden.upn_uniqueness.is_unknown());
    }

    #[test]
    fn limits_are_sorted_and_nonsense_is_left_out() {
        let values = [
            "MaxPageSize=1000",
            "InitRecvTimeout=120",
            "x",
            "MaxConnections=",
        ];
        let values = values.map(|text| text.as_bytes().to_vec()).to_vec();
        let entry = Entry {
            dn: "CN=Default Query Policy,CN=Query-Policies".to_owned(),
            attributes: vec![("lDAPAdminLimits".to_owned(), values)],
            ..Entry::default()
        };
        let policy = policy(&entry).unwrap();
        assert_eq!(policy.name, "Default Query Policy");
        let limits = policy.limits.into_known().unwrap();
        let shown: Vec<_> = limits.iter().map(|l| (l.name.as_str(), l.value)).collect();
        assert_eq!(shown, [("InitRecvTimeout", 120), ("MaxPageSize", 1000)]);
    }
}
