//! The zone that holds each domain: who holds it, whether a wildcard is in it, and whether its name
//! servers hold it as well.
//!
//! Two queries for each domain and server. The name servers that the first server of each view
//! names are each asked once, at most eight of a domain, for the zone as they hold it.

use futures::{FutureExt, future::join_all};
use waterline_facts::{
    DnsFacts, Reason, Seen,
    dns::{NameServerFacts, View, ZoneFacts},
};

use super::{
    DnsSettings,
    data::{Data, complete, data_of, host_name, wire_type},
    domains::Domain,
    error::{LookupError, of_code},
    exchange::{Manner, Question, Response, Server},
    lookup::Answer,
    random::label,
    records::{is_below_public_suffix, told},
    seen,
    slots::Slots,
    views::Views,
};
use crate::{Context, Draft, catalog::RecordType};

/// Name servers of a zone that are asked; no zone needs more.
const MOST_NAME_SERVERS: usize = 8;

/// Looks at every domain at every server.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    domains: &[Domain],
    views: &Views,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let places = domains.iter().flat_map(|domain| {
        let mut last = None;
        views.all().map(move |(view, server)| {
            let first = last.replace(view) != Some(view);
            (domain, view, server, first)
        })
    });
    let places: Vec<_> = places.collect();
    let empty = places.iter().map(|(domain, view, server, _)| ZoneFacts {
        domain: domain.name.clone(),
        server: server.address.to_string(),
        view: *view,
        zone: Seen::not_run(),
        authoritative: Seen::not_run(),
        wildcard: Seen::not_run(),
        name_servers: Seen::not_run(),
    });
    let slots = Slots::append(draft, "zones", |facts| &mut facts.zones, empty.collect());
    let port = settings.name_server_port;
    let asks = places.into_iter().map(|(domain, view, server, first)| {
        let name_servers = first.then_some(port);
        look(domain, view, server, name_servers, cx).boxed()
    });
    slots.fill(cx, asks.collect()).await;
}

/// Looks at one domain at one server; at its name servers only if there is a port to ask them at.
async fn look(
    domain: &Domain,
    view: View,
    server: &Server,
    port: Option<u16>,
    cx: &Context,
) -> ZoneFacts {
    let random = format!("{}.{}", label(), domain.name);
    let (begin, random) = tokio::join!(
        server.look_up(&domain.name, RecordType::Soa),
        server.look_up(&random, RecordType::A),
    );
    let zone = zone(&begin);
    let name_servers = match (&zone, port) {
        (Seen::Known(zone), Some(port)) => name_servers(server, zone, port, cx).await,
        (Seen::Known(_), None) => {
            Seen::unknown(Reason::NotRun, "the word of an earlier server was followed")
        }
        (Seen::Absent, _) => Seen::Absent,
        (Seen::Unknown(gap), _) => Seen::Unknown(gap.clone()),
    };
    ZoneFacts {
        domain: domain.name.clone(),
        server: server.address.to_string(),
        view,
        authoritative: told(&begin),
        zone,
        wildcard: match &random.found {
            Ok(_) => Seen::Known(true),
            Err(error) if error.is_absence() => Seen::Known(false),
            Err(error) => Seen::unknown(error.reason(), error.to_string()),
        },
        name_servers,
    }
}

fn zone(begin: &Answer) -> Seen<String> {
    match &begin.found {
        Err(error) if !error.is_absence() => Seen::unknown(error.reason(), error.to_string()),
        _ => match &begin.zone {
            Some(zone) if is_below_public_suffix(zone) => Seen::Known(zone.clone()),
            _ => Seen::Absent,
        },
    }
}

async fn name_servers(
    server: &Server,
    zone: &str,
    port: u16,
    cx: &Context,
) -> Seen<Vec<NameServerFacts>> {
    let found = server.look_up(zone, RecordType::Ns).await.found;
    let hosts = seen(found, zone).map(|data| {
        let name = |data: Data| match data {
            Data::Name(host) => Some(host),
            _ => None,
        };
        let hosts = data.into_iter().filter_map(name);
        hosts.take(MOST_NAME_SERVERS).collect::<Vec<_>>()
    });
    match hosts {
        Seen::Known(hosts) => {
            let asks = hosts.iter().map(|host| ask(server, zone, host, port, cx));
            Seen::Known(join_all(asks).await)
        }
        Seen::Absent => Seen::Absent,
        Seen::Unknown(gap) => Seen::Unknown(gap),
    }
}

/// Asks one name server for the zone as it holds it.
async fn ask(server: &Server, zone: &str, host: &str, port: u16, cx: &Context) -> NameServerFacts {
    let mut found = server.look_up(host, RecordType::A).await.found;
    if found.as_ref().is_err_and(LookupError::is_absence) {
        found = server.look_up(host, RecordType::Aaaa).await.found;
    }
    let address = seen(found, host).and_then(|data| match data.first() {
        Some(Data::Address(address)) => Seen::Known(*address),
        _ => Seen::Absent,
    });
    let (authoritative, serial) = match &address {
        Seen::Known(address) => {
            let itself = Server::new((*address, port).into(), cx.patience);
            judge(held(&itself, zone).await, zone)
        }
        Seen::Absent => {
            let gap = || Seen::unknown(Reason::Unreachable, format!("{host} has no address"));
            (
                gap(),
                Seen::unknown(Reason::Unreachable, "it has no address"),
            )
        }
        Seen::Unknown(gap) => (Seen::Unknown(gap.clone()), Seen::Unknown(gap.clone())),
    };
    NameServerFacts {
        host: host.to_owned(),
        address: address.map(|address| address.to_string()),
        authoritative,
        serial,
    }
}

