//! What each resolver does by itself.
//!
//! Each is asked for the root's name servers, for the directory's domain controllers where a domain
//! is known, four times for a public name and once for a name that exists nowhere, one query at a
//! time and each sent once, so that a figure is one round trip. One that lets two public queries in
//! a row run out is asked no further.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use waterline_facts::{DnsFacts, Reason, Seen, dns::ResolverFacts};

use super::{
    DnsSettings,
    client::{Client, LookupError},
};
use crate::{Context, Draft, catalog::RecordType, clock::ms};

/// Queries for the public name.
const PUBLIC_QUERIES: usize = 4;
/// Public queries in a row that run out of time before the resolver is given up.
const GIVE_UP_AFTER: usize = 2;

/// A name that exists nowhere, and never will: RFC 2606 section 2. The library answers for `.invalid`
/// by itself.
const NOWHERE: &str = "no-such-name.example";

/// One query to one resolver: what came back, and when.
#[derive(Debug, Clone)]
struct Asked {
    purpose: Purpose,
    found: Result<(), LookupError>,
    took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Alive,
    Directory,
    Public,
    Nowhere,
}

/// Asks every resolver by itself, all at the same time.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    servers: &[SocketAddr],
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let all: Vec<_> = servers.iter().map(|server| not_asked(*server)).collect();
    draft.update(|facts| facts.resolvers = Seen::Known(all));
    cx.progress.expect(servers.len() as u64);
    let asks = servers.iter().copied().enumerate();
    stream::iter(asks.map(|(place, server)| async move {
        let facts = summarise(server, &ask(settings, server, cx.patience).await);
        draft.update(|draft| replace(draft, place, facts));
        cx.progress.advance(1);
    }))
    .buffer_unordered(cx.concurrency.max(1))
    .collect::<()>()
    .await;
}

fn replace(draft: &mut DnsFacts, place: usize, facts: ResolverFacts) {
    if let Seen::Known(resolvers) = &mut draft.resolvers
        && let Some(slot) = resolvers.get_mut(place)
    {
        *slot = facts;
    }
}

fn not_asked(server: SocketAddr) -> ResolverFacts {
    ResolverFacts {
        address: server.to_string(),
        answers: Seen::not_run(),
        resolves_public: Seen::not_run(),
        invents_names: Seen::not_run(),
        resolves_directory: Seen::not_run(),
        median_ms: Seen::not_run(),
        sent: 0,
        timed_out: 0,
    }
}

async fn ask(settings: &DnsSettings, server: SocketAddr, patience: Duration) -> Vec<Asked> {
    let client = Client::measuring(server, patience);
    let mut asked = Vec::new();
    asked.push(one(&client, Purpose::Alive, ".", RecordType::Ns).await);
    if let Some(domain) = &settings.directory_domain {
        let name = format!("_ldap._tcp.dc._msdcs.{domain}");
        asked.push(one(&client, Purpose::Directory, &name, RecordType::Srv).await);
    }
    let public = settings.catalog.records.public_name.as_str();
    let mut silent = 0;
    for _ in 0..PUBLIC_QUERIES {
        let answer = one(&client, Purpose::Public, public, RecordType::A).await;
        silent = match answer.found {
            Err(LookupError::TimedOut) => silent + 1,
            _ => 0,
        };
        asked.push(answer);
        if silent == GIVE_UP_AFTER {
            return asked;
        }
    }
    asked.push(one(&client, Purpose::Nowhere, NOWHERE, RecordType::A).await);
    asked
}

async fn one(client: &Client, purpose: Purpose, name: &str, kind: RecordType) -> Asked {
    let start = Instant::now();
    let found = client.records(name, kind).await.map(|_| ());
    Asked {
        purpose,
        found,
        took: start.elapsed(),
    }
}

fn summarise(server: SocketAddr, asked: &[Asked]) -> ResolverFacts {
    let answered = |asked: &&Asked| {
        asked
            .found
            .as_ref()
            .map_or_else(|e| e.is_answer(), |()| true)
    };
    let mut times: Vec<f64> = asked.iter().filter(answered).map(|a| ms(a.took)).collect();
    let silent = |asked: &&Asked| asked.found == Err(LookupError::TimedOut);
    let timed_out = asked.iter().filter(silent).count();
    let invents_names = invents(asked);
    let why_no_median = match timed_out {
        0 => Reason::Unreachable,
        _ => Reason::TimedOut,
    };
    ResolverFacts {
        address: server.to_string(),
        answers: Seen::Known(!times.is_empty()),
        resolves_public: match invents_names {
            Seen::Known(true) => Seen::unknown(
                Reason::Malformed,
                format!("{server} gives addresses also for names that exist nowhere"),
            ),
            _ => resolves(asked, Purpose::Public),
        },
        invents_names,
        resolves_directory: resolves(asked, Purpose::Directory),
        median_ms: median(&mut times).map_or_else(
            || Seen::unknown(why_no_median, "no query was answered"),
            Seen::Known,
        ),
        sent: asked.len() as u32,
        timed_out: timed_out as u32,
    }
}

/// Whether a query for this purpose found data. A resolver that said no, or said nothing to every
/// such query, does not resolve it; one that was not asked is unknown.
fn resolves(asked: &[Asked], purpose: Purpose) -> Seen<bool> {
    let mut tried = asked.iter().filter(|a| a.purpose == purpose).peekable();
    if tried.peek().is_none() {
        return Seen::unknown(Reason::NotConfigured, "no directory domain is known");
    }
    Seen::Known(tried.any(|asked| asked.found.is_ok()))
}

