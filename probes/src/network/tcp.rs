//! Connects to whichever address of a host answers first.
//!
//! Addresses are tried in turn, families taking turns, the next one as soon as one has failed or
//! has been silent for a quarter of a second (RFC 8305). At most eight; nothing is sent.

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
use waterline_facts::network::{ConnectStage, EndpointFailure, FailureReason, Stage};

use super::failed;
use crate::clock::ms;

/// Silence after which the next address is tried beside: RFC 8305 section 5.
const STAGGER: Duration = Duration::from_millis(250);
/// Addresses of one host that are tried.
const MOST_ADDRESSES: usize = 8;

/// Connects before this moment.
pub(super) async fn connect(
    addresses: &[IpAddr],
    port: u16,
    deadline: Instant,
) -> Result<(TcpStream, ConnectStage), EndpointFailure> {
    let start = Instant::now();
    let targets = in_turn(addresses, port);
    let shown: Vec<_> = targets.iter().map(ToString::to_string).collect();
    let failure = |reason, problem: &str| {
        failed(
            Stage::Connect,
            reason,
            format!("{}: {problem}", shown.join(", ")),
        )
    };
    match time::timeout_at(deadline, race(targets)).await {
        Ok(Ok((stream, address))) => {
            let stage = ConnectStage {
                took_ms: ms(start.elapsed()),
                address: address.to_string(),
            };
            Ok((stream, stage))
        }
        Ok(Err(error)) => Err(failure(reason(&error), &error.to_string())),
        Err(_) => Err(failure(FailureReason::TimedOut, "no answer in time")),
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

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(500)
    }

    async fn closed_port() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    }

    #[tokio::test]
    async fn closed_port_refuses() {
        let port = closed_port().await;
        let failure = connect(&[[127, 0, 0, 1].into()], port, soon())
            .await
            .unwrap_err();
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
