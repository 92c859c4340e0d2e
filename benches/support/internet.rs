//! An internet of the bench's own: hosts on loopback addresses with names, a resolver, and 100
//! milliseconds to each of them.
//!
//! The kernel answers a request to connect at once, so the delay of that round trip is made good
//! before the handshake. Every twentieth host may be silent, and every twentieth slow. It ends when
//! it is dropped.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use hickory_proto::{
    op::ResponseCode,
    rr::{RData, Record, RecordType},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
    time,
};
use tokio_rustls::TlsAcceptor;
use waterline_worlds::{
    authority::{Authority, Wanted},
    dns::{Asked, Server, Service, Transports},
};

/// One round trip.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// How much longer a slow host takes to answer.
const SLOWNESS: Duration = Duration::from_secs(2);
/// The zone of all hosts.
const ZONE: &str = "bench.test";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\
                        Connection: close\r\n\r\nok\n";

/// Whether all hosts are well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// They are.
    All,
    /// One in twenty says nothing, and one in twenty is slow.
    Some,
}

/// The internet; it ends when this is dropped.
pub struct Internet {
    _names: Server,
    _runtime: Runtime,
    /// Its resolver.
    pub resolver: SocketAddr,
    /// The port of every host.
    pub port: u16,
}

impl Internet {
    /// Starts it, with its authority's certificate in this file.
    ///
    /// # Errors
    /// If no port can be had or the file cannot be written.
    pub fn start(health: Health, authority: &Path) -> Result<Self> {
        let acceptor = certified(authority)?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let names = Service {
            answering: Arc::new(reply),
            transports: Transports::UdpOnly,
            delay: ROUND_TRIP,
        };
        let (listener, names) = runtime.block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.bind((Ipv4Addr::UNSPECIFIED, 0).into())?;
            let listener = socket.listen(4096)?;
            anyhow::Ok((listener, Server::start(Ipv4Addr::LOCALHOST, names).await?))
        })?;
        let port = listener.local_addr()?.port();
        runtime.spawn(serve(listener, acceptor, health));
        Ok(Self {
            resolver: names.address,
            _names: names,
            _runtime: runtime,
            port,
        })
    }
}

/// The name of a host.
pub fn name(number: u16) -> String {
    format!("h{number}.{ZONE}")
}

/// The address of a host: it bears the number.
pub fn address(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 77, high, low)
}

fn number(address: SocketAddr) -> u16 {
    match address.ip() {
        IpAddr::V4(ip) => u16::from_be_bytes([ip.octets()[2], ip.octets()[3]]),
        IpAddr::V6(_) => 0,
    }
}

fn certified(file: &Path) -> Result<TlsAcceptor> {
    let authority = Authority::new("Bench Authority")?;
    fs_err::write(file, authority.pem())?;
    let config = authority.server(Wanted::sound(&format!("*.{ZONE}")))?;
    Ok(TlsAcceptor::from(config))
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, health: Health) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let _ = answer(stream, acceptor, health).await;
        });
    }
}

async fn answer(stream: TcpStream, acceptor: TlsAcceptor, health: Health) -> Result<()> {
    let (silent, slow) = match (health, number(stream.local_addr()?) % 20) {
        (Health::Some, 7) => (true, false),
        (Health::Some, 13) => (false, true),
        _ => (false, false),
    };
    if silent {
        time::sleep(Duration::from_secs(60)).await;
        return Ok(());
    }
    time::sleep(ROUND_TRIP * 2).await;
    let mut stream = acceptor.accept(stream).await?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && request.len() < 8 << 10 {
        stream.read_buf(&mut request).await?;
    }
    time::sleep(if slow {
        ROUND_TRIP + SLOWNESS
    } else {
        ROUND_TRIP
    })
    .await;
    stream.write_all(ANSWER).await?;
    stream.shutdown().await?;
    Ok(())
}

fn reply(asked: &Asked) -> Option<Vec<u8>> {
    let (query, mut message) = (&asked.query, asked.response());
    let text = query.name().to_lowercase().to_ascii();
    let own = text
        .strip_suffix(&format!(".{ZONE}."))
        .and_then(|host| host.strip_prefix('h'));
    match (own.and_then(|own| own.parse().ok()), query.query_type()) {
        (Some(number), RecordType::A) => {
            let data = RData::A(address(number).into());
            message.add_answer(Record::from_rdata(query.name().clone(), 60, data));
        }
        (Some(_), _) => {}
        (None, _) => message.metadata.response_code = ResponseCode::NXDomain,
    }
    message.to_vec().ok()
}