async fn held(server: &Server, zone: &str) -> Result<Response, LookupError> {
    let question = Question {
        name: complete(zone)?,
        kind: wire_type(RecordType::Soa),
        manner: Manner::Held,
    };
    server.ask(&question).await
}

/// Whether this is the answer of one that holds the zone, and the zone's serial number.
fn judge(answer: Result<Response, LookupError>, zone: &str) -> (Seen<bool>, Seen<u32>) {
    let response = match answer {
        Ok(response) => response,
        Err(error) => {
            let gap = || waterline_facts::Gap::new(error.reason(), error.to_string());
            return (Seen::Unknown(gap()), Seen::Unknown(gap()));
        }
    };
    let records = response.answers.iter();
    let mut own = records.filter(|record| host_name(&record.name) == zone);
    let serial = own.find_map(|record| match data_of(&record.data) {
        Some(Data::Zone { serial, .. }) => Some(serial),
        _ => None,
    });
    let holds = response.authoritative && of_code(response.code).is_none() && serial.is_some();
    (
        Seen::Known(holds),
        serial.filter(|_| holds).map_or(Seen::Absent, Seen::Known),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        catalog::Catalog,
        context::testing::context,
        dns::{
            domains::of_profile,
            fake::{FakeDns, Reply},
        },
    };

    fn zone(name: &str, kind: RecordType) -> Reply {
        let begin = || Data::Zone {
            primary: "ns1.good.example".to_owned(),
            serial: 7,
        };
        match (name, kind) {
            ("good.example" | "wild.example", RecordType::Soa) => Reply::Held(vec![begin()]),
            ("us.good.example", RecordType::Soa) => Reply::NoneIn("good.example"),
            ("nobody.com", RecordType::Soa) => Reply::NoneIn("com"),
            ("good.example", RecordType::Ns) => Reply::Data(vec![
                Data::Name("ns1.good.example".to_owned()),
                Data::Name("ns2.good.example".to_owned()),
            ]),
            ("ns1.good.example", RecordType::A) => {
                Reply::Data(vec![Data::Address([127, 0, 0, 1].into())])
            }
            (name, RecordType::A) if name.ends_with(".wild.example") => {
                Reply::Data(vec![Data::Address([192, 0, 2, 1].into())])
            }
            _ => Reply::NoSuchName,
        }
    }

    /// The facts by this resolver, the name servers of the zones being at the other's port.
    async fn facts(resolver: &FakeDns, name_server: &FakeDns, domain: &str) -> ZoneFacts {
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.name_server_port = name_server.address.port();
        let cx = context(Duration::from_millis(600));
        let views = Views::inside(&[resolver.address], &cx);
        let draft = Draft::default();
        let domains = of_profile(&[domain.to_owned()]);
        ask_all(&settings, &domains, &views, &cx, &draft).await;
        draft.snapshot().0.zones.into_known().unwrap().remove(0)
    }

    #[tokio::test]
    async fn name_server_that_holds_the_zone_is_told_from_a_lame_one() {
        let resolver = FakeDns::start(zone).await;
        let sound = facts(&resolver, &resolver, "good.example").await;
        assert_eq!(sound.zone, Seen::Known("good.example".to_owned()));
        assert_eq!(sound.authoritative, Seen::Known(true));
        assert_eq!(sound.wildcard, Seen::Known(false));
        let [first, second] = &sound.name_servers.known().unwrap()[..] else {
            panic!("two name servers");
        };
        assert_eq!(first.authoritative, Seen::Known(true));
        assert_eq!(first.serial, Seen::Known(7));
        assert_eq!(second.address, Seen::Absent);
        assert!(second.authoritative.is_unknown());
        let lame = FakeDns::start(|_, _| Reply::Refused).await;
        let lame = facts(&resolver, &lame, "good.example").await;
        let first = &lame.name_servers.known().unwrap()[0];
        assert_eq!(first.authoritative, Seen::Known(false));
        let silent = FakeDns::start(|_, _| Reply::Silence).await;
        let silent = facts(&resolver, &silent, "good.example").await;
        let first = &silent.name_servers.known().unwrap()[0];
        assert_eq!(first.authoritative.gap().unwrap().reason, Reason::TimedOut);
    }

    #[tokio::test]
    async fn suffix_below_a_zone_is_held_by_it_and_an_unregistered_one_by_none() {
        let resolver = FakeDns::start(zone).await;
        let below = facts(&resolver, &resolver, "us.good.example").await;
        assert_eq!(below.zone, Seen::Known("good.example".to_owned()));
        let nobody = facts(&resolver, &resolver, "nobody.com").await;
        assert_eq!(nobody.zone, Seen::Absent);
        assert_eq!(nobody.name_servers, Seen::Absent);
    }

    #[tokio::test]
    async fn wildcard_is_told_by_a_random_name() {
        let resolver = FakeDns::start(zone).await;
        let wild = facts(&resolver, &resolver, "wild.example").await;
        assert_eq!(wild.wildcard, Seen::Known(true));
    }
}
