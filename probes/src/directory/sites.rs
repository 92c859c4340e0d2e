//! Sites, their subnets, and which domain controllers stand in them.

use std::collections::BTreeMap;

use waterline_facts::{Seen, directory::SiteFacts};

use super::{
    dn::Dn,
    entry::Entry,
    forest::unreadable,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read},
};

/// Set in the options of a controller that holds the global catalogue (MS-ADTS 6.1.1.2.2.1.2.1.1).
const GLOBAL_CATALOG: i64 = 1;

fn sites() -> Query {
    Query {
        base: Place::Configuration("CN=Sites"),
        scope: Scope::OneLevel,
        filter: Filter::Class("site"),
        attributes: &["cn"],
        witness: Place::Configuration(""),
    }
}

fn subnets() -> Query {
    Query {
        base: Place::Configuration("CN=Subnets,CN=Sites"),
        scope: Scope::OneLevel,
        filter: Filter::Class("subnet"),
        attributes: &["siteObject"],
        witness: Place::Configuration("CN=Sites"),
    }
}

fn servers() -> Query {
    Query {
        base: Place::Configuration("CN=Sites"),
        scope: Scope::Subtree,
        filter: Filter::Class("server"),
        attributes: &["dNSHostName", "serverReference"],
        witness: Place::Configuration(""),
    }
}

