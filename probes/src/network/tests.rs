//! The probe against real servers on loopback, whose names a DNS server of ours leads there.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use waterline_facts::network::Scheme;

use super::{
    fake::{Authority, Manner, Server, closed_port},
    *,
};
use crate::{
    catalog::{RecordType, endpoints},
    context::testing::context,
    dns::{
        client::Data,
        fake::{FakeDns, Reply},
    },
};

mod hostile;
mod paths;
mod reasons;

const SOON: Duration = Duration::from_millis(1500);
const FINE: &str = "HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 0\r\n\r\n";

/// One group with these hosts, each written as in a file.
fn settings(hosts: &[String]) -> NetworkSettings {
    let yaml = format!(
        "- id: test\n  targets: [core]\n  clouds: [commercial]\n  roles: [device]\n  need: \
         required\n  ports: [443/https]\n  why: w\n  source: s\n  hosts:\n{}",
        hosts
            .iter()
            .map(|host| format!("    - {host}\n"))
            .collect::<String>()
    );
    let catalog = Catalog {
        endpoints: endpoints::read(&[("test.yaml", &yaml)]).unwrap(),
        ..Catalog::clone(&Catalog::embedded())
    };
    let mut settings = NetworkSettings::new(Arc::new(catalog));
    settings.targets = vec!["core".to_owned()];
    settings
}

fn at(host: &str, port: u16, scheme: Scheme) -> String {
    format!("{{host: {host}, ports: [{port}/{}]}}", scheme.name())
}

/// Names that tell how they resolve; all others lead to loopback.
fn zone(name: &str, kind: RecordType) -> Reply {
    match (name, kind) {
        ("gone.example", _) => Reply::NoSuchName,
        ("broken.example", _) => Reply::ServerFailure,
        ("mute.example", _) => Reply::Silence,
        ("empty.example", _) => Reply::Nothing,
        (_, RecordType::A) => Reply::Data(vec![Data::Address([127, 0, 0, 1].into())]),
        _ => Reply::Nothing,
    }
}

async fn facts_of(mut settings: NetworkSettings, cx: &Context) -> Vec<EndpointFacts> {
    let names = FakeDns::start(zone).await;
    settings.resolvers = vec![names.address];
    let draft = Draft::default();
    NetworkProbe::new(settings).run(cx, &draft).await.unwrap();
    draft.snapshot().0.endpoints.into_known().unwrap()
}

async fn only(settings: NetworkSettings, cx: &Context) -> EndpointFacts {
    let mut facts = facts_of(settings, cx).await;
    assert_eq!(facts.len(), 1);
    facts.remove(0)
}

/// Stage and reason of the failure, which must have been seen.
#[track_caller]
fn failure(facts: &EndpointFacts) -> (Stage, FailureReason) {
    assert_eq!(facts.reachable, Seen::Known(false), "{facts:?}");
    let failure = facts.failure.known().unwrap();
    (failure.stage, failure.reason)
}

fn trusting(authority: &Authority) -> Context {
    let mut cx = context(SOON);
    cx.tls = crate::tls::client_config(vec![authority.root()]).unwrap();
    cx
}

#[tokio::test]
async fn every_stage_of_a_good_endpoint_is_known() {
    let authority = Authority::new();
    let config = authority.server_for("good.example", 2200);
    let server = Server::with_tls(config, Manner::Says(FINE)).await;
    let wanted = settings(&[at("good.example", server.port, Scheme::Https)]);
    let facts = only(wanted, &trusting(&authority)).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert_eq!(facts.failure, Seen::Absent);
    assert_eq!(facts.proxy, Seen::Absent);
    assert_eq!(facts.resolve.known().unwrap().addresses, ["127.0.0.1"]);
    let tls = facts.tls.known().unwrap();
    assert!(tls.trusted);
    assert_eq!(tls.version, Seen::Known("TLS 1.3".to_owned()));
    assert_eq!(
        tls.issuer.known().unwrap(),
        tls.chain_top.known().unwrap(),
        "the authority signed the leaf and is the last that was sent"
    );
    assert_eq!(
        facts.http.known().unwrap().status,
        404,
        "an answer is an answer"
    );
}

