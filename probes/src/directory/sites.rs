//! Sites, their subnets, the links between them, and how many domain controllers stand in each.

use std::collections::BTreeMap;

use waterline_facts::{
    Seen,
    directory::{ForestFacts, SiteFacts, SiteLinkFacts, SubnetFacts},
};

use super::{
    dn::Dn,
    entry::{Entry, small_number},
    forest::unreadable,
    hidden::{existing, required},
    query::{Filter, Place, Query, Scope},
    replicas::Replica,
    source::{Directory, read},
    values,
};

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

fn links() -> Query {
    Query {
        base: Place::Configuration("CN=Inter-Site Transports,CN=Sites"),
        scope: Scope::Subtree,
        filter: Filter::Class("siteLink"),
        attributes: &["cn", "cost", "replInterval", "siteList"],
        witness: Place::Configuration("CN=Sites"),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![sites(), subnets(), links()]
}

/// Reads the sites, their subnets and their links; `replicas` are the controllers in them.
pub(super) async fn learn(
    directory: &dyn Directory,
    replicas: &Seen<Vec<Replica>>,
    forest: &mut ForestFacts,
) {
    let sites = existing(read(directory, &sites()).await);
    let subnets = existing(read(directory, &subnets()).await);
    forest.sites = match (sites, &subnets, replicas) {
        (Seen::Known(sites), Seen::Known(subnets), Seen::Known(replicas)) => {
            Seen::Known(site_facts(&sites, subnets, replicas))
        }
        (Seen::Unknown(gap), ..) => Seen::Unknown(gap),
        (_, Seen::Unknown(gap), _) | (_, _, Seen::Unknown(gap)) => Seen::Unknown(gap.clone()),
        (_, _, replicas) => unreadable(replicas),
    };
    forest.subnets = subnets.map(|subnets| subnet_facts(&subnets));
    let links = existing(read(directory, &links()).await);
    forest.site_links = links.map(|links| link_facts(&links));
}

/// The name of a site in its distinguished name.
fn site_name(dn: &str) -> Option<String> {
    Dn::parse(dn)?.value(0).map(str::to_owned)
}

fn subnet_facts(subnets: &[Entry]) -> Vec<SubnetFacts> {
    let subnet = |entry: &Entry| {
        Some(SubnetFacts {
            prefix: Dn::parse(&entry.dn)?.value(0)?.to_owned(),
            site: entry.fact("siteObject", |value| site_name(&values::text(value))),
        })
    };
    let mut facts: Vec<_> = subnets.iter().filter_map(subnet).collect();
    facts.sort();
    facts
}

fn link_facts(links: &[Entry]) -> Vec<SiteLinkFacts> {
    let link = |entry: &Entry| {
        let mut sites: Vec<_> = entry
            .texts("siteList")
            .iter()
            .filter_map(|dn| site_name(dn))
            .collect();
        sites.sort();
        Some(SiteLinkFacts {
            name: Dn::parse(&entry.dn)?.value(0)?.to_owned(),
            // A link is made with sites, two of them at least but for the one of a new forest.
            sites: required(entry, "siteList", |_| Some(())).map(|()| sites),
            cost: entry.fact("cost", small_number),
            interval_minutes: entry.fact("replInterval", small_number),
        })
    };
    let mut facts: Vec<_> = links.iter().filter_map(link).collect();
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    facts
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
        let replica = Replica::new("dc1", "Aachen");
        let facts = site_facts(&sites, &subnets, &[replica]);
        let shown: Vec<_> = facts
            .iter()
            .map(|s| (s.name.as_str(), s.subnets, s.controllers))
            .collect();
        assert_eq!(shown, [("Aachen", 0, 1), ("Berlin", 1, 0)]);
    }

    #[test]
    fn subnet_without_a_site_is_told() {
        let subnets = [
            entry("CN=10.1.0.0/16,CN=Subnets,CN=Sites", &[]),
            entry(
                "CN=10.0.0.0/8,CN=Subnets,CN=Sites",
                &[("siteObject", "CN=Berlin,CN=Sites")],
            ),
        ];
        let facts = subnet_facts(&subnets);
        assert_eq!(facts[0].prefix, "10.0.0.0/8");
        assert_eq!(facts[0].site, Seen::Known("Berlin".to_owned()));
        assert_eq!(facts[1].site, Seen::Absent);
    }

    #[test]
    fn link_names_its_sites_in_order() {
        let mut link = entry("CN=Main,CN=IP", &[("cost", "100"), ("replInterval", "15")]);
        let sites = ["CN=Köln,CN=Sites", "CN=Aachen,CN=Sites"];
        let sites = sites.map(|dn| dn.as_bytes().to_vec()).to_vec();
        link.attributes.push(("siteList".to_owned(), sites));
        let facts = link_facts(&[link]).remove(0);
        assert_eq!(facts.name, "Main");
        assert_eq!(
            facts.sites,
            Seen::Known(vec!["Aachen".to_owned(), "Köln".to_owned()])
        );
        assert_eq!(
            (facts.cost, facts.interval_minutes),
            (Seen::Known(100), Seen::Known(15))
        );
    }
}
