//! Servers for tests: on loopback, on ports of their own, behaving as they are told.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time,
};
use tokio_rustls::TlsAcceptor;

use super::Stream;

/// What a server does with each connection, after it has read a request where it answers one.
#[derive(Clone)]
pub(super) enum Manner {
    /// Accepts, and says nothing.
    Silent,
    /// Accepts and resets.
    Resets,
    /// Answers every request with these bytes.
    Says(&'static str),
    /// The same after a while.
    SaysAfter(Duration, &'static str),
    /// Says these bytes, then nothing, and never ends.
    StallsAfter(&'static str),
    /// Begins with this text and then goes on with that one without end.
    Floods(&'static str, &'static str),
    /// Says these bytes without end, and asked for nothing.
    Babbles(&'static str),
    /// Lets through to this port of loopback, as a proxy does.
    LetsThrough(u16),
}

/// A server; it ends when it is dropped.
pub(super) struct Server {
    pub(super) port: u16,
    /// Connections that were accepted so far.
    pub(super) accepted: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// A server in clear.
    pub(super) async fn start(manner: Manner) -> Self {
        Self::listen(None, manner).await
    }

    /// A server that speaks TLS with these settings.
    pub(super) async fn with_tls(config: ServerConfig, manner: Manner) -> Self {
        Self::listen(Some(TlsAcceptor::from(Arc::new(config))), manner).await
    }

    async fn listen(tls: Option<TlsAcceptor>, manner: Manner) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let task = tokio::spawn(async move {
            let mut conversations = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                conversations.spawn(converse(stream, tls.clone(), manner.clone()));
            }
        });
        Self {
            port,
            accepted,
            task,
        }
    }
}

/// A port on which nobody listens.
pub(super) async fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap().port()
}

async fn converse(stream: TcpStream, tls: Option<TlsAcceptor>, manner: Manner) {
    if matches!(manner, Manner::Resets) {
        // Closing with this option set sends a reset.
        let _ = stream.set_zero_linger();
        return;
    }
    let stream: Stream = match tls {
        None => Box::new(stream),
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
    };
    let _ = behave(stream, manner).await;
}

async fn behave(mut stream: Stream, manner: Manner) -> std::io::Result<()> {
    if matches!(manner, Manner::Silent) {
        return std::future::pending().await;
    }
    if let Manner::Babbles(text) = manner {
        return flood(&mut stream, text).await;
    }
    read_head(&mut stream).await?;
    match manner {
        Manner::SaysAfter(pause, text) => {
            time::sleep(pause).await;
            stream.write_all(text.as_bytes()).await?;
        }
        Manner::StallsAfter(text) => {
            stream.write_all(text.as_bytes()).await?;
            stream.flush().await?;
            std::future::pending::<()>().await;
        }
        Manner::Floods(beginning, rest) => {
            stream.write_all(beginning.as_bytes()).await?;
            flood(&mut stream, rest).await?;
        }
        Manner::LetsThrough(port) => {
            let mut behind = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            tokio::io::copy_bidirectional(&mut stream, &mut behind).await?;
        }
        Manner::Says(text) => stream.write_all(text.as_bytes()).await?,
        Manner::Silent | Manner::Resets | Manner::Babbles(_) => {}
    }
    stream.shutdown().await
}

/// Ends when the other side has had enough and closes.
async fn flood(stream: &mut Stream, text: &str) -> std::io::Result<()> {
    loop {
        stream.write_all(text.as_bytes()).await?;
    }
}

async fn read_head(stream: &mut Stream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 16 << 10 {
        head.push(stream.read_u8().await?);
    }
    Ok(())
}

/// A certificate authority of its own.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Test Authority");
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub(super) fn root(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// Settings of a server with a certificate for this name that ends in this year.
    pub(super) fn server_for(&self, name: &str, ends: i32) -> ServerConfig {
        self.server_with(name, ends, 0)
    }

    /// The same with so many bytes in it that mean nothing.
    pub(super) fn server_with(&self, name: &str, ends: i32, ballast: usize) -> ServerConfig {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(ends, 1, 1);
        let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 1], vec![0; ballast]);
        params
            .custom_extensions
            .extend((ballast > 0).then_some(extension));
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.0).unwrap();
        let chain = vec![leaf.der().clone(), self.root()];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = crate::tls::provider().key_provider.load_private_key(key);
        let certified = CertifiedKey::new(chain, key.unwrap());
        ServerConfig::builder_with_provider(crate::tls::provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            // Not checked: some are to be wrong.
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)))
    }
}
