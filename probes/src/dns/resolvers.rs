//! What each resolver does by itself.
//!
//! Each is asked for the root's name servers (also over TCP, without EDNS and with verification),
//! for the directory's domain controllers where a domain is known, eight times for a public name,
//! and for two names that exist nowhere. One query at a time, each sent once, so that a figure is
//! one round trip. One that lets two public queries in a row run out is asked no further.

use std::{net::SocketAddr, time::Duration};

use futures::FutureExt;
use waterline_facts::{DnsFacts, dns::ResolverFacts};

use super::{
    DnsSettings,
    data::{complete, data_of, wire_type},
    error::{LookupError, of_code},
    exchange::{Manner, Question, Response, Server},
    random::label,
    slots::Slots,
    summary::summarise,
};
use crate::{Context, Draft, catalog::RecordType};

/// Queries for the public name.
const PUBLIC_QUERIES: usize = 8;
/// Public queries in a row that run out of time before the resolver is given up.
const GIVE_UP_AFTER: usize = 2;
/// A name that exists nowhere, and never will: RFC 2606 section 2.
const NOWHERE: &str = "no-such-name.example";

/// One query to one resolver, and what came back.
pub(super) struct Asked {
    pub purpose: Purpose,
    pub found: Result<Response, LookupError>,
    /// Whether the answer holds data of the type that was asked for.
    pub data: bool,
}

/// What a query is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// That it answers at all.
    Alive,
    /// That it answers without EDNS.
    Plain,
    /// That it answers over TCP.
    Tcp,
    /// That it verifies.
    Verified,
    /// That it knows the directory.
    Directory,
    /// That it resolves public names.
    Public,
    /// That it invents no name which nobody may register.
    Reserved,
    /// That it invents no name where names are registered.
    Random,
}

/// Asks every resolver by itself, all at the same time.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    servers: &[SocketAddr],
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let all = servers
        .iter()
        .zip(1..)
        .map(|(server, place)| ResolverFacts {
            place,
            ..ResolverFacts::new(server.to_string())
        });
    let all: Vec<_> = all.collect();
    let slots = Slots::append(
        draft,
        "resolvers",
        |facts| &mut facts.resolvers,
        all.clone(),
    );
    let asks = servers.iter().zip(all).map(|(server, facts)| {
        let asked = ask(settings, *server, cx.patience);
        asked.map(|asked| summarise(facts, &asked)).boxed()
    });
    slots.fill(cx, asks.collect()).await;
}

async fn ask(settings: &DnsSettings, address: SocketAddr, patience: Duration) -> Vec<Asked> {
    let server = Server::new(address, patience);
    let mut asked = vec![one(&server, Purpose::Alive, ".", RecordType::Ns).await];
    if let Some(domain) = &settings.directory_domain {
        let name = format!("_ldap._tcp.dc._msdcs.{domain}");
        asked.push(one(&server, Purpose::Directory, &name, RecordType::Srv).await);
    }
    ask_for_public_names(settings, &server, &mut asked).await;
    // One that answers nothing has no manners to learn about.
    if asked.iter().any(|asked| asked.found.is_ok()) {
        for purpose in [Purpose::Plain, Purpose::Tcp, Purpose::Verified] {
            asked.push(one(&server, purpose, ".", RecordType::Ns).await);
        }
    }
    asked
}

async fn ask_for_public_names(settings: &DnsSettings, server: &Server, asked: &mut Vec<Asked>) {
    let public = settings.catalog.records.public_name.as_str();
    let mut silent = 0;
    for _ in 0..PUBLIC_QUERIES {
        let answer = one(server, Purpose::Public, public, RecordType::A).await;
        silent = match answer.found {
            Err(LookupError::TimedOut) => silent + 1,
            _ => 0,
        };
        asked.push(answer);
        if silent == GIVE_UP_AFTER {
            return;
        }
    }
    asked.push(one(server, Purpose::Reserved, NOWHERE, RecordType::A).await);
    let random = format!("{}.com", label());
    asked.push(one(server, Purpose::Random, &random, RecordType::A).await);
}

async fn one(server: &Server, purpose: Purpose, name: &str, kind: RecordType) -> Asked {
    let manner = match purpose {
        Purpose::Plain => Manner::Plain,
        Purpose::Tcp => Manner::Tcp,
        Purpose::Verified => Manner::Verified,
        _ => Manner::Usual,
    };
    let kind = wire_type(kind);
    let found = match complete(name) {
        Ok(name) => server.ask(&Question { name, kind, manner }).await,
        Err(error) => Err(error),
    };
    let has_data = |response: &Response| {
        let mut records = response.answers.iter();
        of_code(response.code).is_none()
            && records.any(|r| r.record_type() == kind && data_of(&r.data).is_some())
    };
    Asked {
        purpose,
        data: found.as_ref().is_ok_and(has_data),
        found,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use waterline_facts::{Reason, Seen};

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
            (name, _) if name.starts_with("no-such-name") => Reply::NoSuchName,
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
        assert_eq!((facts.sent, facts.timed_out), (15, 0));
        assert_eq!(
            (&facts.tcp, &facts.edns),
            (&Seen::Known(true), &Seen::Known(true))
        );
        assert_eq!(facts.validates, Seen::Known(false));
        assert!(facts.uncached_ms.known().is_some());
        assert_eq!(facts.latency.known().unwrap().answers, 15);
        assert_eq!(facts.forwarders.count.gap().unwrap().reason, Reason::Denied);
        assert_eq!(facts.place, 1);
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
        assert_eq!((facts.sent, facts.timed_out), (7, 2));
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

    #[tokio::test]
    async fn resolver_without_tcp_is_found_out() {
        let server = FakeDns::without_tcp(good).await;
        let facts = facts_of(&[server.address], None).await.remove(0);
        assert_eq!(facts.tcp, Seen::Known(false));
        assert_eq!(facts.answers, Seen::Known(true));
    }

    #[tokio::test]
    async fn resolver_that_sends_registered_names_astray_is_found_out() {
        let server = FakeDns::start(|name, kind| match name {
            NOWHERE => Reply::NoSuchName,
            _ => good(name.trim_start_matches("no-such-"), kind),
        })
        .await;
        let facts = facts_of(&[server.address], None).await.remove(0);
        assert_eq!(facts.invents_names, Seen::Known(true));
        assert!(facts.resolves_public.is_unknown());
    }
}
