//! The records by which a member finds the directory's servers, and the addresses behind them.
//!
//! Asks each configured resolver for the locator records of one domain and of each site that the
//! directory has, and for the addresses of at most fifty of the hosts that each record names. It
//! contacts none of these hosts.

use std::collections::{BTreeMap, BTreeSet};

use futures::{FutureExt, future::join_all};
use waterline_facts::{
    DnsFacts, Reason, Seen,
    dns::{LocatedHost, LocatorAnswer, LocatorFacts},
};

use super::{
    DnsSettings,
    client::Data,
    seen,
    slots::Slots,
    views::{Views, agree, machine},
};
use crate::{Context, Draft, catalog::RecordType};

/// Hosts of one locator record whose addresses are looked up; the others stay without.
const MOST_HOSTS: usize = 50;
/// Sites whose records are asked for.
const MOST_SITES: usize = 500;
/// The services that have records of their own in each site.
const OF_SITES: [&str; 3] = ["ldap-dc", "kerberos", "global-catalog"];

/// What the resolvers are asked for.
pub(super) struct Locators<'a> {
    pub views: &'a Views,
    pub cx: &'a Context,
    pub draft: &'a Draft<DnsFacts>,
}

/// The records of the whole domain.
pub(super) fn of_domain(settings: &DnsSettings, domain: &str) -> Vec<LocatorFacts> {
    records(settings, false, domain, "")
}

/// The records of the whole forest, by the name of its root domain.
pub(super) fn of_forest(settings: &DnsSettings, domain: &str, forest: &str) -> Vec<LocatorFacts> {
    records(settings, true, domain, forest)
}

fn records(
    settings: &DnsSettings,
    of_forest: bool,
    domain: &str,
    forest: &str,
) -> Vec<LocatorFacts> {
    let domain = domain.trim_end_matches('.').to_lowercase();
    let locators = settings.catalog.records.locators.iter();
    locators
        .filter(|locator| locator.name.contains("{forest}") == of_forest)
        .map(|locator| LocatorFacts {
            service: locator.service.to_string(),
            site: Seen::Absent,
            name: locator.name_in(&domain, forest),
            hosts: Seen::not_run(),
            answers: Vec::new(),
            resolvers_agree: Seen::not_run(),
        })
        .collect()
}

/// The same for each of these sites.
pub(super) fn of_sites(whole: &[LocatorFacts], sites: &[String]) -> Vec<LocatorFacts> {
    let there = whole
        .iter()
        .filter(|locator| OF_SITES.contains(&locator.service.as_str()));
    let there: Vec<_> = there.collect();
    let sites = sites.iter().take(MOST_SITES);
    sites
        .flat_map(|site| {
            there.iter().filter_map(move |locator| {
                // Netlogon puts the site behind the protocol: `_ldap._tcp.<site>._sites.dc...`.
                let (service, rest) = locator.name.split_once("._tcp.")?;
                Some(LocatorFacts {
                    service: format!("{}-site", locator.service),
                    site: Seen::Known(site.clone()),
                    name: format!("{service}._tcp.{site}._sites.{rest}"),
                    ..(*locator).clone()
                })
            })
        })
        .collect()
}

impl Locators<'_> {
    /// Asks for these records, of which nothing is learned yet.
    pub(super) async fn ask(&self, wanted: Vec<LocatorFacts>) {
        let slots = Slots::append(
            self.draft,
            "locators",
            |facts| &mut facts.locators,
            wanted.clone(),
        );
        let asks = wanted.into_iter().map(|facts| self.learn(facts).boxed());
        slots.fill(self.cx, asks.collect()).await;
    }

    async fn learn(&self, facts: LocatorFacts) -> LocatorFacts {
        let name = &facts.name;
        let answers = self.views.look_up(name, RecordType::Srv).await;
        let found = machine(answers.iter().map(|answer| &answer.found));
        let hosts = seen(found.map(|data| services(data)), name).and_then(some);
        let told = self.views.all().zip(answers);
        let told = told.map(|((_, server), answer)| LocatorAnswer {
            server: server.address.to_string(),
            dropped: answer.dropped as u32,
            hosts: seen(answer.found.map(|data| texts(&data)), name).and_then(some),
        });
        let told: Vec<_> = told.collect();
        let each: Vec<_> = told.iter().map(|answer| answer.hosts.clone()).collect();
        LocatorFacts {
            hosts: match hosts {
                Seen::Known(hosts) => Seen::Known(self.with_addresses(hosts).await),
                other => other,
            },
            resolvers_agree: agree(&each),
            answers: told,
            ..facts
        }
    }

    async fn with_addresses(&self, mut hosts: Vec<LocatedHost>) -> Vec<LocatedHost> {
        let names = hosts.iter().take(MOST_HOSTS).map(|host| host.host.clone());
        let names: BTreeSet<_> = names.collect();
        let addresses = names.into_iter().map(|name| async move {
            let found = self.views.addresses(&name).await;
            let texts = |all: Vec<_>| all.iter().map(ToString::to_string).collect();
            let addresses = seen(found, &name).map(texts);
            (name, addresses)
        });
        let addresses: BTreeMap<_, _> = join_all(addresses).await.into_iter().collect();
        for host in &mut hosts {
            if let Some(addresses) = addresses.get(&host.host) {
                host.addresses = addresses.clone();
            }
        }
        hosts
    }
}

/// A lone `.` says that the service is decidedly not there: RFC 2782.
fn some<T>(all: Vec<T>) -> Seen<Vec<T>> {
    match all.is_empty() {
        true => Seen::Absent,
        false => Seen::Known(all),
    }
}

