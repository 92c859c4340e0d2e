//! Device registration: the service connection point that tells machines their tenant, and the
//! on-premises registration service.

use std::collections::BTreeSet;

use waterline_facts::{
    Seen,
    directory::{ForestFacts, HybridJoinScp},
    seen::known_or_absent,
};

use super::{
    entry::Entry,
    query::{Filter, Place, Query, Scope, starts_with},
    source::{Directory, read, read_one},
    values,
};

fn connection_point() -> Query {
    Query {
        // The identifier is the same in every forest.
        base: Place::Configuration(
            "CN=62a0ff2e-97b9-4513-943f-0d221bd30080,CN=Device Registration Configuration,\
             CN=Services",
        ),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["keywords", "whenChanged"],
        witness: Place::Configuration("CN=Services"),
    }
}

fn service() -> Query {
    Query {
        base: Place::Configuration("CN=Device Registration Configuration,CN=Services"),
        scope: Scope::Subtree,
        filter: Filter::Class("msDS-DeviceRegistrationService"),
        attributes: &["cn"],
        witness: Place::Configuration("CN=Services"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![connection_point(), service()]
}

/// Reads the facts of device registration.
pub(super) async fn learn(directory: &dyn Directory, forest: &mut ForestFacts) {
    let point = read_one(directory, &connection_point()).await;
    forest.hybrid_join_scp = point.and_then(|entry| connection_point_facts(&entry));
    forest.device_registration_service = match read(directory, &service()).await {
        Seen::Known(entries) => Seen::Known(!entries.is_empty()),
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
}

fn connection_point_facts(entry: &Entry) -> Seen<HybridJoinScp> {
    let keywords = entry.texts("keywords");
    if let (true, Seen::Unknown(gap)) = (keywords.is_empty(), entry.unset::<()>("keywords")) {
        return Seen::Unknown(gap);
    }
    Seen::Known(HybridJoinScp {
        // The documentation spells the key both azureADId and azureADid.
        tenant_id: keyword(&keywords, "azureADId:").map(|id| id.to_lowercase()),
        tenant_domain: keyword(&keywords, "azureADName:").map(|name| name.to_lowercase()),
        keywords: u32::try_from(keywords.len()).unwrap_or(u32::MAX),
        changed: entry.fact("whenChanged", values::generalized_time),
    })
}

/// What follows a key; of several the first by order, so that the fact does not depend on chance.
fn keyword(keywords: &[String], key: &str) -> Seen<String> {
    let values: BTreeSet<_> = keywords
        .iter()
        .filter(|keyword| starts_with(keyword, key))
        .map(|keyword| keyword[key.len()..].trim())
        .filter(|value| !value.is_empty())
        .collect();
    known_or_absent(values.first().map(|value| (*value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(keywords: &[&str]) -> HybridJoinScp {
        let values = keywords
            .iter()
            .map(|keyword| keyword.as_bytes().to_vec())
            .collect();
        let changed = (
            "whenChanged".to_owned(),
            vec![b"20260102030405.0Z".to_vec()],
        );
        let attributes = vec![("keywords".to_owned(), values), changed];
        let entry = Entry {
            attributes,
            ..Entry::default()
        };
        connection_point_facts(&entry).into_known().unwrap()
    }

    #[test]
    fn keys_are_read_in_any_case() {
        let scp = facts(&["AZUREADid:0F1E", "azureADName:Contoso.com"]);
        assert_eq!(scp.tenant_id, Seen::Known("0f1e".to_owned()));
        assert_eq!(scp.tenant_domain, Seen::Known("contoso.com".to_owned()));
        assert_eq!(scp.keywords, 2);
        assert!(scp.changed.known().is_some());
    }

    #[test]
    fn emptied_connection_point_names_no_tenant_but_exists() {
        let scp = facts(&[]);
        assert_eq!(
            (scp.tenant_id, scp.tenant_domain),
            (Seen::Absent, Seen::Absent)
        );
        assert_eq!(scp.keywords, 0);
    }

    #[test]
    fn keyword_without_a_value_names_nothing() {
        assert_eq!(facts(&["azureADId:", "é"]).tenant_id, Seen::Absent);
    }
}