#[tokio::test]
async fn certificate_that_does_not_verify_is_told_and_nothing_is_sent_over_it() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let cases = [
        (
            authority.server_for("bad.example", 2021),
            FailureReason::Expired,
        ),
        (
            authority.server_for("other.example", 2200),
            FailureReason::NameMismatch,
        ),
        (
            stranger.server_for("bad.example", 2200),
            FailureReason::Intercepted,
        ),
    ];
    for (config, expected) in cases {
        let server = Server::with_tls(config, Manner::Says(FINE)).await;
        let wanted = settings(&[at("bad.example", server.port, Scheme::Https)]);
        let facts = only(wanted, &trusting(&authority)).await;
        assert_eq!(failure(&facts), (Stage::Tls, expected));
        let tls = facts.tls.known().unwrap();
        assert!(!tls.trusted);
        assert!(tls.issuer.known().unwrap().contains("Test Authority"));
        assert!(facts.http.is_unknown());
    }
}

#[tokio::test]
async fn failures_in_clear_have_their_stage_and_reason() {
    use FailureReason as Why;
    let cases = [
        (Manner::Silent, Scheme::Http, (Stage::Http, Why::TimedOut)),
        (Manner::Silent, Scheme::Tls, (Stage::Tls, Why::TimedOut)),
        (Manner::Resets, Scheme::Tls, (Stage::Tls, Why::Reset)),
        (
            Manner::Says("220 mail\r\n"),
            Scheme::Http,
            (Stage::Http, Why::NotHttp),
        ),
        (Manner::Says(FINE), Scheme::Tls, (Stage::Tls, Why::TimedOut)),
        (Manner::Says(""), Scheme::Http, (Stage::Http, Why::Reset)),
        (
            Manner::Says("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/login\r\n\r\n"),
            Scheme::Http,
            (Stage::Http, Why::Blocked),
        ),
        (
            Manner::Says("HTTP/1.1 200 OK\r\n\r\n<title>Web Page Blocked</title>"),
            Scheme::Http,
            (Stage::Http, Why::Blocked),
        ),
    ];
    for (manner, scheme, expected) in cases {
        let server = Server::start(manner).await;
        let wanted = settings(&[at("a.example", server.port, scheme)]);
        let mut cx = context(SOON);
        cx.patience = Duration::from_millis(400);
        assert_eq!(failure(&only(wanted, &cx).await), expected);
    }
}

#[tokio::test]
async fn port_that_nobody_listens_on_refuses_and_later_stages_are_unknown() {
    let wanted = settings(&[at("a.example", closed_port().await, Scheme::Https)]);
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(failure(&facts), (Stage::Connect, FailureReason::Refused));
    assert!(facts.resolve.known().is_some());
    let gap = facts.tls.gap().unwrap();
    assert_eq!(gap.detail, "the TCP connection failed");
}

#[tokio::test]
async fn resolver_that_says_no_is_a_failure_and_one_that_is_silent_is_unknown() {
    let cases = [
        ("gone.example", Some(FailureReason::NameNotFound)),
        ("broken.example", Some(FailureReason::ResolverError)),
        ("empty.example", Some(FailureReason::NoAddress)),
        ("mute.example", None),
    ];
    for (host, expected) in cases {
        let mut cx = context(SOON);
        cx.patience = Duration::from_millis(400);
        let facts = only(settings(&[at(host, 443, Scheme::Https)]), &cx).await;
        match expected {
            Some(reason) => assert_eq!(failure(&facts), (Stage::Resolve, reason)),
            None => {
                assert_eq!(facts.reachable.gap().unwrap().reason, Reason::TimedOut);
                assert!(facts.failure.is_unknown() && facts.connect.is_unknown());
            }
        }
    }
}

#[tokio::test]
async fn address_in_place_of_a_name_needs_no_resolver() {
    let server = Server::start(Manner::Says(FINE)).await;
    let wanted = settings(&[at("127.0.0.1", server.port, Scheme::Http)]);
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert_eq!(facts.id, format!("127.0.0.1:{}", server.port));
}

