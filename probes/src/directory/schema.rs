//! Schema versions, and whether products have extended the schema.

use waterline_facts::{Seen, directory::SchemaFacts};

use super::{
    entry::{Entry, small_number},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
};

const CONFIGURATION_MANAGER: &str = "mSSMSSite";
/// Not a secret: when the password that LAPS keeps is due.
const LAPS: &str = "msLAPS-PasswordExpirationTime";
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
    let names = [CONFIGURATION_MANAGER, LAPS, KEY_CREDENTIAL, DEVICE];
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
    let head = read_one(directory, &head()).await;
    let exchange = read_one(directory, &exchange()).await;
    let extensions = match read(directory, &extensions()).await {
        Seen::Absent => super::forest::unreadable(&Seen::<()>::Absent),
        found => found,
    };
    let has = |name: &str| extensions.clone().map(|entries| named(&entries, name));
    SchemaFacts {
        directory: head.and_then(|entry| entry.fact("objectVersion", small_number)),
        exchange: exchange.and_then(|entry| entry.fact("rangeUpper", small_number)),
        configuration_manager: has(CONFIGURATION_MANAGER),
        laps: has(LAPS),
        key_credential: has(KEY_CREDENTIAL),
        device_registration: has(DEVICE),
    }
}

fn named(entries: &[Entry], name: &str) -> bool {
    entries
        .iter()
        .any(|entry| entry.has("lDAPDisplayName", name))
}
