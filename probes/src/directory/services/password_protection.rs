//! Password protection: agents, proxies and the forest's registration.

use waterline_facts::{
    Seen,
    directory::services::{PasswordProtectionFacts, ProtectionService, ProtectionServices},
};

use super::told;
use crate::directory::{
    dn::Dn,
    entry::Entry,
    query::{Filter, Place, Query, Scope, starts_with},
    source::{Directory, read},
};

/// Keywords by which connection points are told apart begin with these.
const AGENT: &str = "{2bac71e6-a293-4d5b-ba3b-50b995237946}";
const PROXY: &str = "{ebefb703-6113-413d-9167-9f8dd4d24468}";

fn connection_points() -> Query {
    let keyword = |start| Filter::Begins("keywords", start);
    Query {
        base: Place::Domain(""),
        scope: Scope::Subtree,
        filter: Filter::All(vec![
            Filter::Class("serviceConnectionPoint"),
            Filter::Either(vec![keyword(AGENT), keyword(PROXY)]),
        ]),
        attributes: &["keywords", "whenChanged", "whenCreated"],
        witness: Place::Domain(""),
    }
}

fn registration() -> Query {
    Query {
        base: Place::Configuration("CN=Azure AD Password Protection,CN=Services"),
        scope: Scope::Subtree,
        filter: Filter::Any,
        attributes: &["whenChanged"],
        witness: Place::Configuration("CN=Services"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![connection_points(), registration()]
}

/// Reads which agents and proxies a domain has.
pub(super) async fn services(directory: &dyn Directory) -> ProtectionServices {
    let points = told::list(directory, &connection_points()).await;
    let of = |start| {
        let such = |points: Vec<Entry>| {
            points
                .into_iter()
                .filter(|point| is(point, start))
                .collect()
        };
        told::each(points.clone().map(such), service)
    };
    ProtectionServices {
        agents: of(AGENT),
        proxies: of(PROXY),
    }
}

/// Reads the registration of the forest.
pub(super) async fn learn(directory: &dyn Directory) -> PasswordProtectionFacts {
    let registered = read(directory, &registration()).await;
    PasswordProtectionFacts {
        forest_objects: match &registered {
            Seen::Absent => Seen::Known(0),
            entries => entries
                .as_ref()
                .map(|all| told::count(all).saturating_sub(1)),
        },
        forest_changed: registered.and_then(|entries| {
            let depth = |entry: &&Entry| Dn::parse(&entry.dn).map(|dn| dn.parts().len());
            let head = entries.iter().min_by_key(depth);
            head.map_or(Seen::Absent, |head| told::moment(head, "whenChanged"))
        }),
    }
}

fn is(point: &Entry, start: &str) -> bool {
    let keywords = point.texts("keywords");
    keywords.iter().any(|keyword| starts_with(keyword, start))
}

fn service(point: &Entry) -> Option<ProtectionService> {
    let dn = Dn::parse(&point.dn)?;
    Some(ProtectionService {
        host: dn.value(1)?.to_owned(),
        created: told::moment(point, "whenCreated"),
        changed: told::moment(point, "whenChanged"),
    })
}
