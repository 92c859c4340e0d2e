//! One attempt at a port: a connection, or a question in a datagram.

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    net::{TcpStream, UdpSocket},
    time::timeout,
};
use waterline_facts::{Seen, protocols::PortState};

use crate::clock::ms;

/// The longest answer that is read.
const LONGEST: usize = 4096;
/// How often a question is put, as a datagram may get lost.
const TRIES: u32 = 2;

/// How an attempt ended.
#[derive(Debug)]
pub(super) struct Attempt<T> {
    pub state: PortState,
    pub took: Duration,
    /// What came of it, if the port is open.
    pub got: Option<T>,
}

impl<T> Attempt<T> {
    fn failed(error: &Error, took: Duration) -> Self {
        Self {
            state: state_of(error),
            took,
            got: None,
        }
    }

    /// How long the answer took; unknown without one.
    pub(super) fn took_ms(&self) -> Seen<f64> {
        match self.state {
            PortState::Open | PortState::Refused | PortState::Foreign => Seen::Known(ms(self.took)),
            PortState::Filtered | PortState::Silent | PortState::Unreachable => Seen::Absent,
        }
    }
}

/// What a failure says of a port.
pub(super) fn state_of(error: &Error) -> PortState {
    match error.kind() {
        ErrorKind::TimedOut => PortState::Filtered,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => PortState::Unreachable,
        ErrorKind::InvalidData => PortState::Foreign,
        _ => PortState::Refused,
    }
}

/// Opens a connection.
pub(super) async fn connect(address: SocketAddr, patience: Duration) -> Attempt<TcpStream> {
    let start = Instant::now();
    let connected = timeout(patience, TcpStream::connect(address)).await;
    let took = start.elapsed();
    match connected.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())) {
        Ok(stream) => Attempt {
            state: PortState::Open,
            took,
            got: Some(stream),
        },
        Err(error) => Attempt::failed(&error, took),
    }
}

/// Puts a question, made anew for each try, until something reads as its answer.
///
/// An answer that cannot be read makes the port foreign, unless a readable one follows in time.
pub(super) async fn ask<Q, T>(
    address: SocketAddr,
    patience: Duration,
    question: impl Fn() -> (Vec<u8>, Q),
    read: impl Fn(&[u8], &Q, Duration) -> Option<T>,
) -> Attempt<T> {
    let start = Instant::now();
    let mut last: Error = ErrorKind::TimedOut.into();
    for _ in 0..TRIES {
        let asked = ask_once(address, patience / TRIES, &question, &read).await;
        match asked {
            Ok((got, took)) => {
                return Attempt {
                    state: PortState::Open,
                    took,
                    got: Some(got),
                };
            }
            Err(error) => last = error,
        }
    }
    Attempt::failed(&last, start.elapsed())
}

async fn ask_once<Q, T>(
    address: SocketAddr,
    patience: Duration,
    question: &impl Fn() -> (Vec<u8>, Q),
    read: &impl Fn(&[u8], &Q, Duration) -> Option<T>,
) -> Result<(T, Duration), Error> {
    let any: SocketAddr = match address {
        SocketAddr::V4(_) => ([0, 0, 0, 0], 0).into(),
        SocketAddr::V6(_) => ([0_u16; 8], 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    // Connected, so that only this server's datagrams arrive, and a closed port is told.
    socket.connect(address).await?;
    let (bytes, nonce) = question();
    let start = Instant::now();
    socket.send(&bytes).await?;
    let mut foreign = false;
    let answer = timeout(patience, async {
        let mut buffer = [0; LONGEST];
        loop {
            let length = socket.recv(&mut buffer).await?;
            let took = start.elapsed();
            match read(&buffer[..length], &nonce, took) {
                Some(got) => return Ok((got, took)),
                None => foreign = true,
            }
        }
    })
    .await;
    let silence = match foreign {
        true => ErrorKind::InvalidData,
        false => ErrorKind::TimedOut,
    };
    answer.unwrap_or_else(|_| Err(silence.into()))
}
