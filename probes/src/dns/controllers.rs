//! The names of every controller: its addresses, the names of these, and who knows it.
//!
//! A controller is what a locator record of the domain or forest names, or what the directory
//! lists. One that only DNS knows is stale; one that DNS does not know is found by nobody.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use futures::{FutureExt, future::join_all};
use waterline_facts::{
    DnsFacts, Gap, Seen,
    dns::{ControllerNameFacts, LocatorFacts, ReverseFacts},
};

use super::{
    client::{Client, Data, LookupError},
    seen,
    slots::Slots,
};
use crate::{Context, Draft, catalog::RecordType, learned::Lead};

/// Controllers whose names are looked up; a forest has fewer, or its DNS lies.
const MOST_CONTROLLERS: usize = 1000;
/// Addresses of a controller whose names are looked up.
const MOST_ADDRESSES: usize = 16;

/// Looks up the names of every controller that the locators found so far, or this lead, know.
pub(super) async fn ask_all(
    lead: &Seen<Lead>,
    client: &Client,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let locators = draft.snapshot().0.locators.into_known().unwrap_or_default();
    let listed = lead.as_ref().and_then(|lead| lead.controllers.clone());
    let wanted = wanted(&locators, &listed);
    let slots = Slots::append(draft, |facts| &mut facts.controllers, wanted.clone());
    let asks = wanted.into_iter().map(|facts| learn(facts, client).boxed());
    slots.fill(cx, asks.collect()).await;
}

/// Every controller, with what is known without asking.
fn wanted(locators: &[LocatorFacts], listed: &Seen<Vec<String>>) -> Vec<ControllerNameFacts> {
    let mut services: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for host in listed.known().into_iter().flatten() {
        services.entry(host).or_default();
    }
    let whole = || locators.iter().filter(|l| l.site == Seen::Absent);
    for locator in locators {
        for host in locator.hosts.known().into_iter().flatten() {
            let services = services.entry(&host.host).or_default();
            if locator.site == Seen::Absent {
                services.insert(&locator.service);
            }
        }
    }
    let gap = whole().find_map(|locator| locator.hosts.gap());
    let facts = services
        .into_iter()
        .map(|(host, services)| ControllerNameFacts {
            host: host.to_owned(),
            in_directory: listed.as_ref().map(|all| all.iter().any(|one| one == host)),
            located_as: located(&services, gap),
            ipv4: Seen::not_run(),
            ipv6: Seen::not_run(),
            reverse: Vec::new(),
        });
    facts.take(MOST_CONTROLLERS).collect()
}

fn located(services: &BTreeSet<&str>, gap: Option<&Gap>) -> Seen<Vec<String>> {
    match gap {
        Some(gap) => Seen::Unknown(gap.clone()),
        None => Seen::Known(services.iter().map(|&service| service.to_owned()).collect()),
    }
}

async fn learn(mut facts: ControllerNameFacts, client: &Client) -> ControllerNameFacts {
    let (four, six) = tokio::join!(
        client.records(&facts.host, RecordType::A),
        client.records(&facts.host, RecordType::Aaaa),
    );
    let addresses: Vec<_> = [&four, &six]
        .into_iter()
        .flat_map(|found| found.iter().flatten())
        .filter_map(address)
        .take(MOST_ADDRESSES)
        .collect();
    facts.ipv4 = texts(four, &facts.host);
    facts.ipv6 = texts(six, &facts.host);
    let asks = addresses
        .iter()
        .map(|address| reverse(client, *address, &facts.host));
    facts.reverse = join_all(asks).await;
    facts
}

fn address(data: &Data) -> Option<IpAddr> {
    match data {
        Data::Address(address) => Some(*address),
        _ => None,
    }
}

fn texts(found: Result<Vec<Data>, LookupError>, host: &str) -> Seen<Vec<String>> {
    seen(found, host).map(|data| data.iter().map(Data::text).collect())
}

async fn reverse(client: &Client, address: IpAddr, host: &str) -> ReverseFacts {
    let names = texts(
        client.records(&reversed(address), RecordType::Ptr).await,
        host,
    );
    ReverseFacts {
        address: address.to_string(),
        matches: match &names {
            Seen::Known(names) => Seen::Known(names.iter().any(|name| name == host)),
            Seen::Absent => Seen::Known(false),
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        },
        names,
    }
}

