//! A controller made of single services on loopback, some of which are missing, lie, or are silent.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
};
use waterline_facts::protocols::{PortState, Transport};

use super::*;
use crate::{
    Clock,
    context::testing::context,
    dns::fake::{FakeDns, Reply},
};

/// A port at which nobody listens over TCP, and none answers over UDP.
async fn closed() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Answers each datagram by a function.
async fn datagrams(answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(answer) = answer(&buffer[..length]) {
                let _ = socket.send_to(&answer, from).await;
            }
        }
    });
    port
}

async fn mapper(names: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            rpc::tests::serve(stream, names).await;
        }
    });
    port
}

/// Kerberos over TCP.
async fn kerberos_service(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; stream.read_u32().await.unwrap() as usize];
            stream.read_exact(&mut request).await.unwrap();
            stream.write_u32(answer.len() as u32).await.unwrap();
            stream.write_all(&answer).await.unwrap();
        }
    });
    port
}

/// The facts of a run in which these ports stand in for the usual ones, all others being closed.
async fn run(instead: &[(u16, u16)]) -> ProtocolFacts {
    let dns = FakeDns::start(|name, kind| match (name, kind) {
        ("_ldap._tcp.dc._msdcs.corp.example", _) => Reply::Data(vec![Data::Service {
            priority: 0,
            weight: 100,
            host: "dc1.corp.example".to_owned(),
            port: 389,
        }]),
        ("dc1.corp.example", RecordType::A) => {
            Reply::Data(vec![Data::Address([127, 0, 0, 1].into())])
        }
        _ => Reply::NoSuchName,
    })
    .await;
    let mut settings = ProtocolSettings::new(Catalog::embedded());
    settings.domain = Some("corp.example".to_owned());
    settings.resolvers = vec![dns.address];
    settings.time_servers = vec!["127.0.0.1".to_owned()];
    settings.direct = false;
    let nobody = closed().await;
    let usual = ports::ALL.iter().map(|service| (service.port, nobody));
    settings.instead = usual.chain(instead.iter().copied()).collect();
    let mut cx = context(Duration::from_millis(600));
    cx.clock = Clock::Fixed("2026-11-23T12:00:00Z".parse().unwrap());
    let draft = Draft::default();
    ProtocolProbe::new(settings).run(&cx, &draft).await.unwrap();
    draft.snapshot().0
}

fn state(facts: &ProtocolFacts, port: u16, transport: Transport) -> PortState {
    let ports = &facts.controllers.known().unwrap()[0].ports;
    let mut such = ports.iter().filter(|p| p.transport == transport);
    let found = such.find(|found| found.port == port).unwrap();
    *found.state.known().unwrap()
}

#[tokio::test]
async fn controller_of_which_nothing_answers_refuses_every_port() {
    let facts = run(&[]).await;
    let controller = &facts.controllers.known().unwrap()[0];
    assert_eq!(controller.host, "dc1.corp.example");
    for port in controller.ports.iter().filter(|port| port.port != 0) {
        let expected = Seen::Known(PortState::Refused);
        assert_eq!(
            port.state, expected,
            "{} {:?}",
            port.service, port.transport
        );
    }
    let dynamic = controller.ports.last().unwrap();
    assert_eq!(
        dynamic.state,
        Seen::Known(PortState::Refused),
        "as the mapper"
    );
    assert!(controller.kerberos.is_unknown() && controller.ping.is_unknown());
}

#[tokio::test]
async fn kerberos_answers_with_an_error_over_either_transport() {
    let error = kerberos::tests::error(6, "CORP.EXAMPLE", "20261123121000Z");
    let answer = error.clone();
    for port in [
        datagrams(move |_| Some(answer.clone())).await,
        kerberos_service(error).await,
    ] {
        let facts = run(&[(88, port)]).await;
        let told = facts.controllers.known().unwrap()[0].kerberos.clone();
        let told = told.into_known().unwrap();
        assert_eq!(told.error_code, Seen::Known(6));
        assert_eq!(told.clock_offset_ms, Seen::Known(600_000));
    }
}

#[tokio::test]
async fn ping_tells_the_site_and_a_foreign_answer_is_none() {
    let port = datagrams(|_| Some(ldap_ping::tests::pong(0x1FD))).await;
    let facts = run(&[(389, port)]).await;
    assert_eq!(state(&facts, 389, Transport::Udp), PortState::Open);
    let ping = facts.controllers.known().unwrap()[0]
        .ping
        .known()
        .unwrap()
        .clone();
    assert_eq!(ping.client_site, Seen::Known("Hamburg".to_owned()));
    let port = datagrams(|_| Some(b"who are you?".to_vec())).await;
    let facts = run(&[(389, port)]).await;
    assert_eq!(state(&facts, 389, Transport::Udp), PortState::Foreign);
    let gap = facts.controllers.known().unwrap()[0].ping.gap().cloned();
    assert_eq!(gap.unwrap().reason, Reason::Malformed);
}

#[tokio::test]
async fn port_that_the_mapper_names_is_tried() {
    let open = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = open.local_addr().map(|a| (a.port(), open)).unwrap();
    for (named, expected) in [
        (open.0, PortState::Open),
        (closed().await, PortState::Refused),
    ] {
        let facts = run(&[(135, mapper(named).await)]).await;
        assert_eq!(state(&facts, 135, Transport::Tcp), PortState::Open);
        assert_eq!(state(&facts, named, Transport::Tcp), expected);
    }
}

#[tokio::test]
async fn clock_that_is_ten_minutes_ahead_is_told() {
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    let ahead = SignedDuration::from_mins(10);
    let port = datagrams(move |request| Some(ntp::tests::reply(request, now, ahead))).await;
    let facts = run(&[(123, port)]).await;
    let server = &facts.time_servers.known().unwrap()[0];
    let time = server.time.known().unwrap();
    assert!((time.offset_ms - 600_000.0).abs() < 1_000.0, "{time:?}");
    assert_eq!(state(&facts, 123, Transport::Udp), PortState::Open);
}

#[tokio::test]
async fn silent_port_is_filtered() {
    let port = datagrams(|_| None).await;
    let facts = run(&[(123, port)]).await;
    assert_eq!(state(&facts, 123, Transport::Udp), PortState::Filtered);
    let time = &facts.controllers.known().unwrap()[0].time;
    assert_eq!(time.gap().unwrap().reason, Reason::TimedOut);
}

#[tokio::test]
async fn service_of_passwords_is_open_if_it_answers_and_else_merely_silent() {
    let error = kerberos::tests::error(6, "CORP.EXAMPLE", "20261123121000Z");
    let cases = [(Some(error), PortState::Open), (None, PortState::Silent)];
    for (answer, expected) in cases {
        let port = datagrams(move |_| answer.clone()).await;
        let facts = run(&[(464, port)]).await;
        assert_eq!(state(&facts, 464, Transport::Udp), expected);
    }
}
