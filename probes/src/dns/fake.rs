//! A DNS server for tests: on loopback, on a port of its own, over UDP and TCP, answering by a
//! function.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType as Wire, rdata},
};
use waterline_worlds::dns::{Asked, Server, Service, Transports};

use super::client::Data;
use crate::catalog::RecordType;

/// What the server does with one query.
pub(crate) enum Reply {
    Data(Vec<Data>),
    /// The same, as the holder of the zone.
    Held(Vec<Data>),
    /// Aliases, one behind the other from the name that was asked for.
    Aliases(Vec<&'static str>),
    /// Data that fit no datagram.
    Large(Vec<Data>),
    /// Data whose signatures do not verify.
    Bogus(Vec<Data>),
    /// No such name, by the word of the zone of this name.
    NoneIn(&'static str),
    Nothing,
    NoSuchName,
    ServerFailure,
    Refused,
    Silence,
    Garbage,
    /// An answer to a question that nobody has put.
    OtherAnswer,
}

type Zone = Arc<dyn Fn(&str, RecordType) -> Reply + Send + Sync>;

/// The server; it ends when it is dropped.
pub(crate) struct FakeDns {
    pub(crate) address: SocketAddr,
    _server: Server,
}

impl FakeDns {
    /// One that answers over UDP and TCP.
    pub(crate) async fn start<F>(zone: F) -> Self
    where
        F: Fn(&str, RecordType) -> Reply + Send + Sync + 'static,
    {
        Self::over(Transports::Both, Arc::new(zone)).await
    }

    /// One that answers over UDP alone.
    pub(crate) async fn without_tcp<F>(zone: F) -> Self
    where
        F: Fn(&str, RecordType) -> Reply + Send + Sync + 'static,
    {
        Self::over(Transports::UdpOnly, Arc::new(zone)).await
    }

    async fn over(transports: Transports, zone: Zone) -> Self {
        let service = Service {
            transports,
            ..Service::prompt(Arc::new(move |asked| answer(asked, &zone)))
        };
        let server = Server::start(Ipv4Addr::LOCALHOST, service).await.unwrap();
        Self {
            address: server.address,
            _server: server,
        }
    }
}

fn answer(asked: &Asked, zone: &Zone) -> Option<Vec<u8>> {
    let (request, query) = (&asked.message, &asked.query);
    let name = query.name().to_lowercase().to_ascii();
    let kind = kind_of(query.query_type())?;
    let mut message = asked.response();
    let owner = query.name().clone();
    match zone(name.trim_end_matches('.'), kind) {
        Reply::Data(data) => add(&mut message, &owner, kind, &data),
        Reply::Held(data) => {
            message.metadata.authoritative = true;
            add(&mut message, &owner, kind, &data);
        }
        Reply::Aliases(targets) => {
            let mut owner = owner;
            for target in targets {
                let target = Name::from_ascii(format!("{target}.")).unwrap();
                let data = RData::CNAME(rdata::CNAME(target.clone()));
                message.add_answer(Record::from_rdata(owner, 60, data));
                owner = target;
            }
        }
        Reply::Large(_) if asked.datagram => message.metadata.truncation = true,
        Reply::Large(data) => add(&mut message, &owner, kind, &data),
        Reply::Bogus(data) if request.metadata.checking_disabled => {
            add(&mut message, &owner, kind, &data);
        }
        Reply::Bogus(_) | Reply::ServerFailure => {
            message.metadata.response_code = ResponseCode::ServFail;
        }
        Reply::NoneIn(zone) => {
            message.metadata.response_code = ResponseCode::NXDomain;
            let begin = wire(
                Wire::SOA,
                &Data::Zone {
                    primary: "ns.example".into(),
                    serial: 1,
                },
            );
            let zone = Name::from_ascii(format!("{zone}.")).unwrap();
            message.add_authority(Record::from_rdata(zone, 60, begin));
        }
        Reply::Refused => message.metadata.response_code = ResponseCode::Refused,
        Reply::Nothing => {}
        Reply::NoSuchName => message.metadata.response_code = ResponseCode::NXDomain,
        Reply::Silence => return None,
        Reply::OtherAnswer => message.metadata.id = message.metadata.id.wrapping_add(1),
        Reply::Garbage => {
            let mut bytes = message.to_vec().unwrap();
            bytes.truncate(7);
            return Some(bytes);
        }
    }
    Some(message.to_vec().unwrap())
}

fn add(message: &mut Message, owner: &Name, kind: RecordType, data: &[Data]) {
    for data in data {
        let data = wire(super::data::wire_type(kind), data);
        message.add_answer(Record::from_rdata(owner.clone(), 60, data));
    }
}

fn kind_of(wire: Wire) -> Option<RecordType> {
    Some(match wire {
        Wire::A => RecordType::A,
        Wire::AAAA => RecordType::Aaaa,
        Wire::CNAME => RecordType::Cname,
        Wire::MX => RecordType::Mx,
        Wire::NS => RecordType::Ns,
        Wire::PTR => RecordType::Ptr,
        Wire::SOA => RecordType::Soa,
        Wire::SRV => RecordType::Srv,
        Wire::TXT => RecordType::Txt,
        _ => return None,
    })
}

/// The data as a record: a name is an alias unless another type was asked for.
fn wire(kind: Wire, data: &Data) -> RData {
    let name = |text: &str| Name::from_ascii(text).unwrap();
    match data {
        Data::Address(std::net::IpAddr::V4(address)) => RData::A((*address).into()),
        Data::Address(std::net::IpAddr::V6(address)) => RData::AAAA((*address).into()),
        Data::Name(target) if kind == Wire::NS => RData::NS(rdata::NS(name(target))),
        Data::Name(target) if kind == Wire::PTR => RData::PTR(rdata::PTR(name(target))),
        Data::Name(target) => RData::CNAME(rdata::CNAME(name(target))),
        Data::Text(text) => RData::TXT(rdata::TXT::new(vec![text.clone()])),
        Data::Mail { preference, host } => RData::MX(rdata::MX::new(*preference, name(host))),
        Data::Service {
            priority,
            weight,
            host,
            port,
        } => RData::SRV(rdata::SRV::new(*priority, *weight, *port, name(host))),
        Data::Zone { primary, serial } => RData::SOA(rdata::SOA::new(
            name(primary),
            name(primary),
            *serial,
            1,
            1,
            1,
            1,
        )),
    }
}
