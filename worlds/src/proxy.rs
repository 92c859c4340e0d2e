//! A proxy that lets through, forbids, asks for a sign-in, or opens TLS.
//!
//! It makes no second connection: behind a tunnel it behaves as the host would, with the host's
//! certificate or, where it opens TLS, with one of its own authority.

use std::{collections::BTreeMap, io, sync::Arc};

use tokio::{io::AsyncWriteExt, net::TcpListener, task::JoinSet};

use crate::endpoint::{Conduct, Stream, page, read_head};

/// A proxy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxy {
    /// What is behind it, by host and port; what is not here cannot be reached.
    pub hosts: Arc<BTreeMap<(String, u16), Behind>>,
    /// The sign-in that it asks for.
    pub asks_for: Option<String>,
}

/// A host as the proxy shows it.
#[derive(Debug, Clone)]
pub(crate) enum Behind {
    /// It lets through to it, with this certificate.
    Open(Conduct),
    /// It forbids it.
    Forbidden,
}

impl Proxy {
    /// Serves without end.
    pub async fn serve(self, listener: TcpListener) {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let proxy = self.clone();
            conversations.spawn(async move {
                let _ = proxy.converse(Box::new(stream)).await;
            });
            while conversations.try_join_next().is_some() {}
        }
    }

    async fn converse(&self, mut stream: Stream) -> io::Result<()> {
        let head = read_head(&mut stream).await?;
        let mut words = head.split_whitespace();
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if let Some(kind) = &self.asks_for {
            let demand = format!(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: {kind}\r\n\
                 Content-Length: 0\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(demand.as_bytes()).await?;
            return stream.shutdown().await;
        }
        match self.behind(target) {
            None => refuse(stream, "502 Bad Gateway").await,
            Some(Behind::Forbidden) => refuse(stream, "403 Forbidden").await,
            Some(Behind::Open(conduct)) if method == "CONNECT" => {
                stream
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await?;
                conduct.converse(stream).await
            }
            // What is fetched in clear was asked for already.
            Some(Behind::Open(conduct)) => conduct.manner.answer(stream, &head).await,
        }
    }

    /// What is behind it at `HOST:PORT` or `http://HOST[:PORT]/PATH`.
    fn behind(&self, target: &str) -> Option<&Behind> {
        let place = target.strip_prefix("http://").unwrap_or(target);
        let place = place.split('/').next().unwrap_or_default();
        let (host, port) = place.rsplit_once(':').unwrap_or((place, "80"));
        self.hosts.get(&(host.to_lowercase(), port.parse().ok()?))
    }
}

async fn refuse(mut stream: Stream, status: &str) -> io::Result<()> {
    let answer = page(status, "text/plain", "");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
