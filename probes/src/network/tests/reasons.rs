//! What is learned of each stage beyond its success, and the reasons that need a server of their own.

use waterline_facts::network::{AddressFamily, IssuerClass};

use super::*;

#[tokio::test]
async fn chain_is_told_from_the_public_roots_whatever_this_machine_trusts() {
    let (public, gateway) = (Authority::new(), Authority::new());
    let roots = Arc::new(PublicRoots::of(&[public.root()]));
    let cases = [
        (&public, true, IssuerClass::Public, None),
        (
            &public,
            false,
            IssuerClass::Public,
            Some(FailureReason::Untrusted),
        ),
        (&gateway, true, IssuerClass::Private, None),
        (
            &gateway,
            false,
            IssuerClass::Private,
            Some(FailureReason::Intercepted),
        ),
    ];
    for (issuer, trusted, class, reason) in cases {
        let config = issuer.server_for("a.example", 2200);
        let server = Server::with_tls(config, Manner::Says(FINE)).await;
        let mut wanted = settings(&[at("a.example", server.port, Scheme::Https)]);
        wanted.public_roots = Arc::clone(&roots);
        let cx = match trusted {
            true => trusting(issuer),
            false => context(SOON),
        };
        let facts = only(wanted, &cx).await;
        let tls = facts.tls.known().unwrap();
        assert_eq!(tls.issuer_class, Seen::Known(class), "{facts:?}");
        assert_eq!(tls.chain.len(), 2);
        match reason {
            None => assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}"),
            Some(reason) => assert_eq!(failure(&facts), (Stage::Tls, reason)),
        }
        let path = &facts.paths[0];
        assert_eq!(path.inspected, Seen::Known(class == IssuerClass::Private));
        assert_eq!((path.used, &path.reachable), (true, &facts.reachable));
    }
}

#[tokio::test]
async fn alert_of_the_server_is_named() {
    let authority = Authority::new();
    let mut config = authority.server_for("a.example", 2200);
    config.alpn_protocols = vec![b"another".to_vec()];
    let server = Server::with_tls(config, Manner::Says(FINE)).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Https)]);
    let facts = only(wanted, &trusting(&authority)).await;
    assert_eq!(failure(&facts), (Stage::Tls, FailureReason::TlsAlert));
    let detail = &facts.failure.known().unwrap().detail;
    assert!(detail.contains("NoApplicationProtocol"), "{detail}");
}

#[tokio::test]
async fn aliases_and_both_families_are_told() {
    let server = Server::start(Manner::Says(FINE)).await;
    let mut wanted = settings(&[at("alias.example", server.port, Scheme::Http)]);
    let names = FakeDns::start(|name, kind| match (name, kind) {
        ("alias.example", _) => Reply::Data(vec![Data::Name("end.example".to_owned())]),
        (_, RecordType::A) => Reply::Data(vec![Data::Address([127, 0, 0, 1].into())]),
        _ => Reply::Data(vec![Data::Address("::1".parse().unwrap())]),
    })
    .await;
    wanted.resolvers = vec![names.address];
    let draft = Draft::default();
    let probe = NetworkProbe::new(wanted);
    probe.run(&context(SOON), &draft).await.unwrap();
    let facts = draft.snapshot().0.endpoints.into_known().unwrap().remove(0);
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert_eq!(facts.resolve.known().unwrap().aliases, ["end.example"]);
    let families = &facts.connect.known().unwrap().families;
    let told = families
        .iter()
        .map(|f| (f.family, f.failure.known().is_some()));
    // Nobody listens at the address of the second family; a machine may not even have it.
    let expected = [(AddressFamily::Ipv4, false), (AddressFamily::Ipv6, true)];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn traces_of_what_is_on_the_way_are_kept() {
    let answer = "HTTP/1.1 204 No Content\r\nX-Cache: MISS\r\nVia: 1.1 gate\r\n\r\n";
    let server = Server::start(Manner::Says(answer)).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Http)]);
    let facts = only(wanted, &context(SOON)).await;
    let http = facts.http.known().unwrap();
    assert_eq!(http.traces, ["via: 1.1 gate", "x-cache: MISS"]);
}
