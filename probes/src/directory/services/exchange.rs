//! Exchange: organisation, servers, and what the hybrid wizard left.

use waterline_facts::{
    Gap, Reason, Seen,
    directory::services::{
        ExchangeFacts, ExchangeOrganization, ExchangeServer, HybridConfiguration,
    },
};

use super::told;
use crate::directory::{
    entry::{Entry, small_number},
    outcome::RIGHTS,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read, read_one},
    values,
};

const EXCHANGE: Place = Place::Configuration("CN=Microsoft Exchange,CN=Services");
const SERVICES: Place = Place::Configuration("CN=Services");

fn organization() -> Query {
    Query {
        base: EXCHANGE,
        scope: Scope::OneLevel,
        filter: Filter::Class("msExchOrganizationContainer"),
        attributes: &["cn", "msExchProductId", "objectVersion"],
        witness: SERVICES,
    }
}

fn servers() -> Query {
    Query {
        base: EXCHANGE,
        scope: Scope::Subtree,
        filter: Filter::Class("msExchExchangeServer"),
        attributes: &[
            "cn",
            "msExchCurrentServerRoles",
            "serialNumber",
            "whenChanged",
            "whenCreated",
        ],
        witness: SERVICES,
    }
}

fn hybrid() -> Query {
    Query {
        base: EXCHANGE,
        scope: Scope::Subtree,
        filter: Filter::Class("msExchCoexistenceRelationship"),
        attributes: &["cn", "whenChanged"],
        witness: SERVICES,
    }
}

fn domain() -> Query {
    Query {
        base: Place::Domain("CN=Microsoft Exchange System Objects"),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &["objectVersion"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![organization(), servers(), hybrid(), domain()]
}

/// Reads the facts of Exchange.
pub(super) async fn learn(directory: &dyn Directory) -> ExchangeFacts {
    let organization = match read(directory, &organization()).await {
        // Where there is a container, there is or was an organisation.
        Seen::Known(found) if found.is_empty() => Seen::Unknown(hidden()),
        found => first(found),
    };
    let organization = organization.and_then(|entry| organization_facts(&entry));
    // Without an organisation that may be seen, its parts could be hidden too.
    let unseen = organization.is_unknown();
    let servers = told::list(directory, &servers()).await;
    let hybrid = first(read(directory, &hybrid()).await);
    ExchangeFacts {
        servers: match servers {
            Seen::Known(servers) if servers.is_empty() && unseen => Seen::Unknown(hidden()),
            servers => servers.map(|servers| sorted(&servers)),
        },
        hybrid: match hybrid {
            Seen::Absent if unseen => Seen::Unknown(hidden()),
            hybrid => hybrid.and_then(|entry| hybrid_facts(&entry)),
        },
        organization,
    }
}

/// Reads the level to which the domain was prepared.
pub(super) async fn prepared(directory: &dyn Directory) -> Seen<u32> {
    let container = read_one(directory, &domain()).await;
    container.and_then(|entry| told::number(&entry, "objectVersion"))
}

fn first(entries: Seen<Vec<Entry>>) -> Seen<Entry> {
    entries.and_then(|mut entries| {
        entries.sort_by(|a, b| b.dn.cmp(&a.dn));
        waterline_facts::seen::known_or_absent(entries.pop())
    })
}

fn hidden() -> Gap {
    Gap::new(Reason::Denied, "the Exchange organisation may not be seen").with_remedy(RIGHTS)
}

fn name(entry: &Entry) -> Seen<String> {
    let name = entry.text("cn").or_else(|| told::own_name(&entry.dn));
    name.map_or_else(|| Seen::Unknown(hidden()), Seen::Known)
}

fn organization_facts(entry: &Entry) -> Seen<ExchangeOrganization> {
    name(entry).map(|name| ExchangeOrganization {
        name,
        version: told::number(entry, "objectVersion"),
        product: told::text(entry, "msExchProductId"),
    })
}

fn hybrid_facts(entry: &Entry) -> Seen<HybridConfiguration> {
    name(entry).map(|name| HybridConfiguration {
        name,
        changed: told::moment(entry, "whenChanged"),
    })
}

fn sorted(servers: &[Entry]) -> Vec<ExchangeServer> {
    let server = |entry: &Entry| {
        Some(ExchangeServer {
            name: name(entry).into_known()?,
            version: entry.fact("serialNumber", |value| version(&values::text(value))),
            roles: entry.fact("msExchCurrentServerRoles", small_number),
            created: told::moment(entry, "whenCreated"),
            changed: told::moment(entry, "whenChanged"),
        })
    };
    let mut servers: Vec<_> = servers.iter().filter_map(server).collect();
    servers.sort_by(|a, b| a.name.cmp(&b.name));
    servers
}

/// The version in a text such as `Version 15.1 (Build 32507.6)`: the build's first part is 30000
/// too high.
fn version(text: &str) -> Option<String> {
    let (version, build) = text.strip_prefix("Version ")?.split_once(" (Build ")?;
    let (build, revision) = build.strip_suffix(')')?.split_once('.')?;
    let build: u32 = build.parse().ok()?;
    let build = build.checked_sub(30_000).unwrap_or(build);
    let dotted = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    (dotted(version) && dotted(revision)).then(|| format!("{version}.{build}.{revision}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_taken_out_of_the_serial_number() {
        let cases = [
            ("Version 15.1 (Build 32507.6)", Some("15.1.2507.6")),
            ("Version 15.2 (Build 31118.7)", Some("15.2.1118.7")),
            ("Version 6.5 (Build 7638.2: Service Pack 2)", None),
            ("Version 8.3 (Build 83.6)", Some("8.3.83.6")),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text).as_deref(), expected, "{text}");
        }
    }
}
