//! A DNS server for tests: on loopback, on a port of its own, answering by a function.

use std::net::SocketAddr;

use hickory_proto::{
    op::{Message, MessageType, ResponseCode},
    rr::{Name, RData, Record, RecordType as Wire, rdata},
};
use tokio::{net::UdpSocket, task::JoinHandle};

use super::client::Data;
use crate::catalog::RecordType;

/// What the server does with one query.
pub(crate) enum Reply {
    Data(Vec<Data>),
    Nothing,
    NoSuchName,
    ServerFailure,
    Silence,
    Garbage,
}

/// The server; it ends when it is dropped.
pub(crate) struct FakeDns {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for FakeDns {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeDns {
    pub(crate) async fn start<F>(zone: F) -> Self
    where
        F: Fn(&str, RecordType) -> Reply + Send + 'static,
    {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let task = tokio::spawn(serve(socket, zone));
        Self { address, task }
    }
}

async fn serve(socket: UdpSocket, zone: impl Fn(&str, RecordType) -> Reply) {
    let mut buffer = [0; 1500];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let Ok(request) = Message::from_vec(&buffer[..length]) else {
            continue;
        };
        if let Some(answer) = answer(&request, &zone) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

fn answer(request: &Message, zone: &impl Fn(&str, RecordType) -> Reply) -> Option<Vec<u8>> {
    let query = request.queries.first()?.clone();
    let name = query.name().to_lowercase().to_ascii();
    let kind = kind_of(query.query_type())?;
    let mut message = Message::response(request.metadata.id, request.metadata.op_code);
    message.metadata.message_type = MessageType::Response;
    message.metadata.recursion_available = true;
    message.add_query(query.clone());
    match zone(name.trim_end_matches('.'), kind) {
        Reply::Data(data) => {
            for data in data {
                let record = Record::from_rdata(query.name().clone(), 60, wire(&data));
                message.add_answer(record);
            }
        }
        Reply::Nothing => {}
        Reply::NoSuchName => message.metadata.response_code = ResponseCode::NXDomain,
        Reply::ServerFailure => message.metadata.response_code = ResponseCode::ServFail,
        Reply::Silence => return None,
        Reply::Garbage => {
            let mut bytes = message.to_vec().unwrap();
            bytes.truncate(7);
            return Some(bytes);
        }
    }
    Some(message.to_vec().unwrap())
}

fn kind_of(wire: Wire) -> Option<RecordType> {
    Some(match wire {
        Wire::A => RecordType::A,
        Wire::AAAA => RecordType::Aaaa,
        Wire::CNAME => RecordType::Cname,
        Wire::MX => RecordType::Mx,
        Wire::NS => RecordType::Ns,
        Wire::SRV => RecordType::Srv,
        Wire::TXT => RecordType::Txt,
        _ => return None,
    })
}

fn wire(data: &Data) -> RData {
    let name = |text: &str| Name::from_ascii(text).unwrap();
    match data {
        Data::Address(std::net::IpAddr::V4(address)) => RData::A((*address).into()),
        Data::Address(std::net::IpAddr::V6(address)) => RData::AAAA((*address).into()),
        Data::Name(target) => RData::CNAME(rdata::CNAME(name(target))),
        Data::Text(text) => RData::TXT(rdata::TXT::new(vec![text.clone()])),
        Data::Mail { preference, host } => RData::MX(rdata::MX::new(*preference, name(host))),
        Data::Service {
            priority,
            weight,
            host,
            port,
        } => RData::SRV(rdata::SRV::new(*priority, *weight, *port, name(host))),
    }
}