/// Whether it gave an address for the name that exists nowhere; only its own answer tells.
fn invents(asked: &[Asked]) -> Seen<bool> {
    let tried = asked.iter().find(|asked| asked.purpose == Purpose::Nowhere);
    match tried.map(|asked| &asked.found) {
        Some(Ok(())) => Seen::Known(true),
        Some(Err(error)) if error.is_answer() => Seen::Known(false),
        Some(Err(error)) => Seen::unknown(error.reason(), error.to_string()),
        None => Seen::unknown(Reason::TimedOut, "it left earlier queries unanswered"),
    }
}

fn median(times: &mut [f64]) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let upper = *times.get(middle)?;
    if times.len() % 2 == 1 {
        return Some(upper);
    }
    Some((times[middle - 1] + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::Catalog,
        context::testing::context,
        dns::{
            client::Data,
            fake::{FakeDns, Reply},
        },
    };

    const SOON: Duration = Duration::from_millis(200);

    async fn facts_of(servers: &[SocketAddr], domain: Option<&str>) -> Vec<ResolverFacts> {
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.directory_domain = domain.map(str::to_owned);
        let draft = Draft::default();
        ask_all(&settings, servers, &context(SOON), &draft).await;
        draft.snapshot().0.resolvers.into_known().unwrap()
    }

    fn good(name: &str, kind: RecordType) -> Reply {
        match (name, kind) {
            (NOWHERE, _) => Reply::NoSuchName,
            (_, RecordType::Srv) => Reply::Data(vec![Data::Service {
                priority: 0,
                weight: 100,
                host: "dc1.corp.example".to_owned(),
                port: 389,
            }]),
            _ => Reply::Data(vec![Data::Address([192, 0, 2, 1].into())]),
        }
    }

    #[tokio::test]
    async fn good_resolver_resolves_both_worlds() {
        let server = FakeDns::start(good).await;
        let [facts] = &facts_of(&[server.address], Some("corp.example")).await[..] else {
            panic!("one resolver was asked");
        };
        assert_eq!(facts.answers, Seen::Known(true));
        assert_eq!(facts.resolves_public, Seen::Known(true));
        assert_eq!(facts.resolves_directory, Seen::Known(true));
        assert_eq!(facts.invents_names, Seen::Known(false));
        assert_eq!((facts.sent, facts.timed_out), (7, 0));
        assert!(facts.median_ms.known().is_some_and(|ms| *ms < 200.0));
    }

    #[tokio::test]
    async fn silent_resolver_does_not_answer_and_has_no_median() {
        let server = FakeDns::start(|_, _| Reply::Silence).await;
        let start = Instant::now();
        let facts = facts_of(&[server.address], None).await.remove(0);
        assert_eq!(facts.answers, Seen::Known(false));
        assert_eq!(facts.resolves_public, Seen::Known(false));
        assert!(facts.resolves_directory.is_unknown());
        assert_eq!(facts.median_ms.gap().unwrap().reason, Reason::TimedOut);
        assert_eq!((facts.sent, facts.timed_out), (3, 3));
        assert!(start.elapsed() < SOON * 3 + Duration::from_secs(1));
    }

    #[tokio::test]
    async fn resolver_without_a_way_out_answers_all_the_same() {
        let server = FakeDns::start(|name, kind| match (name, kind) {
            ("", _) => Reply::ServerFailure,
            (_, RecordType::Srv) => good(name, kind),
            _ => Reply::Silence,
        })
        .await;
        let facts = facts_of(&[server.address], Some("corp.example"))
            .await
            .remove(0);
        assert_eq!(facts.answers, Seen::Known(true));
        assert_eq!(facts.resolves_public, Seen::Known(false));
        assert_eq!(facts.resolves_directory, Seen::Known(true));
        assert_eq!((facts.sent, facts.timed_out), (4, 2));
    }

    #[tokio::test]
    async fn resolver_that_has_an_address_for_everything_proves_nothing() {
        let server = FakeDns::start(|name, kind| match (name, kind) {
            ("", _) => Reply::Nothing,
            _ => Reply::Data(vec![Data::Address([192, 0, 2, 66].into())]),
        })
        .await;
        let facts = facts_of(&[server.address], None).await.remove(0);
        assert_eq!(facts.invents_names, Seen::Known(true));
        assert_eq!(
            facts.resolves_public.gap().unwrap().reason,
            Reason::Malformed
        );
    }

    #[tokio::test]
    async fn dead_resolver_does_not_hide_behind_a_good_one() {
        let dead = FakeDns::start(|_, _| Reply::Silence).await;
        let live = FakeDns::start(good).await;
        let facts = facts_of(&[dead.address, live.address], None).await;
        let answers: Vec<_> = facts.iter().map(|f| f.answers.clone()).collect();
        assert_eq!(answers, [Seen::Known(false), Seen::Known(true)]);
    }

    #[test]
    fn median_is_the_middle() {
        let cases: [(&[f64], Option<f64>); 4] = [
            (&[], None),
            (&[4.0], Some(4.0)),
            (&[9.0, 1.0, 2.0], Some(2.0)),
            (&[4.0, 1.0, 2.0, 9.0], Some(3.0)),
        ];
        for (times, expected) in cases {
            assert_eq!(median(&mut times.to_vec()), expected);
        }
    }
}