fn texts(data: &[Data]) -> Vec<String> {
    let hosts = services(data).into_iter();
    let mut texts: Vec<_> = hosts.map(|h| format!("{}:{}", h.host, h.port)).collect();
    texts.sort();
    texts
}

/// The hosts in the order in which they are to be asked.
fn services(data: &[Data]) -> Vec<LocatedHost> {
    let services = data.iter().filter_map(|data| match data {
        Data::Service {
            priority,
            weight,
            host,
            port,
        } if !host.is_empty() => Some(LocatedHost {
            host: host.clone(),
            port: *port,
            priority: *priority,
            weight: *weight,
            addresses: Seen::unknown(Reason::NotRun, "too many hosts"),
        }),
        _ => None,
    });
    let mut hosts: Vec<_> = services.collect();
    hosts.sort_by(|a, b| {
        (a.priority, a.weight, &a.host, a.port).cmp(&(b.priority, b.weight, &b.host, b.port))
    });
    hosts
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        catalog::Catalog,
        context::testing::context,
        dns::fake::{FakeDns, Reply},
    };

    fn service(host: &str, priority: u16) -> Data {
        Data::Service {
            priority,
            weight: 100,
            host: host.to_owned(),
            port: 389,
        }
    }

    fn zone(name: &str, kind: RecordType) -> Reply {
        match (name, kind) {
            ("_ldap._tcp.dc._msdcs.corp.example", _) => Reply::Data(vec![
                service("dc2.corp.example", 10),
                service("DC1.corp.example", 0),
                service("gone.corp.example", 20),
            ]),
            ("_ldap._tcp.berlin._sites.dc._msdcs.corp.example", _) => {
                Reply::Data(vec![service("dc1.corp.example", 0)])
            }
            ("_ldap._tcp.pdc._msdcs.corp.example", _) => Reply::Data(vec![service(".", 0)]),
            ("_gc._tcp.example", _) => Reply::Data(vec![service("dc1.corp.example", 0)]),
            ("_kpasswd._tcp.corp.example", _) => Reply::ServerFailure,
            ("dc1.corp.example", RecordType::A) => {
                Reply::Data(vec![Data::Address([192, 0, 2, 1].into())])
            }
            ("dc2.corp.example", _) => Reply::ServerFailure,
            ("dc1.corp.example", _) => Reply::Nothing,
            _ => Reply::NoSuchName,
        }
    }

    async fn facts() -> Vec<LocatorFacts> {
        let server = FakeDns::start(zone).await;
        let settings = DnsSettings::new(Catalog::embedded());
        let cx = context(Duration::from_millis(500));
        let draft = Draft::default();
        let locators = Locators {
            views: &Views::inside(&[server.address], &cx),
            cx: &cx,
            draft: &draft,
        };
        let mut wanted = of_domain(&settings, "Corp.Example.");
        wanted.extend(of_forest(&settings, "Corp.Example.", "example"));
        let sites = ["Berlin".to_owned(), "Rome".to_owned()];
        locators.ask(wanted.clone()).await;
        locators.ask(of_sites(&wanted, &sites)).await;
        draft.snapshot().0.locators.into_known().unwrap()
    }

    fn hosts<'a>(facts: &'a [LocatorFacts], service: &str) -> &'a Seen<Vec<LocatedHost>> {
        &facts.iter().find(|f| f.service == service).unwrap().hosts
    }

    #[tokio::test]
    async fn hosts_come_in_the_order_in_which_they_are_to_be_asked() {
        let facts = facts().await;
        let hosts = hosts(&facts, "ldap-dc").known().unwrap();
        let names: Vec<_> = hosts.iter().map(|h| h.host.as_str()).collect();
        assert_eq!(
            names,
            ["dc1.corp.example", "dc2.corp.example", "gone.corp.example"]
        );
        assert_eq!(
            hosts[0].addresses,
            Seen::Known(vec!["192.0.2.1".to_owned()])
        );
        assert!(hosts[1].addresses.is_unknown());
        assert_eq!(hosts[2].addresses, Seen::Absent);
    }

    #[tokio::test]
    async fn record_that_is_not_there_is_told_from_one_that_was_not_learned() {
        let facts = facts().await;
        assert_eq!(hosts(&facts, "kerberos"), &Seen::Absent);
        assert!(hosts(&facts, "kpasswd").is_unknown());
        assert!(hosts(&facts, "global-catalog").known().is_some());
    }

    #[tokio::test]
    async fn lone_dot_says_that_there_is_no_such_service() {
        assert_eq!(hosts(&facts().await, "pdc"), &Seen::Absent);
    }

    #[tokio::test]
    async fn each_site_has_records_of_its_own() {
        let facts = facts().await;
        let of = |site: &str| {
            let site = Seen::Known(site.to_owned());
            let mut all = facts.iter();
            all.find(|f| f.service == "ldap-dc-site" && f.site == site)
                .unwrap()
        };
        let berlin = of("Berlin").hosts.known().unwrap();
        assert_eq!(berlin[0].host, "dc1.corp.example");
        assert_eq!(of("Rome").hosts, Seen::Absent);
        let global = facts.iter().filter(|f| f.service == "global-catalog-site");
        let names: Vec<_> = global.map(|f| f.name.as_str()).collect();
        let expected = [
            "_gc._tcp.Berlin._sites.example",
            "_gc._tcp.Rome._sites.example",
        ];
        assert_eq!(names, expected);
    }
}