#[tokio::test]
async fn slow_server_is_reached_if_it_answers_in_time() {
    let slow = Manner::SaysAfter(Duration::from_millis(300), FINE);
    let server = Server::start(slow).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Http)]);
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert!(facts.http.known().unwrap().took_ms >= 300.0);
}

#[tokio::test]
async fn body_that_never_ends_does_not_undo_the_answer() {
    let stall = Manner::StallsAfter("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
    let server = Server::start(stall).await;
    let host = at("a.example", server.port, Scheme::Http);
    let mut cx = context(SOON);
    cx.patience = Duration::from_millis(400);
    let facts = only(settings(std::slice::from_ref(&host)), &cx).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    let expecting = host.replace("}", ", expect: whole}");
    let facts = only(settings(&[expecting]), &cx).await;
    assert!(
        facts.reachable.is_unknown(),
        "the text may have been to come"
    );
}

/// Through a proxy that behaves like this to an endpoint that may be none.
async fn through_proxy(manner: Manner, host: &str, authority: &Authority) -> EndpointFacts {
    let proxy = Server::start(manner).await;
    let mut wanted = settings(&[host.to_owned()]);
    wanted.proxy = ProxyChoice::Fixed(format!("127.0.0.1:{}", proxy.port).parse().unwrap());
    only(wanted, &trusting(authority)).await
}

#[tokio::test]
async fn proxy_that_lets_through_shows_the_service_behind_it() {
    let authority = Authority::new();
    let config = authority.server_for("gone.example", 2200);
    let server = Server::with_tls(config, Manner::Says(FINE)).await;
    // The name resolves for nobody here: only the proxy needs to know it.
    let host = at("gone.example", 443, Scheme::Https);
    let facts = through_proxy(Manner::LetsThrough(server.port), &host, &authority).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert!(facts.proxy.known().is_some());
    let gap = facts.resolve.gap().unwrap();
    assert_eq!(gap.detail, "the proxy resolves names itself");
}

#[tokio::test]
async fn proxy_that_does_not_let_through_is_told_from_the_service() {
    use FailureReason as Why;
    let authority = Authority::new();
    let cases = [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n\r\n",
            Why::ProxyAuthenticationRequired,
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", Why::ProxyForbidden),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", Why::ProxyFailed),
        (
            "HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n",
            Why::ProxyFailed,
        ),
        ("SSH-2.0-x\r\n", Why::NotHttp),
    ];
    let host = at("a.example", 443, Scheme::Https);
    for (answer, expected) in cases {
        let facts = through_proxy(Manner::Says(answer), &host, &authority).await;
        assert_eq!(failure(&facts), (Stage::Proxy, expected), "{answer}");
        assert!(facts.tls.is_unknown() && facts.http.is_unknown());
    }
}

#[tokio::test]
async fn proxy_that_fetches_may_be_the_one_that_forbids() {
    let authority = Authority::new();
    let host = at("a.example", 80, Scheme::Http);
    let facts = through_proxy(Manner::Says(FINE), &host, &authority).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    let doubtful = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let facts = through_proxy(Manner::Says(doubtful), &host, &authority).await;
    assert!(
        facts.reachable.is_unknown(),
        "the proxy or the service said so"
    );
}

#[tokio::test]
async fn proxy_that_is_not_there_stands_in_the_way() {
    let mut wanted = settings(&[at("a.example", 443, Scheme::Https)]);
    let port = closed_port().await;
    wanted.proxy = ProxyChoice::Fixed(format!("127.0.0.1:{port}").parse().unwrap());
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(failure(&facts), (Stage::Proxy, FailureReason::Refused));
}

