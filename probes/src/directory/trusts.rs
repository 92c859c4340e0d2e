//! Trusts of the domain, and the forests that are trusted through its root domain.

use waterline_facts::{
    DirectoryFacts, Gap, Reason, Seen,
    directory::{
        DomainFacts, EncryptionType, TrustAttribute, TrustDirection, TrustFacts, TrustKind,
    },
    seen::known_or_absent,
};

use super::{
    entry::{Entry, small_number},
    hidden::{existing, required},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read},
    values,
};

/// The attribute of accounts and trusts that holds a set of [`EncryptionType`].
pub(super) const ENCRYPTION_TYPES: &str = "msDS-SupportedEncryptionTypes";

fn trusts() -> Query {
    Query {
        base: Place::Domain("CN=System"),
        scope: Scope::OneLevel,
        filter: Filter::Class("trustedDomain"),
        attributes: &[
            "cn",
            "flatName",
            ENCRYPTION_TYPES,
            "trustAttributes",
            "trustDirection",
            "trustPartner",
            "trustType",
            "whenChanged",
        ],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![trusts()]
}

/// Reads the trusts of the domain.
pub(super) async fn learn(directory: &dyn Directory) -> Seen<Vec<TrustFacts>> {
    existing(read(directory, &trusts()).await).map(|entries| {
        let mut trusts: Vec<_> = entries.iter().filter_map(trust).collect();
        trusts.sort_by(|a, b| a.partner.cmp(&b.partner));
        trusts
    })
}

/// Writes which forests are trusted, as far as the domains that were read tell.
pub(super) fn write_forests(facts: &mut DirectoryFacts) {
    facts.forest.trusted_forests = forests(&facts.forest.root_domain, &facts.domains);
}

/// The forests that are trusted: only the root domain has trusts with other forests.
fn forests(root: &Seen<String>, domains: &Seen<Vec<DomainFacts>>) -> Seen<Vec<String>> {
    let trusts = root.as_ref().and_then(|root| {
        domains.as_ref().and_then(|domains| {
            let domain = domains.iter().find(|domain| domain.dns_name == *root);
            domain.map_or_else(|| not_listed(root), |domain| domain.trusts.as_ref())
        })
    });
    trusts.and_then(|trusts| {
        let mut partners = Vec::new();
        for trust in trusts {
            match &trust.attributes {
                Seen::Known(attributes)
                    if attributes.contains(&TrustAttribute::ForestTransitive) =>
                {
                    partners.push(trust.partner.clone());
                }
                Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
                Seen::Known(_) | Seen::Absent => {}
            }
        }
        Seen::Known(partners)
    })
}

fn not_listed<T>(root: &str) -> Seen<T> {
    let gap = Gap::new(
        Reason::NotRun,
        format!("the root domain {root} was not entered"),
    );
    Seen::Unknown(gap.with_remedy(format!("run again with --domain {root}")))
}

fn trust(entry: &Entry) -> Option<TrustFacts> {
    let partner = entry.text("trustPartner").or_else(|| entry.text("cn"))?;
    let direction = required(entry, "trustDirection", direction);
    let attributes = required(entry, "trustAttributes", bits).map(TrustAttribute::of_bits);
    Some(TrustFacts {
        partner: partner.to_lowercase(),
        netbios_name: entry.fact("flatName", |value| Some(values::text(value))),
        sid_filtering: sid_filtering(&direction, &attributes),
        direction,
        kind: required(entry, "trustType", kind),
        attributes,
        encryption_types: encryption_types(entry),
        changed: required(entry, "whenChanged", values::generalized_time),
    })
}

/// Encryption types of an account or trust. None set and no attribute mean the same: the default of
/// the controller.
pub(super) fn encryption_types(entry: &Entry) -> Seen<Vec<EncryptionType>> {
    let set = entry.fact(ENCRYPTION_TYPES, bits);
    set.and_then(|bits| known_or_absent((bits != 0).then(|| EncryptionType::of_bits(bits))))
}

/// A set of bits, which directories write as a signed number.
fn bits(value: &[u8]) -> Option<u32> {
    let number = values::integer(value)?;
    let signed = i32::try_from(number).ok().map(i32::cast_unsigned);
    signed.or_else(|| small_number(value))
}

fn direction(value: &[u8]) -> Option<TrustDirection> {
    match values::integer(value)? {
        0 => Some(TrustDirection::Disabled),
        1 => Some(TrustDirection::Inbound),
        2 => Some(TrustDirection::Outbound),
        3 => Some(TrustDirection::TwoWay),
        _ => None,
    }
}

fn kind(value: &[u8]) -> Option<TrustKind> {
    match values::integer(value)? {
        1 => Some(TrustKind::Downlevel),
        2 => Some(TrustKind::ActiveDirectory),
        3 => Some(TrustKind::Realm),
        4 => Some(TrustKind::Dce),
        5 => Some(TrustKind::Cloud),
        _ => None,
    }
}

fn sid_filtering(
    direction: &Seen<TrustDirection>,
    attributes: &Seen<Vec<TrustAttribute>>,
) -> Seen<bool> {
    let trusting = direction
        .as_ref()
        .map(|direction| matches!(direction, TrustDirection::Outbound | TrustDirection::TwoWay));
    trusting.and_then(|trusting| {
        attributes.as_ref().and_then(|attributes| {
            let is = |attribute| attributes.contains(&attribute);
            if !trusting || is(TrustAttribute::WithinForest) {
                return Seen::Absent;
            }
            Seen::Known(if is(TrustAttribute::ForestTransitive) {
                !is(TrustAttribute::TreatAsExternal)
            } else {
                is(TrustAttribute::Quarantined)
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    fn read(direction: &str, attributes: &str) -> TrustFacts {
        trust(&entry(&[
            ("trustPartner", "Fabrikam.Example"),
            ("flatName", "FABRIKAM"),
            ("trustDirection", direction),
            ("trustType", "2"),
            ("trustAttributes", attributes),
            ("whenChanged", "20260102030405.0Z"),
        ]))
        .unwrap()
    }

    #[test]
    fn forest_trust_is_read() {
        let trust = read("3", "8");
        assert_eq!(trust.partner, "fabrikam.example");
        assert_eq!(trust.netbios_name, Seen::Known("FABRIKAM".to_owned()));
        assert_eq!(trust.direction, Seen::Known(TrustDirection::TwoWay));
        assert_eq!(trust.kind, Seen::Known(TrustKind::ActiveDirectory));
        let attributes = vec![TrustAttribute::ForestTransitive];
        assert_eq!(trust.attributes, Seen::Known(attributes));
        assert_eq!(trust.encryption_types, Seen::Absent);
    }

    #[test]
    fn filtering_depends_on_direction_and_attributes() {
        let cases = [
            ("3", "8", Seen::Known(true)),
            ("2", "72", Seen::Known(false)),
            ("2", "0", Seen::Known(false)),
            ("2", "4", Seen::Known(true)),
            ("1", "0", Seen::Absent),
            ("0", "4", Seen::Absent),
            ("3", "32", Seen::Absent),
        ];
        for (direction, attributes, expected) in cases {
            let trust = read(direction, attributes);
            assert_eq!(trust.sid_filtering, expected, "{direction} {attributes}");
        }
    }

    #[test]
    fn trust_that_hides_its_attributes_is_there_and_unknown() {
        let trust = trust(&entry(&[("cn", "fabrikam.example")])).unwrap();
        assert_eq!(trust.direction.gap().unwrap().reason, Reason::Denied);
        assert!(trust.sid_filtering.is_unknown());
    }

    #[test]
    fn value_without_a_meaning_is_malformed() {
        assert_eq!(
            read("7", "8").direction.gap().unwrap().reason,
            Reason::Malformed
        );
    }

    #[test]
    fn no_encryption_types_and_none_of_them_are_the_same() {
        let of = |value| encryption_types(&entry(&[(ENCRYPTION_TYPES, value)]));
        assert_eq!(of("0"), Seen::Absent);
        assert_eq!(of("16"), Seen::Known(vec![EncryptionType::Aes256]));
        // All bits, as the attribute's signed number has them.
        assert_eq!(of("-1").into_known().unwrap().len(), 5);
    }

    #[test]
    fn trusted_forests_are_told_by_the_root_domain_alone() {
        let domain = |name: &str, trusts| DomainFacts {
            trusts,
            ..DomainFacts::new(name)
        };
        let root = Seen::Known("corp.test".to_owned());
        let forests = |domains| forests(&root, &Seen::Known(domains));
        let known = Seen::Known(vec![read("3", "8"), read("2", "4")]);
        assert_eq!(
            forests(vec![domain("corp.test", known.clone())]),
            Seen::Known(vec!["fabrikam.example".to_owned()])
        );
        assert!(forests(vec![domain("child.corp.test", known)]).is_unknown());
        assert!(forests(vec![domain("corp.test", Seen::not_run())]).is_unknown());
    }
}
