//! Servers for tests: on loopback, on ports of their own, behaving as they are told.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rustls::{ServerConfig, pki_types::CertificateDer};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use waterline_worlds::{
    authority::{self, Wanted},
    endpoint::{self, Conduct},
};

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

impl From<Manner> for endpoint::Manner {
    fn from(manner: Manner) -> Self {
        match manner {
            Manner::Silent => Self::Silent,
            Manner::Resets => Self::Resets,
            Manner::Says(text) => Self::Says(text.to_owned()),
            Manner::SaysAfter(pause, text) => Self::SaysAfter(pause, text.to_owned()),
            Manner::StallsAfter(text) => Self::StallsAfter(text.to_owned()),
            Manner::Floods(first, rest) => Self::Floods(first.to_owned(), rest.to_owned()),
            Manner::Babbles(text) => Self::Babbles(text.to_owned()),
            Manner::LetsThrough(port) => Self::LetsThrough(port),
        }
    }
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
        Self::listen(Some(Arc::new(config)), manner).await
    }

    async fn listen(tls: Option<Arc<ServerConfig>>, manner: Manner) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&accepted);
        let conduct = Conduct {
            tls,
            manner: manner.into(),
        };
        let task = tokio::spawn(async move {
            let mut conversations = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let conduct = conduct.clone();
                conversations.spawn(async move { conduct.take(stream).await });
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

/// A certificate authority of its own.
pub(super) struct Authority(authority::Authority);

impl Authority {
    pub(super) fn new() -> Self {
        Self(authority::Authority::new("Test Authority").unwrap())
    }

    pub(super) fn root(&self) -> CertificateDer<'static> {
        self.0.root()
    }

    /// Settings of a server with a certificate for this name that ends in this year.
    pub(super) fn server_for(&self, name: &str, ends: i32) -> ServerConfig {
        self.server_with(name, ends, 0)
    }

    /// The same with so many bytes in it that mean nothing.
    pub(super) fn server_with(&self, name: &str, ends: i32, ballast: usize) -> ServerConfig {
        let wanted = Wanted {
            name,
            ends,
            ballast,
        };
        ServerConfig::clone(&self.0.server(wanted).unwrap())
    }
}
