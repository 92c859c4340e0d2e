//! A resolver on loopback that knows some controllers, all of them on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType, rdata},
};
use tokio::{net::UdpSocket, task::JoinSet};

/// A running resolver; it ends when this is dropped.
pub struct Resolver {
    pub address: SocketAddr,
    _task: JoinSet<()>,
}

/// A locator record: its name, and the host and port that it names.
#[derive(Debug, Clone)]
pub struct Locator {
    pub name: String,
    pub host: &'static str,
    pub port: u16,
}

impl Locator {
    /// A controller of a domain.
    pub fn of(domain: &str, host: &'static str, port: u16) -> Self {
        let name = format!("_ldap._tcp.dc._msdcs.{domain}");
        Self { name, host, port }
    }
}

/// Tells these records, and that every host is this machine.
pub async fn resolver(locators: Vec<Locator>) -> Resolver {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let mut task = JoinSet::new();
    task.spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let request = Message::from_vec(&buffer[..length]).unwrap();
            let answer = answer(&request, &locators).to_vec().unwrap();
            let _ = socket.send_to(&answer, from).await;
        }
    });
    Resolver {
        address,
        _task: task,
    }
}

fn answer(request: &Message, locators: &[Locator]) -> Message {
    let query = request.queries.first().unwrap().clone();
    let name = query.name().to_lowercase().to_ascii();
    let name = name.trim_end_matches('.');
    let mut message = Message::response(request.metadata.id, request.metadata.op_code);
    message.metadata.recursion_available = true;
    message.add_query(query.clone());
    let mut add = |data| {
        message.add_answer(Record::from_rdata(query.name().clone(), 60, data));
    };
    let known = locators.iter().filter(|locator| locator.name == name);
    match query.query_type() {
        RecordType::SRV => known.enumerate().for_each(|(place, locator)| {
            let host = Name::from_ascii(format!("{}.", locator.host)).unwrap();
            let priority = u16::try_from(place).unwrap();
            add(RData::SRV(rdata::SRV::new(priority, 0, locator.port, host)));
        }),
        RecordType::A => add(RData::A(rdata::A(Ipv4Addr::LOCALHOST))),
        _ => {}
    }
    if message.answers.is_empty() && query.query_type() == RecordType::SRV {
        message.metadata.response_code = ResponseCode::NXDomain;
    }
    message
}
