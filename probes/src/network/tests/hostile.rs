//! Servers and proxies that answer with too much, or with nonsense: bounded, and told for what it is.

use super::*;

/// Longer than the busiest machine takes for one answer.
const PATIENT: Duration = Duration::from_secs(120);

/// What one endpoint of this manner and scheme comes to.
async fn met(manner: Manner, scheme: Scheme) -> EndpointFacts {
    let server = Server::start(manner).await;
    let wanted = settings(&[at("a.example", server.port, scheme)]);
    only(wanted, &context(SOON)).await
}

#[tokio::test]
async fn endless_body_is_read_no_further_than_is_wanted() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
    let server = Server::start(Manner::Floods(head, "0123456789abcdef")).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Http)]);
    let start = Instant::now();
    let facts = only(wanted, &context(PATIENT)).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert!(start.elapsed() < PATIENT / 2, "it did not wait for the end");
}

#[tokio::test]
async fn endless_head_is_not_http() {
    let floods = [
        (
            "HTTP/1.1 200 OK\r\n",
            "X-Filler: 0123456789abcdef0123456789abcdef\r\n",
        ),
        ("HTTP/1.1 200 OK\r\nX-Filler: ", "0123456789abcdef"),
        ("", "0123456789abcdef"),
    ];
    for (beginning, rest) in floods {
        let facts = met(Manner::Floods(beginning, rest), Scheme::Http).await;
        let expected = (Stage::Http, FailureReason::NotHttp);
        assert_eq!(failure(&facts), expected, "{beginning}: {facts:?}");
    }
}

#[tokio::test]
async fn garbage_has_a_reason_at_every_stage() {
    let cases = [
        (Scheme::Http, (Stage::Http, FailureReason::NotHttp)),
        (Scheme::Https, (Stage::Tls, FailureReason::TlsFailed)),
    ];
    for (scheme, expected) in cases {
        let facts = met(Manner::Babbles("\0\u{1}garbage\u{7f}\0"), scheme).await;
        assert_eq!(failure(&facts), expected, "{facts:?}");
    }
}

#[tokio::test]
async fn redirect_to_itself_is_an_answer_and_is_followed_nowhere() {
    let answer = "HTTP/1.1 302 Found\r\nLocation: http://a.example/\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(Manner::Says(answer)).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Http)]);
    let facts = only(wanted, &context(SOON)).await;
    assert_eq!(facts.reachable, Seen::Known(true), "{facts:?}");
    assert_eq!(server.accepted.load(Ordering::Relaxed), 1);
    let location = facts.http.known().unwrap().location.known().unwrap();
    assert_eq!(location, "http://a.example/");
}

#[tokio::test]
async fn certificate_of_a_megabyte_fails_the_handshake() {
    let authority = Authority::new();
    let config = authority.server_with("a.example", 2200, 1 << 20);
    let server = Server::with_tls(config, Manner::Says(FINE)).await;
    let wanted = settings(&[at("a.example", server.port, Scheme::Https)]);
    let facts = only(wanted, &trusting(&authority)).await;
    assert_eq!(failure(&facts), (Stage::Tls, FailureReason::TlsFailed));
    assert!(facts.tls.is_unknown(), "nothing of it was kept");
}

#[tokio::test]
async fn proxy_that_floods_is_given_up() {
    let authority = Authority::new();
    let cases = [
        Manner::Floods("HTTP/1.1 200 OK\r\n", "X-Filler: 0123456789abcdef\r\n"),
        Manner::Floods("", "0123456789abcdef"),
    ];
    let host = at("a.example", 443, Scheme::Https);
    for manner in cases {
        let facts = through_proxy(manner, &host, &authority).await;
        assert_eq!(failure(&facts), (Stage::Proxy, FailureReason::NotHttp));
    }
}
