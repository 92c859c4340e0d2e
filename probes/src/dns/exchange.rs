//! One question to one server, and what it answers: the wire, without any policy.
//!
//! Sends plain queries (RFC 1035) over UDP or TCP with EDNS (RFC 6891) where asked for. A datagram
//! that is no answer to the question is passed over, as anybody can send one; only if no other
//! comes is the answer called malformed. Sockets are used again, each with one question at a time.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hickory_resolver::proto::{
    op::{Edns, Message, MessageType, Query, ResponseCode},
    rr::{Name, Record, RecordType as Wire},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::{Instant as Deadline, timeout_at},
};

use waterline_facts::protocols::PortState;

use super::{error::LookupError, raw};
use crate::evidence;

/// What we say that we take in one datagram: no fragments on the way (RFC 9715 section 3.2).
const PAYLOAD: u16 = 1232;
/// What we really take, should a server not keep to it.
const BUFFER: usize = 4096;
/// Sockets that wait to be used again.
const MOST_IDLE: usize = 64;

/// One server, asked by itself.
pub(crate) struct Server {
    /// Where it is.
    pub(crate) address: SocketAddr,
    patience: Duration,
    idle: Mutex<Vec<Line>>,
    /// Questions in a row that were left unanswered.
    unanswered: AtomicUsize,
    give_up_after: usize,
}

/// A socket with room for its answers, which thus need no room in every question that waits.
struct Line {
    socket: UdpSocket,
    buffer: Box<[u8]>,
}

/// A question.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) name: Name,
    pub(crate) kind: Wire,
    pub(crate) manner: Manner,
}

/// How a question is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Over UDP, as a resolver library does.
    Usual,
    /// Over UDP, in the form of 1987: without EDNS.
    Plain,
    /// Over UDP, and the server is to hand out what it has, verified or not (CD bit).
    Unchecked,
    /// Over UDP, and the server is to say whether it has verified the answer (DO bit).
    Verified,
    /// Over UDP, of what the server itself holds only (no recursion).
    Held,
    /// Over TCP.
    Tcp,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) code: ResponseCode,
    /// Whether the server holds the zone itself.
    pub(crate) authoritative: bool,
    /// Whether the server has verified the answer.
    pub(crate) verified: bool,
    /// Whether the answer was cut off.
    pub(crate) cut_off: bool,
    /// Whether the server understands EDNS.
    pub(crate) edns: bool,
    pub(crate) answers: Vec<Record>,
    pub(crate) authorities: Vec<Record>,
    pub(crate) took: Duration,
    /// The message as it came.
    pub(crate) raw: Vec<u8>,
}

impl Server {
    /// A server that is given so long for each question; it is never given up.
    pub(crate) fn new(address: SocketAddr, patience: Duration) -> Self {
        Self {
            address,
            patience,
            idle: Mutex::default(),
            unanswered: AtomicUsize::new(0),
            give_up_after: usize::MAX,
        }
    }

    /// One that is asked no further once so many questions in a row were left unanswered.
    pub(crate) fn given_up_after(mut self, unanswered: usize) -> Self {
        self.give_up_after = unanswered;
        self
    }

    /// Puts a question once.
    ///
    /// # Errors
    /// If no answer to it came in time, or the server cannot be spoken to. A response code is no
    /// error.
    pub(crate) async fn ask(&self, question: &Question) -> Result<Response, LookupError> {
        match evidence::current() {
            Some(scope) => raw::ask(self, question, &scope).await,
            None => self.put(question).await,
        }
    }

    /// Puts a question once to the server itself.
    pub(super) async fn put(&self, question: &Question) -> Result<Response, LookupError> {
        if self.unanswered.load(Ordering::Relaxed) >= self.give_up_after {
            return Err(LookupError::TimedOut);
        }
        let deadline = Deadline::now() + self.patience;
        let found = match question.manner {
            Manner::Tcp => timeout_at(deadline, self.over_tcp(question))
                .await
                .unwrap_or(Err(LookupError::TimedOut)),
            _ => self.over_udp(question, deadline).await,
        };
        match &found {
            Err(LookupError::TimedOut) => self.unanswered.fetch_add(1, Ordering::Relaxed),
            _ => self.unanswered.swap(0, Ordering::Relaxed),
        };
        found
    }

    async fn over_udp(
        &self,
        question: &Question,
        deadline: Deadline,
    ) -> Result<Response, LookupError> {
        let mut line = self.line().await?;
        let (id, query) = question.encode()?;
        let start = Instant::now();
        line.socket.send(&query).await.map_err(unreachable)?;
        let mut strange = None;
        loop {
            let receiving = line.socket.recv(&mut line.buffer);
            let received = match timeout_at(deadline, receiving).await {
                Err(_) => return Err(strange.unwrap_or(LookupError::TimedOut)),
                Ok(received) => received.map_err(unreachable)?,
            };
            match question.decode(id, &line.buffer[..received], start.elapsed()) {
                Ok(response) => {
                    self.put_back(line);
                    return Ok(response);
                }
                Err(error) => strange = Some(error),
            }
        }
    }

