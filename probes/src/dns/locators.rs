//! The records by which a member finds the directory's servers, and the addresses behind them.
//!
//! Asks for the locator records of one domain and for the addresses of at most fifty of the hosts
//! that each names, through the resolvers that the machine uses. It contacts none of these hosts.

use futures::{StreamExt, stream};
use waterline_facts::{
    DnsFacts, Reason, Seen,
    dns::{LocatedHost, LocatorFacts},
};

use super::{
    DnsSettings,
    client::{Client, Data},
    no_directory_domain, seen,
};
use crate::{Context, Draft, catalog::RecordType};

/// Hosts of one locator record whose addresses are looked up; the others stay without.
const MOST_HOSTS: usize = 50;

/// Asks for every locator record.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    client: &Client,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let Some(domain) = &settings.directory_domain else {
        return draft.update(|facts| facts.locators = no_directory_domain());
    };
    let wanted = wanted(settings, domain);
    draft.update(|facts| facts.locators = Seen::Known(wanted.clone()));
    cx.progress.expect(wanted.len() as u64);
    stream::iter(wanted.into_iter().enumerate())
        .map(|(place, mut facts)| async move {
            facts.hosts = locate(client, &facts.name, cx.concurrency.max(1)).await;
            draft.update(|draft| replace(draft, place, facts));
            cx.progress.advance(1);
        })
        .buffer_unordered(cx.concurrency.max(1))
        .collect::<()>()
        .await;
}

fn replace(draft: &mut DnsFacts, place: usize, facts: LocatorFacts) {
    if let Seen::Known(locators) = &mut draft.locators
        && let Some(slot) = locators.get_mut(place)
    {
        *slot = facts;
    }
}

fn wanted(settings: &DnsSettings, domain: &str) -> Vec<LocatorFacts> {
    let domain = domain.trim_end_matches('.').to_lowercase();
    let forest = settings.forest.as_deref().unwrap_or(&domain);
    let locators = settings.catalog.records.locators.iter();
    locators
        .map(|locator| LocatorFacts {
            service: locator.service.to_string(),
            name: locator.name_in(&domain, forest),
            hosts: Seen::not_run(),
        })
        .collect()
}

async fn locate(client: &Client, name: &str, at_once: usize) -> Seen<Vec<LocatedHost>> {
    let found = client.records(name, RecordType::Srv).await;
    let hosts = match seen(found, name).map(|data| services(&data)) {
        Seen::Known(hosts) => hosts,
        other => return other,
    };
    if hosts.is_empty() {
        return Seen::Absent;
    }
    let with_addresses = stream::iter(hosts.into_iter().enumerate())
        .map(|(place, mut host)| async move {
            if place < MOST_HOSTS {
                let found = client.addresses(&host.host).await;
                let texts = |all: Vec<_>| all.iter().map(ToString::to_string).collect();
                host.addresses = seen(found, &host.host).map(texts);
            }
            host
        })
        .buffered(at_once);
    Seen::Known(with_addresses.collect().await)
}

/// The hosts in the order in which they are to be asked. A lone `.` says that the service is
/// decidedly not there: RFC 2782.
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
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.directory_domain = Some("Corp.Example.".to_owned());
        settings.forest = Some("example".to_owned());
        let cx = context(Duration::from_millis(500));
        let client = Client::asking(&[server.address], cx.patience);
        let draft = Draft::default();
        ask_all(&settings, &client, &cx, &draft).await;
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
}