fn replicas() -> Query {
    Query {
        base: Place::Configuration("CN=Sites"),
        scope: Scope::Subtree,
        filter: Filter::Class("nTDSDSA"),
        attributes: &["objectClass", "options"],
        witness: Place::Configuration(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![sites(), subnets(), servers(), replicas()]
}

/// A domain controller as the configuration lists it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Replica {
    /// Its DNS name, lower case.
    pub host: String,
    /// Its site.
    pub site: String,
    /// Distinguished name of its computer object.
    pub computer: Option<String>,
    /// Whether it is read-only.
    pub read_only: bool,
    /// Whether it holds the global catalogue.
    pub global_catalog: bool,
}

/// Reads the sites, and the controllers that stand in them.
pub(super) async fn learn(directory: &dyn Directory) -> (Seen<Vec<SiteFacts>>, Seen<Vec<Replica>>) {
    let replicas = replicas_of(
        existing(read(directory, &servers()).await),
        existing(read(directory, &replicas()).await),
    );
    let sites = existing(read(directory, &sites()).await);
    let subnets = existing(read(directory, &subnets()).await);
    let facts = match (sites, subnets, &replicas) {
        (Seen::Known(sites), Seen::Known(subnets), Seen::Known(replicas)) => {
            Seen::Known(site_facts(&sites, &subnets, replicas))
        }
        (Seen::Unknown(gap), ..) | (_, Seen::Unknown(gap), _) => Seen::Unknown(gap),
        (_, _, replicas) => unreadable(replicas),
    };
    (facts, replicas)
}

/// Every forest has these containers: one that is not there may not be seen.
fn existing(entries: Seen<Vec<Entry>>) -> Seen<Vec<Entry>> {
    match entries {
        Seen::Absent => unreadable(&entries),
        found => found,
    }
}

fn site_facts(sites: &[Entry], subnets: &[Entry], replicas: &[Replica]) -> Vec<SiteFacts> {
    let mut counted: BTreeMap<String, SiteFacts> = BTreeMap::new();
    for name in sites
        .iter()
        .filter_map(|site| Dn::parse(&site.dn)?.value(0).map(str::to_owned))
    {
        let facts = SiteFacts {
            name: name.clone(),
            subnets: 0,
            controllers: 0,
        };
        counted.insert(name.to_lowercase(), facts);
    }
    let site_of = |subnet: &Entry| {
        Dn::parse(&subnet.text("siteObject")?)?
            .value(0)
            .map(str::to_lowercase)
    };
    for name in subnets.iter().filter_map(site_of) {
        if let Some(site) = counted.get_mut(&name) {
            site.subnets += 1;
        }
    }
    for replica in replicas {
        if let Some(site) = counted.get_mut(&replica.site.to_lowercase()) {
            site.controllers += 1;
        }
    }
    let mut facts: Vec<_> = counted.into_values().collect();
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    facts
}

fn replicas_of(servers: Seen<Vec<Entry>>, settings: Seen<Vec<Entry>>) -> Seen<Vec<Replica>> {
    let (servers, settings) = match (servers, settings) {
        (Seen::Known(servers), Seen::Known(settings)) => (servers, settings),
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => return Seen::Unknown(gap),
        (servers, _) => return unreadable(&servers),
    };
    let by_server: BTreeMap<_, _> = servers
        .iter()
        .map(|server| (server.dn.to_lowercase(), server))
        .collect();
    let mut replicas: Vec<_> = settings
        .iter()
        .filter_map(|settings| replica(settings, &by_server))
        .collect();
    replicas.sort();
    replicas.dedup_by(|a, b| a.host == b.host);
    Seen::Known(replicas)
}

/// The settings stand right below the server, that below `CN=Servers`, and that below the site. A
/// server without settings is no controller any more.
fn replica(settings: &Entry, servers: &BTreeMap<String, &Entry>) -> Option<Replica> {
    let dn = Dn::parse(&settings.dn)?;
    let (_, above) = settings.dn.split_once(',')?;
    let server = servers.get(&above.to_lowercase())?;
    Some(Replica {
        host: server
            .text("dNSHostName")?
            .trim_end_matches('.')
            .to_lowercase(),
        site: dn.value(3)?.to_owned(),
        computer: server.text("serverReference"),
        read_only: settings.has("objectClass", "nTDSDSARO"),
        global_catalog: settings.integer("options").unwrap_or(0) & GLOBAL_CATALOG != 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(dn: &str, attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        let attributes = attributes.iter().map(pair).collect();
        Entry {
            dn: dn.to_owned(),
            attributes,
            ..Entry::default()
        }
    }

    const SERVER: &str = "CN=DC1,CN=Servers,CN=Berlin,CN=Sites,CN=Configuration,DC=a";

    #[test]
    fn controllers_are_servers_with_settings() {
        let servers = vec![
            entry(
                SERVER,
                &[("dNSHostName", "DC1.a"), ("serverReference", "CN=DC1,DC=a")],
            ),
            entry(
                "CN=OLD,CN=Servers,CN=Berlin,CN=Sites",
                &[("dNSHostName", "old.a")],
            ),
        ];
        let settings = vec![entry(
            &format!("CN=NTDS Settings,{SERVER}"),
            &[("objectClass", "nTDSDSARO"), ("options", "33")],
        )];
        let replicas = replicas_of(Seen::Known(servers), Seen::Known(settings));
        let expected = Replica {
            host: "dc1.a".to_owned(),
            site: "Berlin".to_owned(),
            computer: Some("CN=DC1,DC=a".to_owned()),
            read_only: true,
            global_catalog: true,
        };
        assert_eq!(replicas, Seen::Known(vec![expected]));
    }

    #[test]
    fn subnets_and_controllers_are_counted_by_site() {
        let sites = [
            entry("CN=Berlin,CN=Sites", &[]),
            entry("CN=Aachen,CN=Sites", &[]),
        ];
        let subnets = [
            entry(
                "CN=10.0.0.0/8,CN=Subnets,CN=Sites",
                &[("siteObject", "CN=berlin,CN=Sites")],
            ),
            entry("CN=10.1.0.0/16,CN=Subnets,CN=Sites", &[]),
        ];
        let replica = Replica {
            host: "dc1".to_owned(),
            site: "Aachen".to_owned(),
            computer: None,
            read_only: false,
            global_catalog: false,
        };
        let facts = site_facts(&sites, &subnets, &[replica]);
        let shown: Vec<_> = facts
            .iter()
            .map(|s| (s.name.as_str(), s.subnets, s.controllers))
            .collect();
        assert_eq!(shown, [("Aachen", 0, 1), ("Berlin", 1, 0)]);
    }

    #[test]
    fn container_that_cannot_be_seen_is_unknown_not_empty() {
        assert!(existing(Seen::Absent).is_unknown());
    }
}
