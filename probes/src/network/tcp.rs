//! Connects to whichever address of a host answers first.
//!
//! Addresses are tried in turn, families taking turns, the next one as soon as one has failed or
//! has been silent for a quarter of a second (RFC 8305). At most eight; nothing is sent. Afterwards
//! the other family is tried for itself, as its failing costs every client time.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::{
    net::TcpStream,
    time::{self, Instant},
};
use waterline_facts::{
    Gap, Reason, Seen,
    network::{AddressFamily, ConnectStage, FailureReason, FamilyFacts, Stage},
};

use super::{attempt::Ended, failed, sockets};
use crate::clock::ms;

/// Silence after which the next address is tried beside: RFC 8305 section 5.
const STAGGER: Duration = Duration::from_millis(250);
/// Addresses of one host that are tried.
const MOST_ADDRESSES: usize = 8;
/// Silence after which nobody is taken to answer: the request to connect was repeated by then
/// (RFC 6298 section 2.1).
const SILENCE: Duration = Duration::from_secs(1);

/// Connects before this moment.
pub(super) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    deadline: Instant,
) -> Result<(TcpStream, ConnectStage), Ended> {
    let start = Instant::now();
    let targets = in_turn(addresses, port);
    let shown: Vec<_> = targets.iter().map(ToString::to_string).collect();
    let failure = |reason, problem: &str| {
        let detail = format!("{}: {problem}", shown.join(", "));
        Ended::Failed(failed(Stage::Connect, reason, detail))
    };
    match time::timeout_at(deadline, race(targets)).await {
        Ok(Ok((stream, address))) => {
            let took_ms = ms(start.elapsed());
            let stage = ConnectStage {
                took_ms,
                address: address.to_string(),
                families: vec![family_facts(address, took_ms, Seen::Absent)],
            };
            Ok((stream, stage))
        }
        Ok(Err(error)) if sockets::is_shortage(&error) => Err(Ended::Unclear(shortage(&error))),
        Ok(Err(error)) => {
            let reason = of_connecting(reason(&error), start.elapsed());
            Err(failure(reason, &error.to_string()))
        }
        Err(_) => {
            let reason = of_connecting(FailureReason::TimedOut, start.elapsed());
            Err(failure(reason, "no answer in time"))
        }
    }
}

/// Nobody was asked, as this machine had no socket left.
fn shortage(error: &io::Error) -> Gap {
    Gap::new(Reason::Failed, format!("no socket to be had: {error}"))
        .with_remedy("let the program have more open files (ulimit -n), and run again")
}

/// How the families that did not win answer, each at its first address: within a second.
pub(super) async fn other_families(
    addresses: &[IpAddr],
    port: u16,
    won: &ConnectStage,
    deadline: Instant,
) -> Vec<FamilyFacts> {
    let taken = |ip: &IpAddr| won.families.iter().any(|own| own.family == family(ip));
    let first = |of: AddressFamily| addresses.iter().find(|ip| family(ip) == of);
    let firsts = [AddressFamily::Ipv4, AddressFamily::Ipv6].map(first);
    let others = firsts.into_iter().flatten().filter(|ip| !taken(ip));
    let until = deadline.min(Instant::now() + SILENCE);
    let tries = others.map(|ip| try_one(SocketAddr::new(*ip, port), until));
    futures::future::join_all(tries).await
}

async fn try_one(target: SocketAddr, until: Instant) -> FamilyFacts {
    let start = Instant::now();
    let failure = match time::timeout_at(until, TcpStream::connect(target)).await {
        Ok(Ok(_)) => Seen::Absent,
        Ok(Err(error)) if sockets::is_shortage(&error) => Seen::Unknown(shortage(&error)),
        Ok(Err(error)) => Seen::Known(reason(&error)),
        Err(_) => Seen::Known(FailureReason::Filtered),
    };
    family_facts(target, ms(start.elapsed()), failure)
}

fn family_facts(target: SocketAddr, took_ms: f64, failure: Seen<FailureReason>) -> FamilyFacts {
    FamilyFacts {
        family: family(&target.ip()),
        address: target.to_string(),
        took_ms,
        failure,
    }
}

fn family(address: &IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Ipv4,
        IpAddr::V6(_) => AddressFamily::Ipv6,
    }
}

/// Silence is a filter's if it lasted long enough to be told from haste.
fn of_connecting(reason: FailureReason, waited: Duration) -> FailureReason {
    match reason {
        FailureReason::TimedOut if waited >= SILENCE => FailureReason::Filtered,
        reason => reason,
    }
}

/// Families taking turns, IPv6 first.
fn in_turn(addresses: &[IpAddr], port: u16) -> Vec<SocketAddr> {
    let (six, four): (Vec<IpAddr>, Vec<_>) = addresses.iter().partition(|a| a.is_ipv6());
    let longest = six.len().max(four.len());
    let turns = (0..longest).flat_map(|n| [six.get(n), four.get(n)]);
    let targets = turns.flatten().map(|ip| SocketAddr::new(*ip, port));
    targets.take(MOST_ADDRESSES).collect()
}

