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

use anyhow::{Context, Result};
use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{RData, Record, RecordType},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    runtime::{Builder, Runtime},
    time,
};
use tokio_rustls::TlsAcceptor;

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
        let acceptor = TlsAcceptor::from(Arc::new(certified(authority)?));
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let (listener, socket) = runtime.block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.bind((Ipv4Addr::UNSPECIFIED, 0).into())?;
            let listener = socket.listen(4096)?;
            let names = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            anyhow::Ok((listener, names))
        })?;
        let (port, resolver) = (listener.local_addr()?.port(), socket.local_addr()?);
        runtime.spawn(serve(listener, acceptor, health));
        runtime.spawn(resolve(Arc::new(socket)));
        Ok(Self {
            _runtime: runtime,
            resolver,
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

fn certified(authority: &Path) -> Result<ServerConfig> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = &mut params.distinguished_name;
    name.push(DnType::CommonName, "Bench Authority");
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    fs_err::write(authority, issuer.pem())?;
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(vec![format!("*.{ZONE}")])?.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone(), issuer.der().clone()], key);
    config.context("the certificate that was made cannot be used")
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

async fn resolve(socket: Arc<UdpSocket>) {
    let mut buffer = [0; 1500];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let Some(reply) = reply(&buffer[..length]) else {
            continue;
        };
        let socket = Arc::clone(&socket);
        tokio::spawn(async move {
            time::sleep(ROUND_TRIP).await;
            let _ = socket.send_to(&reply, from).await;
        });
    }
}

fn reply(query: &[u8]) -> Option<Vec<u8>> {
    let request = Message::from_vec(query).ok()?;
    let query = request.queries.first()?.clone();
    let mut message = Message::response(request.metadata.id, request.metadata.op_code);
    message.metadata.recursion_available = true;
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
    message.add_query(query);
    message.to_vec().ok()
}
