//! Schema versions, and whether products have extended the schema.

use waterline_facts::directory::SchemaFacts;

use super::{
    entry::{Entry, small_number},
    hidden::{existing, required},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
};

const CONFIGURATION_MANAGER: &str = "mSSMSSite";
/// Not a secret: when the password that LAPS keeps is due.
const LAPS: &str = "msLAPS-PasswordExpirationTime";
/// The same of LAPS before Windows had its own.
const LAPS_LEGACY: &str = "ms-Mcs-AdmPwdExpirationTime";
const EXTERNAL_ID: &str = "msDS-ExternalDirectoryObjectId";
const CONSISTENCY_GUID: &str = "mS-DS-ConsistencyGuid";
const KEY_CREDENTIAL: &str = "msDS-KeyCredentialLink";
const DEVICE: &str = "msDS-Device";

fn head() -> Query {
    Query {
        base: Place::Schema(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["objectVersion"],
        witness: Place::Configuration(""),
    }
}

fn exchange() -> Query {
    Query {
        base: Place::Schema("CN=ms-Exch-Schema-Version-Pt"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["rangeUpper"],
        witness: Place::Schema(""),
    }
}

fn extensions() -> Query {
    let named = |name| Filter::Is("lDAPDisplayName", name);
    let names = [
        CONFIGURATION_MANAGER,
        LAPS,
        LAPS_LEGACY,
        KEY_CREDENTIAL,
        EXTERNAL_ID,
        CONSISTENCY_GUID,
        DEVICE,
    ];
    Query {
        base: Place::Schema(""),
        scope: Scope::OneLevel,
        filter: Filter::Either(names.map(named).to_vec()),
        attributes: &["lDAPDisplayName"],
        witness: Place::Configuration(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![head(), exchange(), extensions()]
}

/// Reads the schema's facts.
pub(super) async fn learn(directory: &dyn Directory) -> SchemaFacts {
    let head = existing(read_one(directory, &head()).await);
    let exchange = read_one(directory, &exchange()).await;
    let extensions = existing(read(directory, &extensions()).await);
    let has = |name: &str| extensions.clone().map(|entries| named(&entries, name));
    SchemaFacts {
        directory: head.and_then(|entry| required(&entry, "objectVersion", small_number)),
        exchange: exchange.and_then(|entry| entry.fact("rangeUpper", small_number)),
        configuration_manager: has(CONFIGURATION_MANAGER),
        laps: has(LAPS),
        laps_legacy: has(LAPS_LEGACY),
        key_credential: has(KEY_CREDENTIAL),
        external_directory_object_id: has(EXTERNAL_ID),
        consistency_guid: has(CONSISTENCY_GUID),
        device_registration: has(DEVICE),
    }
}

fn named(entries: &[Entry], name: &str) -> bool {
    entries
        .iter()
        .any(|entry| entry.has("lDAPDisplayName", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_is_there_if_the_schema_has_its_name_in_any_case() {
        let value = vec![b"msds-keycredentiallink".to_vec()];
        let entry = Entry {
            attributes: vec![("lDAPDisplayName".to_owned(), value)],
            ..Entry::default()
        };
        assert!(named(&[entry], KEY_CREDENTIAL));
        assert!(!named(&[], KEY_CREDENTIAL));
    }

    #[test]
    fn passwords_that_laps_keeps_are_never_asked_for() {
        let attributes = queries().into_iter().flat_map(|query| query.attributes);
        assert!(attributes.into_iter().all(|name| !name.contains("AdmPwd")));
    }
}