#[tokio::test]
async fn run_over_silent_servers_ends_in_the_time_that_can_be_told_beforehand() {
    let server = Server::start(Manner::Silent).await;
    let hosts = (0..10).map(|n| at(&format!("h{n}.example"), server.port, Scheme::Https));
    let cx = context(Duration::from_millis(300));
    let mut wanted = settings(&hosts.collect::<Vec<_>>());
    wanted.limits.overall = 4;
    let start = Instant::now();
    let facts = facts_of(wanted, &cx).await;
    let took = start.elapsed();
    assert_eq!(facts.len(), 10);
    assert!(
        facts
            .iter()
            .all(|facts| facts.reachable == Seen::Known(false))
    );
    // Three turns of four.
    let expected = cx.patience * 3;
    assert!(
        took >= expected && took < expected + Duration::from_secs(1),
        "{took:?}"
    );
    assert_eq!(server.accepted.load(Ordering::Relaxed), 10);
    assert_eq!(cx.progress.state(), (10, 10));
}

#[tokio::test]
async fn run_that_ends_early_knows_the_whole_list_and_what_it_had_learned() {
    let good = Server::start(Manner::Says(FINE)).await;
    let silent = Server::start(Manner::Silent).await;
    let mut wanted = settings(&[
        at("a.example", good.port, Scheme::Http),
        at("b.example", silent.port, Scheme::Http),
        at("c.example", good.port, Scheme::Http),
    ]);
    let names = FakeDns::start(zone).await;
    wanted.resolvers = vec![names.address];
    wanted.limits.overall = 1;
    let cx = context(Duration::from_secs(60));
    let draft = Draft::default();
    let probe = NetworkProbe::new(wanted);
    let cancel = async {
        while cx.progress.state().0 < 1 || silent.accepted.load(Ordering::Relaxed) < 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cx.cancel.cancel();
    };
    let (ended, ()) = tokio::join!(probe.run(&cx, &draft), cancel);
    assert_eq!(ended.unwrap_err().gap.reason, Reason::Cancelled);
    let endpoints = draft.snapshot().0.endpoints.into_known().unwrap();
    let known: Vec<_> = endpoints.iter().map(|e| e.reachable.known()).collect();
    assert_eq!(known, [Some(&true), None, None]);
}

#[tokio::test]
async fn time_that_runs_out_is_the_reason_of_what_was_left_and_of_nothing_else() {
    let silent = Server::start(Manner::Silent).await;
    let mut wanted = settings(&[
        at("127.0.0.1", silent.port, Scheme::Http),
        "{wildcard: '*.b.example'}".to_owned(),
    ]);
    wanted.resolvers = vec![([127, 0, 0, 1], silent.port).into()];
    let cx = context(Duration::from_secs(60));
    let began = tokio::time::Instant::now();
    let runner = crate::runner::Runner {
        context: &cx,
        began,
        deadline: began + Duration::from_secs(60),
        observer: &crate::runner::Unobserved,
    };
    let probe = Some(NetworkProbe::new(wanted));
    let limit = Duration::from_millis(200);
    let (facts, _) = runner.run(ProbeId::Network, probe, limit).await;
    let endpoints = facts.into_known().unwrap().endpoints.into_known().unwrap();
    let gaps = endpoints.iter().map(|e| e.reachable.gap().unwrap().reason);
    assert_eq!(
        gaps.collect::<Vec<_>>(),
        [Reason::NotRun, Reason::TimedOut],
        "the wildcard was never to be tried"
    );
}

#[tokio::test]
async fn contacts_are_told_without_contacting_anybody() {
    let server = Server::start(Manner::Silent).await;
    let mut wanted = settings(&[
        at("127.0.0.1", server.port, Scheme::Http),
        "{wildcard: '*.b.example'}".to_owned(),
        "{host: c.example, ports: [123/udp]}".to_owned(),
    ]);
    wanted.proxy = ProxyChoice::Fixed("proxy.example:3128".parse().unwrap());
    let contacts: Vec<_> = wanted.contacts().iter().map(Contact::to_string).collect();
    let host = format!("127.0.0.1:{}/http", server.port);
    let expected = [
        format!("{host} through http://proxy.example:3128 (test)"),
        format!("{host} (test; past the proxy, to compare)"),
    ];
    assert_eq!(contacts, expected);
    assert_eq!(server.accepted.load(Ordering::Relaxed), 0);
}