/// The name under which an address has its names (RFC 1035 section 3.5, RFC 3596 section 2.5).
fn reversed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(four) => {
            let [a, b, c, d] = four.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(six) => {
            let octets = six.octets();
            let nibbles = octets.iter().rev().flat_map(|o| [o & 0xF, o >> 4]);
            let mut name: String = nibbles.map(|nibble| format!("{nibble:x}.")).collect();
            name.push_str("ip6.arpa");
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use waterline_facts::{Reason, dns::LocatedHost};

    use super::*;
    use crate::{
        context::testing::context,
        dns::fake::{FakeDns, Reply},
    };

    fn zone(name: &str, kind: RecordType) -> Reply {
        let host = |name: &str| Reply::Data(vec![Data::Name(name.to_owned())]);
        match (name, kind) {
            ("dc1.corp.example", RecordType::A) => Reply::Data(vec![
                Data::Address([192, 0, 2, 1].into()),
                Data::Address([192, 0, 2, 2].into()),
            ]),
            ("dc1.corp.example", RecordType::Aaaa) => {
                Reply::Data(vec![Data::Address("2001:db8::1".parse().unwrap())])
            }
            ("1.2.0.192.in-addr.arpa", RecordType::Ptr) => host("DC1.corp.example"),
            ("2.2.0.192.in-addr.arpa", RecordType::Ptr) => host("old.corp.example"),
            ("dc2.corp.example", _) => Reply::ServerFailure,
            _ => Reply::NoSuchName,
        }
    }

    fn locator(service: &str, hosts: &[&str]) -> LocatorFacts {
        let host = |host: &&str| LocatedHost {
            host: (*host).to_owned(),
            port: 389,
            priority: 0,
            weight: 100,
            addresses: Seen::not_run(),
        };
        LocatorFacts {
            service: service.to_owned(),
            site: Seen::Absent,
            name: String::new(),
            hosts: Seen::Known(hosts.iter().map(host).collect()),
            answers: Vec::new(),
            resolvers_agree: Seen::not_run(),
        }
    }

    async fn facts(listed: Seen<Vec<String>>) -> Vec<ControllerNameFacts> {
        let server = FakeDns::start(zone).await;
        let cx = context(Duration::from_millis(500));
        let draft = Draft::<DnsFacts>::default();
        draft.update(|facts| {
            facts.locators = Seen::Known(vec![
                locator("kerberos", &["dc1.corp.example"]),
                locator("ldap-dc", &["dc1.corp.example", "gone.corp.example"]),
            ]);
        });
        let lead = listed.map(|listed| Lead {
            controllers: Seen::Known(listed),
            ..Lead::default()
        });
        let client = Client::asking(&[server.address], cx.patience);
        ask_all(&lead, &client, &cx, &draft).await;
        draft.snapshot().0.controllers.into_known().unwrap()
    }

    #[tokio::test]
    async fn stale_and_missing_controllers_are_told_from_sound_ones() {
        let listed = ["dc1.corp.example", "dc2.corp.example"].map(str::to_owned);
        let facts = facts(Seen::Known(listed.to_vec())).await;
        let [sound, missing, stale] = &facts[..] else {
            panic!("three controllers, not {}", facts.len());
        };
        assert_eq!(sound.in_directory, Seen::Known(true));
        let services = ["kerberos", "ldap-dc"].map(str::to_owned).to_vec();
        assert_eq!(sound.located_as, Seen::Known(services));
        assert_eq!(missing.located_as, Seen::Known(Vec::new()));
        assert_eq!(missing.ipv4.gap().unwrap().reason, Reason::Failed);
        assert_eq!(stale.host, "gone.corp.example");
        assert_eq!(stale.in_directory, Seen::Known(false));
        assert_eq!((&stale.ipv4, &stale.ipv6), (&Seen::Absent, &Seen::Absent));
    }

    #[tokio::test]
    async fn names_of_every_address_are_compared() {
        let facts = facts(Seen::unknown(Reason::NotRun, "")).await;
        assert!(facts[0].in_directory.is_unknown());
        let found: Vec<_> = facts[0]
            .reverse
            .iter()
            .map(|r| (r.address.as_str(), r.matches.known().copied()))
            .collect();
        let expected = [
            ("192.0.2.1", Some(true)),
            ("192.0.2.2", Some(false)),
            ("2001:db8::1", Some(false)),
        ];
        assert_eq!(found, expected);
        assert_eq!(facts[0].reverse[2].names, Seen::Absent);
    }

    #[test]
    fn addresses_are_reversed_by_the_book() {
        let cases = [
            ("192.0.2.10", "10.2.0.192.in-addr.arpa"),
            (
                "2001:db8::567:89ab",
                "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ),
        ];
        for (address, name) in cases {
            assert_eq!(reversed(address.parse().unwrap()), name);
        }
    }
}
