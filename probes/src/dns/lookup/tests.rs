//! Servers that lie, cut off, lead in circles, or say more than anybody wants to know.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::*;
use crate::dns::fake::{FakeDns, Reply};

const SOON: Duration = Duration::from_millis(400);

async fn look_up(server: &FakeDns, name: &str) -> Answer {
    let server = Server::new(server.address, SOON);
    server.look_up(name, RecordType::A).await
}

fn addresses(count: u32) -> Vec<Data> {
    let all = (0..count).map(|n| Data::Address(Ipv4Addr::from(0x0A00_0000 + n).into()));
    all.collect()
}

#[tokio::test]
async fn each_fault_of_a_server_has_its_own_reason() {
    let server = FakeDns::start(|name, _| match name {
        "gone.example" => Reply::NoSuchName,
        "empty.example" => Reply::Nothing,
        "failing.example" => Reply::ServerFailure,
        "refused.example" => Reply::Refused,
        "bogus.example" => Reply::Bogus(addresses(1)),
        "silent.example" => Reply::Silence,
        "garbage.example" => Reply::Garbage,
        "circle.example" => Reply::Aliases(vec!["b.example", "circle.example"]),
        _ => Reply::Aliases(vec!["gone.example"]),
    })
    .await;
    let malformed = |error: &LookupError| matches!(error, LookupError::Malformed(_));
    let cases = [
        ("gone.example", LookupError::NameNotFound),
        ("empty.example", LookupError::NoRecords),
        ("failing.example", LookupError::Answered("SERVFAIL".into())),
        ("refused.example", LookupError::Answered("REFUSED".into())),
        ("bogus.example", LookupError::Bogus),
        ("silent.example", LookupError::TimedOut),
        (
            "circle.example",
            LookupError::AliasLoop("circle.example".into()),
        ),
        ("dangling.example", LookupError::NameNotFound),
    ];
    for (name, expected) in cases {
        let error = look_up(&server, name).await.found.unwrap_err();
        assert_eq!(error, expected, "{name}");
    }
    let garbage = look_up(&server, "garbage.example").await.found.unwrap_err();
    assert!(malformed(&garbage), "{garbage}");
    let other = FakeDns::start(|_, _| Reply::OtherAnswer).await;
    let other = look_up(&other, "a.example").await.found.unwrap_err();
    assert!(malformed(&other), "{other}");
}

#[tokio::test]
async fn aliases_are_followed_to_their_end() {
    let server = FakeDns::start(|name, _| match name {
        "a.example" => Reply::Aliases(vec!["b.example", "c.example"]),
        "c.example" => Reply::Data(addresses(1)),
        _ => Reply::NoSuchName,
    })
    .await;
    let answer = look_up(&server, "a.example").await;
    assert_eq!(answer.found.unwrap(), addresses(1));
}

#[tokio::test]
async fn circle_over_several_answers_ends() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = FakeDns::start(move |name, _| {
        count.fetch_add(1, Ordering::Relaxed);
        match name {
            "a.example" => Reply::Aliases(vec!["b.example"]),
            _ => Reply::Aliases(vec!["a.example"]),
        }
    })
    .await;
    let error = look_up(&server, "a.example").await.found.unwrap_err();
    assert_eq!(error, LookupError::AliasLoop("a.example".into()));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn endless_aliases_end() {
    let server = FakeDns::start(|name, _| {
        let n: usize = name.trim_end_matches(".example").parse().unwrap();
        let next: &'static str = Box::leak(format!("{}.example", n + 1).into_boxed_str());
        Reply::Aliases(vec![next])
    })
    .await;
    let error = look_up(&server, "0.example").await.found.unwrap_err();
    assert!(matches!(error, LookupError::AliasLoop(_)), "{error}");
}

#[tokio::test]
async fn five_hundred_records_come_over_tcp_and_no_more() {
    for (there, expected) in [(500, 500), (2000, MOST_RECORDS)] {
        let server = FakeDns::start(move |_, _| Reply::Large(addresses(there))).await;
        let answer = look_up(&server, "many.example").await;
        assert_eq!(answer.dropped, there as usize - expected);
        let found = answer.found.unwrap();
        assert_eq!(found.len(), expected);
    }
}

#[tokio::test]
async fn answer_that_is_cut_off_and_cannot_be_had_whole_is_no_answer() {
    let server = FakeDns::without_tcp(|_, _| Reply::Large(addresses(500))).await;
    let error = look_up(&server, "many.example").await.found.unwrap_err();
    assert!(matches!(error, LookupError::CutOff(_)), "{error}");
}

#[tokio::test]
async fn lost_datagram_costs_no_answer() {
    let asked = AtomicUsize::new(0);
    let server = FakeDns::start(move |_, _| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Reply::Silence,
        _ => Reply::Data(addresses(1)),
    })
    .await;
    assert!(look_up(&server, "a.example").await.found.is_ok());
}

#[tokio::test]
async fn server_that_never_answers_is_given_up() {
    let silent = FakeDns::start(|_, _| Reply::Silence).await;
    let server = Server::new(silent.address, SOON).given_up_after(2);
    let begun = Instant::now();
    for _ in 0..100 {
        let answer = server.look_up("a.example", RecordType::A).await;
        assert_eq!(answer.found.unwrap_err(), LookupError::TimedOut);
    }
    assert!(begun.elapsed() < SOON * 20, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn port_without_a_server_cannot_be_spoken_to() {
    let closed = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let answer = Server::new(address, SOON)
        .look_up("a.example", RecordType::A)
        .await;
    let error = answer.found.unwrap_err();
    assert!(matches!(error, LookupError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn zone_and_its_holder_are_learned_with_the_answer() {
    let server = FakeDns::start(|name, _| match name {
        "held.example" => Reply::Held(addresses(1)),
        "other.example" => Reply::NoneIn("example"),
        _ => Reply::Data(addresses(1)),
    })
    .await;
    let held = look_up(&server, "held.example").await;
    assert_eq!(held.authoritative, Some(true));
    let other = look_up(&server, "other.example").await;
    assert_eq!(other.zone.as_deref(), Some("example"));
    let cached = look_up(&server, "cached.example").await;
    assert_eq!((cached.authoritative, cached.zone), (Some(false), None));
}
