//! A DNS server on loopback, over UDP and TCP, that answers each question by a function.
//!
//! What it says may be wrong in every way that servers are wrong: cut off, garbled, an answer to
//! another question, or nothing. It ends when it is dropped.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hickory_proto::{
    op::{Edns, Message, Query, ResponseCode},
    rr::{Name, RData, Record, RecordType},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
    time,
};

use crate::{form::ResolverManner, zones::Names};

/// Time to live of every record, in seconds.
const TTL: u32 = 60;
/// Aliases that are followed.
const LONGEST_CHAIN: usize = 8;
/// The largest question that is taken.
const LARGEST: usize = 1500;
/// How often ports are tried, as others may hold one of the two.
const TRIES: usize = 20;

/// A question as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The whole message.
    pub message: Message,
    /// What it asks.
    pub query: Query,
    /// Whether it came as a datagram.
    pub datagram: bool,
}

impl Asked {
    /// The beginning of an answer to it.
    pub fn response(&self) -> Message {
        let asked = &self.message.metadata;
        let mut message = Message::response(asked.id, asked.op_code);
        message.metadata.recursion_available = true;
        message.add_query(self.query.clone());
        if self.message.edns.is_some() {
            message.set_edns(Edns::new());
        }
        message
    }
}

/// What a server says to a question: bytes; nothing keeps it silent.
pub type Answering = Arc<dyn Fn(&Asked) -> Option<Vec<u8>> + Send + Sync>;

/// Over what a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transports {
    /// UDP and TCP.
    Both,
    /// UDP alone.
    UdpOnly,
}

/// What a server does.
#[derive(Clone)]
pub struct Service {
    /// What it says.
    pub answering: Answering,
    /// Over what.
    pub transports: Transports,
    /// How long each answer over UDP takes.
    pub delay: Duration,
}

impl Service {
    /// Answers at once, over both.
    pub fn prompt(answering: Answering) -> Self {
        Self {
            answering,
            transports: Transports::Both,
            delay: Duration::ZERO,
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it is.
    pub address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Serves at a port of its own of this address, on the runtime that calls.
    ///
    /// # Errors
    /// If there is no port to be had.
    pub async fn start(at: Ipv4Addr, service: Service) -> io::Result<Self> {
        let mut tried = Self::serve((at, 0).into(), service.clone()).await;
        // Somebody else may hold the port of the one for the other.
        for _ in 1..TRIES {
            if tried.is_ok() {
                break;
            }
            tried = Self::serve((at, 0).into(), service.clone()).await;
        }
        tried
    }

    /// Serves at this very port.
    ///
    /// # Errors
    /// If somebody else has it.
    pub async fn serve(at: SocketAddr, service: Service) -> io::Result<Self> {
        let mut tasks = JoinSet::new();
        let socket = UdpSocket::bind(at).await?;
        let address = socket.local_addr()?;
        if service.transports == Transports::Both {
            let listener = TcpListener::bind(address).await?;
            tasks.spawn(listen(listener, Arc::clone(&service.answering)));
        }
        tasks.spawn(datagrams(Arc::new(socket), service));
        Ok(Self {
            address,
            _tasks: tasks,
        })
    }
}

async fn datagrams(socket: Arc<UdpSocket>, service: Service) {
    let mut buffer = [0; LARGEST];
    let mut waiting = JoinSet::new();
    loop {
        // A datagram to one who has gone comes back as an error of the next receipt.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let answer = asked(&buffer[..length], true).and_then(|one| (service.answering)(&one));
        let Some(answer) = answer else { continue };
        if service.delay.is_zero() {
            let _ = socket.send_to(&answer, from).await;
            continue;
        }
        let (socket, delay) = (Arc::clone(&socket), service.delay);
        waiting.spawn(async move {
            time::sleep(delay).await;
            let _ = socket.send_to(&answer, from).await;
        });
        while waiting.try_join_next().is_some() {}
    }
}

async fn listen(listener: TcpListener, answering: Answering) {
    let mut conversations = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let answering = Arc::clone(&answering);
        conversations.spawn(async move {
            let _ = converse(stream, &answering).await;
        });
    }
}

async fn converse(mut stream: TcpStream, answering: &Answering) -> io::Result<()> {
    let mut request = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut request).await?;
    let answer = asked(&request, false).and_then(|asked| answering(&asked));
    let Some(answer) = answer else {
        return std::future::pending().await;
    };
    let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
    stream.write_u16(length).await?;
    stream.write_all(&answer).await
}

fn asked(bytes: &[u8], datagram: bool) -> Option<Asked> {
    let message = Message::from_vec(bytes).ok()?;
    let query = message.queries.first()?.clone();
    Some(Asked {
        message,
        query,
        datagram,
    })
}

/// Answers from these names in a manner.
pub fn resolver(names: Arc<Names>, manner: ResolverManner) -> Answering {
    Arc::new(move |asked| match manner {
        ResolverManner::Silent => None,
        ResolverManner::Fails => refusal(asked, ResponseCode::ServFail),
        ResolverManner::Refuses => refusal(asked, ResponseCode::Refused),
        _ => answer(asked, &names, manner).to_vec().ok(),
    })
}