async fn race(targets: Vec<SocketAddr>) -> io::Result<(TcpStream, SocketAddr)> {
    let mut waiting = targets.into_iter();
    let mut tried = FuturesUnordered::new();
    let mut worst: Option<io::Error> = None;
    loop {
        if let Some(target) = waiting.next() {
            tried.push(async move { (TcpStream::connect(target).await, target) });
        }
        let next_is_due = async {
            match waiting.len() {
                0 => std::future::pending().await,
                _ => time::sleep(STAGGER).await,
            }
        };
        tokio::select! {
            ended = tried.next() => match ended {
                Some((Ok(stream), target)) => return Ok((stream, target)),
                Some((Err(error), _)) => worst = Some(more_telling(worst, error)),
                None => return Err(worst.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())),
            },
            () = next_is_due => {}
        }
    }
}

/// Of two errors the one that says more: a machine without IPv6 must not hide what IPv4 met.
fn more_telling(earlier: Option<io::Error>, error: io::Error) -> io::Error {
    let rank = |error: &io::Error| match reason(error) {
        FailureReason::Unreachable => 0,
        FailureReason::TimedOut => 1,
        _ => 2,
    };
    match earlier {
        Some(earlier) if rank(&earlier) >= rank(&error) => earlier,
        _ => error,
    }
}

/// Why an operation on a connection failed.
pub(super) fn reason(error: &io::Error) -> FailureReason {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused => FailureReason::Refused,
        Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::UnexpectedEof
        | Kind::BrokenPipe
        | Kind::NotConnected => FailureReason::Reset,
        Kind::TimedOut => FailureReason::TimedOut,
        _ => FailureReason::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use waterline_facts::network::EndpointFailure;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(500)
    }

    fn failure(ended: Ended) -> EndpointFailure {
        match ended {
            Ended::Failed(failure) => failure,
            Ended::Unclear(gap) => panic!("it is not clear: {gap:?}"),
        }
    }

    async fn closed_port() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    }

    #[tokio::test]
    async fn closed_port_refuses() {
        let port = closed_port().await;
        let ended = connect(&[[127, 0, 0, 1].into()], port, soon()).await;
        let failure = failure(ended.unwrap_err());
        assert_eq!(failure.reason, FailureReason::Refused);
        assert!(failure.detail.starts_with(&format!("127.0.0.1:{port}: ")));
    }

    #[tokio::test]
    async fn address_that_refuses_gives_way_to_the_next() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let addresses = [[127, 0, 0, 2].into(), [127, 0, 0, 1].into()];
        let (_, stage) = connect(&addresses, port, soon()).await.unwrap();
        assert_eq!(stage.address, format!("127.0.0.1:{port}"));
        assert!(stage.took_ms < 250.0, "a refusal is not waited for");
    }

    /// A port whose queue is full: the kernel drops what asks for more, as a filter does.
    #[cfg(target_os = "linux")]
    async fn full_port() -> (TcpListener, Vec<TcpStream>) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        let mut held = Vec::new();
        let brief = Duration::from_millis(200);
        while let Ok(stream) = time::timeout(brief, TcpStream::connect(address)).await {
            held.push(stream.unwrap());
        }
        (listener, held)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn silence_is_a_filter_only_if_it_lasted() {
        let (listener, _held) = full_port().await;
        let port = listener.local_addr().unwrap().port();
        let cases = [
            (SILENCE * 5 / 4, FailureReason::Filtered),
            (Duration::from_millis(50), FailureReason::TimedOut),
        ];
        for (patience, expected) in cases {
            let deadline = Instant::now() + patience;
            let ended = connect(&[[127, 0, 0, 1].into()], port, deadline).await;
            let failure = failure(ended.unwrap_err());
            assert_eq!(failure.reason, expected, "{failure:?}");
        }
    }

    #[tokio::test]
    async fn family_that_did_not_win_is_tried_for_itself() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let addresses = ["127.0.0.1", "::1"].map(|a| a.parse().unwrap());
        let (_, stage) = connect(&addresses, port, soon()).await.unwrap();
        let others = other_families(&addresses, port, &stage, soon()).await;
        let [other] = others.as_slice() else {
            panic!("there is one other family");
        };
        assert_eq!(other.family, AddressFamily::Ipv6);
        assert!(other.failure.known().is_some(), "nobody listens there");
        assert!(
            other_families(&addresses[..1], port, &stage, soon())
                .await
                .is_empty()
        );
    }

    #[test]
    fn families_take_turns() {
        let addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::1"];
        let addresses = addresses.map(|a| a.parse().unwrap());
        let order: Vec<_> = in_turn(&addresses, 1).iter().map(|a| a.is_ipv6()).collect();
        assert_eq!(order, [true, false, false, false]);
        assert_eq!(in_turn(&[addresses[0]; 20], 1).len(), MOST_ADDRESSES);
    }

    #[test]
    fn refusal_outweighs_silence_and_silence_a_missing_route() {
        let (route, silence, refusal) = (
            io::Error::from(io::ErrorKind::NetworkUnreachable),
            io::Error::from(io::ErrorKind::TimedOut),
            io::Error::from(io::ErrorKind::ConnectionRefused),
        );
        let worst = more_telling(Some(more_telling(Some(route), silence)), refusal);
        assert_eq!(reason(&worst), FailureReason::Refused);
    }
}
