//! The ways: directly, through a proxy, and where only a PAC file knows.

use waterline_facts::network::{PathFacts, PathKind};

use super::*;

fn proxy_at(port: u16) -> ProxyChoice {
    ProxyChoice::Fixed(format!("127.0.0.1:{port}").parse().unwrap())
}

#[track_caller]
fn ways(facts: &EndpointFacts) -> [&PathFacts; 2] {
    let [direct, through] = facts.paths.as_slice() else {
        panic!("two ways: {facts:?}");
    };
    assert_eq!((direct.path, direct.used), (PathKind::Direct, false));
    assert_eq!((through.path, through.used), (PathKind::Proxy, true));
    [direct, through]
}

#[tokio::test]
async fn proxy_that_opens_tls_is_seen_beside_the_direct_way() {
    let (public, gateway) = (Authority::new(), Authority::new());
    let server = |authority: &Authority| {
        let config = authority.server_for("a.example", 2200);
        Server::with_tls(config, Manner::Says(FINE))
    };
    let (service, opened) = (server(&public).await, server(&gateway).await);
    let proxy = Server::start(Manner::LetsThrough(opened.port)).await;
    let mut wanted = settings(&[at("a.example", service.port, Scheme::Https)]);
    wanted.proxy = proxy_at(proxy.port);
    wanted.public_roots = Arc::new(PublicRoots::of(&[public.root()]));
    let mut cx = context(SOON);
    let both = vec![public.root(), gateway.root()];
    cx.tls = crate::tls::client_config(both).unwrap();
    let facts = only(wanted, &cx).await;
    let [direct, through] = ways(&facts);
    assert_eq!(direct.inspected, Seen::Known(false), "{facts:?}");
    assert_eq!(through.inspected, Seen::Known(true));
    assert_eq!(
        facts.reachable,
        Seen::Known(true),
        "its certificate is trusted here"
    );
    let address = format!("http://127.0.0.1:{}", proxy.port);
    assert_eq!(through.proxy, Seen::Known(address));
}

#[tokio::test]
async fn behind_a_proxy_nothing_that_fails_directly_is_a_failure() {
    let authority = Authority::new();
    let config = authority.server_for("gone.example", 2200);
    let server = Server::with_tls(config, Manner::Says(FINE)).await;
    let proxy = Server::start(Manner::LetsThrough(server.port)).await;
    let mut wanted = settings(&[at("gone.example", 443, Scheme::Https)]);
    wanted.proxy = proxy_at(proxy.port);
    let facts = only(wanted, &trusting(&authority)).await;
    let [direct, through] = ways(&facts);
    assert_eq!(
        direct.failure.known().unwrap().reason,
        FailureReason::NameNotFound
    );
    assert_eq!(through.failure, Seen::Absent);
    assert_eq!(
        (&facts.reachable, &facts.failure),
        (&Seen::Known(true), &Seen::Absent)
    );
}

#[tokio::test]
async fn where_a_pac_file_chooses_the_direct_way_alone_is_known() {
    let server = Server::start(Manner::Says(FINE)).await;
    let mut wanted = settings(&[
        at("a.example", server.port, Scheme::Http),
        at("b.example", server.port, Scheme::Tcp),
    ]);
    wanted.proxy = ProxyChoice::Automatic;
    for facts in facts_of(wanted, &context(SOON)).await {
        assert_eq!(facts.reachable.gap().unwrap().reason, Reason::Unsupported);
        assert!(facts.failure.is_unknown() && facts.connect.is_unknown());
        assert_eq!(facts.tls, Seen::Absent);
        assert_eq!(facts.http.is_unknown(), facts.scheme == Scheme::Http);
        assert_eq!(facts.paths[0].reachable, Seen::Known(true));
        assert!(!facts.paths[0].used);
    }
}

#[tokio::test]
async fn proxy_is_never_asked_for_more_than_its_share_at_once() {
    let proxy = Server::start(Manner::Silent).await;
    let hosts = (0..12).map(|n| at(&format!("h{n}.example"), 443, Scheme::Https));
    let mut wanted = settings(&hosts.collect::<Vec<_>>());
    wanted.proxy = proxy_at(proxy.port);
    wanted.limits.per_proxy = 4;
    let mut cx = context(SOON);
    cx.patience = Duration::from_millis(600);
    let at_half_time = async {
        tokio::time::sleep(cx.patience / 2).await;
        proxy.accepted.load(Ordering::Relaxed)
    };
    let (facts, accepted) = tokio::join!(facts_of(wanted, &cx), at_half_time);
    assert!(accepted <= 4, "{accepted}");
    assert_eq!(proxy.accepted.load(Ordering::Relaxed), 12);
    let all = facts.iter().map(failure);
    assert!(
        all.into_iter()
            .all(|found| found == (Stage::Proxy, FailureReason::TimedOut))
    );
}

#[tokio::test]
async fn host_that_several_groups_ask_for_is_contacted_once() {
    let server = Server::start(Manner::Says(FINE)).await;
    let group = |id: &str| {
        format!(
            "- id: {id}\n  targets: [core]\n  clouds: [commercial]\n  roles: [device]\n  need: \
             required\n  ports: [{}/http]\n  why: w\n  source: s\n  hosts: [{{host: a.example}}]\n",
            server.port
        )
    };
    let yaml = group("one") + &group("two");
    let mut wanted = settings(&[at("a.example", server.port, Scheme::Http)]);
    let mut catalog = (*wanted.catalog).clone();
    catalog.endpoints = endpoints::read(&[("two.yaml", &yaml)]).unwrap();
    wanted.catalog = Arc::new(catalog);
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(facts.groups, ["one", "two"]);
    assert_eq!(server.accepted.load(Ordering::Relaxed), 1);
}