fn refusal(asked: &Asked, code: ResponseCode) -> Option<Vec<u8>> {
    let mut message = asked.response();
    message.metadata.response_code = code;
    message.to_vec().ok()
}

fn answer(asked: &Asked, names: &Names, manner: ResolverManner) -> Message {
    let mut message = asked.response();
    let (name, kind) = (asked.query.name(), asked.query.query_type());
    if name.is_root() {
        root(asked, &mut message);
        return message;
    }
    let own = names.is_own(name);
    // One who asks for no recursion asks the holder of the zone.
    message.metadata.authoritative = own && !asked.message.metadata.recursion_desired;
    let known = own || manner != ResolverManner::OwnNamesOnly;
    let end = match known {
        true => follow(&mut message, names, name, kind),
        false => name.clone(),
    };
    if !message.answers.is_empty() && names.exists(&end) {
        return message;
    }
    if known && names.exists(&end) {
        begin_of_zone(&mut message, names, &end);
    } else if manner == ResolverManner::InventsNames && kind == RecordType::A {
        let invented = RData::A(Ipv4Addr::new(127, 78, 0, 1).into());
        message.add_answer(Record::from_rdata(end, TTL, invented));
    } else {
        message.metadata.response_code = ResponseCode::NXDomain;
        begin_of_zone(&mut message, names, &end);
    }
    message
}

/// The root, which is verified on request.
fn root(asked: &Asked, message: &mut Message) {
    let edns = asked.message.edns.as_ref();
    message.metadata.authentic_data = edns.is_some_and(|edns| edns.flags().dnssec_ok);
    if asked.query.query_type() == RecordType::NS
        && let Ok(server) = Name::from_ascii("a.root-servers.net.")
    {
        let data = RData::NS(hickory_proto::rr::rdata::NS(server));
        message.add_answer(Record::from_rdata(Name::root(), TTL, data));
    }
}

/// Adds the answers, aliases followed; the name at their end.
fn follow(message: &mut Message, names: &Names, name: &Name, kind: RecordType) -> Name {
    let mut at = name.clone();
    for _ in 0..LONGEST_CHAIN {
        let found = names.get(&at, kind);
        for data in found {
            message.add_answer(Record::from_rdata(at.clone(), TTL, data.clone()));
        }
        let alias = names.get(&at, RecordType::CNAME).first();
        let Some(RData::CNAME(next)) = alias.filter(|_| found.is_empty()) else {
            return at;
        };
        let data = RData::CNAME(next.clone());
        message.add_answer(Record::from_rdata(at, TTL, data));
        at = next.0.clone();
    }
    at
}

fn begin_of_zone(message: &mut Message, names: &Names, name: &Name) {
    if let Some(zone) = names.zone_of(name)
        && let Some(begin) = names.get(zone, RecordType::SOA).first()
    {
        message.add_authority(Record::from_rdata(zone.clone(), TTL, begin.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones::complete;

    fn names() -> Arc<Names> {
        let mut names = Names::default();
        let zone = complete("a.test").unwrap();
        names.begin(&zone, &complete("ns1.a.test").unwrap());
        let alias = RData::CNAME(hickory_proto::rr::rdata::CNAME(complete("b.test").unwrap()));
        names.add(complete("www.a.test").unwrap(), alias);
        names.add_address("b.test", Ipv4Addr::new(127, 1, 1, 1));
        Arc::new(names)
    }

    fn put(manner: ResolverManner, name: &str, kind: RecordType) -> Option<Message> {
        let mut message = Message::query();
        message.add_query(Query::query(complete(name).unwrap(), kind));
        let asked = asked(&message.to_vec().unwrap(), true).unwrap();
        resolver(names(), manner)(&asked).map(|bytes| Message::from_vec(&bytes).unwrap())
    }

    #[test]
    fn an_alias_is_followed_to_its_address() {
        let answer = put(ResolverManner::Answers, "www.a.test", RecordType::A).unwrap();
        assert_eq!(answer.answers.len(), 2);
        assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
    }

    #[test]
    fn manners_differ_for_a_name_that_nobody_has() {
        use ResolverManner as Manner;
        for (manner, expected) in [
            (Manner::Answers, Some((ResponseCode::NXDomain, 0))),
            (Manner::InventsNames, Some((ResponseCode::NoError, 1))),
            (Manner::Fails, Some((ResponseCode::ServFail, 0))),
            (Manner::Refuses, Some((ResponseCode::Refused, 0))),
            (Manner::Silent, None),
        ] {
            let answer = put(manner, "nobody.test", RecordType::A);
            let told = answer.map(|one| (one.metadata.response_code, one.answers.len()));
            assert_eq!(told, expected, "{manner:?}");
        }
        let public = put(Manner::OwnNamesOnly, "b.test", RecordType::A).unwrap();
        assert_eq!(public.metadata.response_code, ResponseCode::NXDomain);
    }
}
