//! The names of every controller: its addresses, the names of these, and who knows it.
//!
//! A controller is what a locator record of the domain or forest names, or what the directory
//! lists. One that only DNS knows is stale; one that DNS does not know is found by nobody. Each
//! configured resolver is asked by itself, and its word is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use futures::{FutureExt, future::join_all};
use waterline_facts::{
    DnsFacts, Gap, Seen,
    dns::{ControllerAnswer, ControllerNameFacts, LocatorFacts, ReverseAnswer, ReverseFacts},
};

use super::{
    client::{Data, LookupError},
    lookup::Answer,
    seen,
    slots::Slots,
    views::{Views, addresses, agree, machine},
};
use crate::{Context, Draft, catalog::RecordType, learned::Lead};

/// Controllers whose names are looked up; a forest has fewer, or its DNS lies.
const MOST_CONTROLLERS: usize = 1000;
/// Addresses of a controller whose names are looked up.
const MOST_ADDRESSES: usize = 16;

/// Looks up the names of every controller that the locators found so far, or this lead, know.
pub(super) async fn ask_all(
    lead: &Seen<Lead>,
    views: &Views,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let locators = draft.snapshot().0.locators.into_known().unwrap_or_default();
    let listed = lead.as_ref().and_then(|lead| lead.controllers.clone());
    let wanted = wanted(&locators, &listed);
    let slots = Slots::append(
        draft,
        "controllers",
        |facts| &mut facts.controllers,
        wanted.clone(),
    );
    let asks = wanted.into_iter().map(|facts| learn(facts, views).boxed());
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
            answers: Vec::new(),
            resolvers_agree: Seen::not_run(),
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

async fn learn(mut facts: ControllerNameFacts, views: &Views) -> ControllerNameFacts {
    let host = facts.host.clone();
    let (four, six) = tokio::join!(
        views.look_up(&host, RecordType::A),
        views.look_up(&host, RecordType::Aaaa),
    );
    let data = four
        .iter()
        .chain(&six)
        .filter_map(|a| a.found.as_ref().ok());
    let found: BTreeSet<_> = data.flat_map(|data| addresses(data)).collect();
    facts.ipv4 = of_machine(&four, &host);
    facts.ipv6 = of_machine(&six, &host);
    let told = views.all().zip(four.iter().zip(&six));
    let told = told.map(|((_, server), (four, six))| ControllerAnswer {
        server: server.address.to_string(),
        ipv4: texts(four.found.as_ref(), &host),
        ipv6: texts(six.found.as_ref(), &host),
    });
    facts.answers = told.collect();
    let each: Vec<_> = facts.answers.iter().map(both).collect();
    facts.resolvers_agree = agree(&each);
    let asks = found.into_iter().take(MOST_ADDRESSES);
    let asks = asks.map(|address| reverse(views, address, &host));
    facts.reverse = join_all(asks).await;
    facts
}

/// The addresses of both families; unknown if one of them is.
fn both(answer: &ControllerAnswer) -> Seen<Vec<String>> {
    let all = [&answer.ipv4, &answer.ipv6];
    match all.iter().find_map(|family| family.gap()) {
        Some(gap) => Seen::Unknown(gap.clone()),
        None => Seen::Known(
            all.iter()
                .filter_map(|f| f.known())
                .flatten()
                .cloned()
                .collect(),
        ),
    }
}

/// What a program on this machine gets.
fn of_machine(answers: &[Answer], host: &str) -> Seen<Vec<String>> {
    let found = machine(answers.iter().map(|answer| &answer.found));
    texts(found.as_ref().copied(), host)
}

fn texts(found: Result<&Vec<Data>, &LookupError>, host: &str) -> Seen<Vec<String>> {
    let texts = |data: &Vec<Data>| data.iter().map(Data::text).collect();
    seen(found.map(texts).map_err(Clone::clone), host)
}

async fn reverse(views: &Views, address: IpAddr, host: &str) -> ReverseFacts {
    let answers = views.look_up(&reversed(address), RecordType::Ptr).await;
    let names = of_machine(&answers, host);
    let told = views.all().zip(&answers);
    let told = told.map(|((_, server), answer)| ReverseAnswer {
        server: server.address.to_string(),
        names: texts(answer.found.as_ref(), host),
    });
    ReverseFacts {
        address: address.to_string(),
        matches: match &names {
            Seen::Known(names) => Seen::Known(names.iter().any(|name| name == host)),
            Seen::Absent => Seen::Known(false),
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        },
        names,
        answers: told.collect(),
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
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

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
        let views = Views::inside(&[server.address], &cx);
        ask_all(&lead, &views, &cx, &draft).await;
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

    #[tokio::test]
    async fn each_resolver_keeps_its_own_word_and_the_first_decides_however_slow() {
        let address = |last| Reply::Data(vec![Data::Address([192, 0, 2, last].into())]);
        let asked = AtomicUsize::new(0);
        // The first datagram gets lost, so that the second resolver answers long before.
        let new = FakeDns::start(move |_, kind| match kind {
            RecordType::A if asked.fetch_add(1, Ordering::Relaxed) == 0 => Reply::Silence,
            RecordType::A => address(1),
            _ => Reply::NoSuchName,
        })
        .await;
        let old = FakeDns::start(move |_, kind| match kind {
            RecordType::A => address(9),
            _ => Reply::NoSuchName,
        })
        .await;
        let cx = context(Duration::from_millis(600));
        let views = Views::inside(&[new.address, old.address], &cx);
        let draft = Draft::default();
        let listed = vec!["dc1.corp.example".to_owned()];
        let lead = Seen::Known(Lead {
            controllers: Seen::Known(listed),
            ..Lead::default()
        });
        ask_all(&lead, &views, &cx, &draft).await;
        let facts = draft.snapshot().0.controllers.into_known().unwrap();
        assert_eq!(facts[0].ipv4, Seen::Known(vec!["192.0.2.1".to_owned()]));
        let second = Seen::Known(vec!["192.0.2.9".to_owned()]);
        assert_eq!(facts[0].answers[1].ipv4, second);
        assert_eq!(facts[0].resolvers_agree, Seen::Known(false));
        let asked: Vec<_> = facts[0]
            .reverse
            .iter()
            .map(|r| r.address.as_str())
            .collect();
        assert_eq!(asked, ["192.0.2.1", "192.0.2.9"]);
        assert_eq!(facts[0].reverse[0].answers.len(), 2);
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