    async fn line(&self) -> Result<Line, LookupError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        if let Some(line) = idle {
            return Ok(line);
        }
        let any: IpAddr = match self.address {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0)).await.map_err(unreachable)?;
        // Connected, so that only this server's datagrams arrive, and a closed port is told.
        socket.connect(self.address).await.map_err(unreachable)?;
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Ok(Line { socket, buffer })
    }

    /// Keeps a socket on which no answer is outstanding.
    fn put_back(&self, line: Line) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(line);
        }
    }

    async fn over_tcp(&self, question: &Question) -> Result<Response, LookupError> {
        let start = Instant::now();
        let mut stream = TcpStream::connect(self.address)
            .await
            .map_err(unreachable)?;
        let (id, query) = question.encode()?;
        let length = u16::try_from(query.len()).unwrap_or(u16::MAX);
        let framed = [&length.to_be_bytes()[..], &query].concat();
        stream.write_all(&framed).await.map_err(unreachable)?;
        let length = stream.read_u16().await.map_err(unreachable)?;
        let mut answer = vec![0; usize::from(length)];
        stream.read_exact(&mut answer).await.map_err(unreachable)?;
        question.decode(id, &answer, start.elapsed())
    }
}

impl Question {
    fn encode(&self) -> Result<(u16, Vec<u8>), LookupError> {
        let mut message = Message::query();
        message.metadata.recursion_desired = self.manner != Manner::Held;
        message.metadata.checking_disabled = self.manner == Manner::Unchecked;
        message.add_query(Query::query(self.name.clone(), self.kind));
        if self.manner != Manner::Plain {
            let mut edns = Edns::new();
            edns.set_max_payload(PAYLOAD);
            edns.set_dnssec_ok(self.manner == Manner::Verified);
            message.set_edns(edns);
        }
        let bytes = message
            .to_vec()
            .map_err(|_| LookupError::BadName(self.name.to_ascii()))?;
        Ok((message.metadata.id, bytes))
    }

    /// The answer to this question, if these bytes are one.
    pub(super) fn decode(
        &self,
        id: u16,
        bytes: &[u8],
        took: Duration,
    ) -> Result<Response, LookupError> {
        let malformed = |what: &str| LookupError::Malformed(what.to_owned());
        let message = Message::from_vec(bytes).map_err(|error| malformed(&error.to_string()))?;
        let head = &message.metadata;
        if head.id != id || head.message_type != MessageType::Response {
            return Err(malformed("it answers another question"));
        }
        // A server that refuses the form of a question need not repeat it.
        let refused = head.response_code == ResponseCode::FormErr && message.queries.is_empty();
        let same = |asked: &Query| *asked.name() == self.name && asked.query_type() == self.kind;
        if !refused && !message.queries.first().is_some_and(same) {
            return Err(malformed("it answers another question"));
        }
        Ok(Response {
            code: head.response_code,
            authoritative: head.authoritative,
            verified: head.authentic_data,
            cut_off: head.truncation,
            edns: message.edns.is_some(),
            answers: message.answers,
            authorities: message.authorities,
            took,
            raw: bytes.to_owned(),
        })
    }
}

/// Reads bytes as the answer to whatever question they repeat.
///
/// # Errors
/// If they are no answer.
pub(super) fn read_answer(bytes: &[u8]) -> Result<Response, LookupError> {
    let malformed = |what: &str| LookupError::Malformed(what.to_owned());
    let message = Message::from_vec(bytes).map_err(|error| malformed(&error.to_string()))?;
    let asked = message.queries.first();
    let question = Question {
        name: asked.map_or_else(Name::root, |asked| asked.name().clone()),
        kind: asked.map_or(Wire::NULL, Query::query_type),
        manner: Manner::Usual,
    };
    question.decode(message.metadata.id, bytes, Duration::ZERO)
}

fn unreachable(error: std::io::Error) -> LookupError {
    LookupError::Unreachable(error.to_string())
}

/// Whether a server answers a question at all; how its port is, if it does not.
///
/// # Errors
/// If it does not.
pub(crate) async fn root_name_servers(
    address: SocketAddr,
    patience: Duration,
) -> Result<(), PortState> {
    let question = Question {
        name: Name::root(),
        kind: Wire::NS,
        manner: Manner::Usual,
    };
    let server = Server::new(address, patience / 2);
    let mut answer = server.ask(&question).await;
    if answer.is_err() {
        answer = server.ask(&question).await;
    }
    answer.map(|_| ()).map_err(|error| match error {
        LookupError::TimedOut => PortState::Filtered,
        LookupError::Malformed(_) => PortState::Foreign,
        _ => PortState::Refused,
    })
}
