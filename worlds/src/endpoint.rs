//! How a server on a connection behaves: well, or badly in one of the ways that endpoints are ill.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 << 10;

/// A connection, whatever it is made of.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection.
pub type Stream = Box<dyn Duplex>;

/// What a server does with each connection, after it has read a request where it answers one.
#[derive(Clone)]
pub enum Manner {
    /// Takes it, and says nothing.
    Silent,
    /// Takes it and resets it.
    Resets,
    /// Answers a request with these bytes.
    Says(String),
    /// The same after a while.
    SaysAfter(Duration, String),
    /// Says these bytes, then nothing, and never ends.
    StallsAfter(String),
    /// Begins with this text and then goes on with that one without end.
    Floods(String, String),
    /// Says these bytes without end, and asked for nothing.
    Babbles(String),
    /// Answers by what the request's first line asks for.
    Answers(Arc<dyn Fn(&str) -> String + Send + Sync>),
    /// Lets through to this port of loopback, as a proxy does.
    LetsThrough(u16),
}

impl std::fmt::Debug for Manner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Silent => "Silent",
            Self::Resets => "Resets",
            Self::Says(_) | Self::SaysAfter(..) => "Says",
            Self::StallsAfter(_) => "StallsAfter",
            Self::Floods(..) => "Floods",
            Self::Babbles(_) => "Babbles",
            Self::Answers(_) => "Answers",
            Self::LetsThrough(_) => "LetsThrough",
        })
    }
}

/// A server: its certificate, if it speaks TLS, and what it does.
#[derive(Debug, Clone)]
pub struct Conduct {
    /// Settings of TLS; none in clear.
    pub tls: Option<Arc<ServerConfig>>,
    /// What it does.
    pub manner: Manner,
}

impl Conduct {
    /// Takes connections without end.
    pub async fn serve(self, listener: TcpListener) {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let conduct = self.clone();
            conversations.spawn(async move { conduct.take(stream).await });
            while conversations.try_join_next().is_some() {}
        }
    }

    /// Takes one connection, whatever becomes of it.
    pub async fn take(&self, stream: TcpStream) {
        if matches!(self.manner, Manner::Resets) {
            // Closing with this option set sends a reset.
            let _ = stream.set_zero_linger();
            return;
        }
        // Whoever goes away or does not shake hands costs nobody but itself.
        let _ = self.converse(Box::new(stream)).await;
    }

    /// Holds one conversation, TLS first.
    ///
    /// # Errors
    /// If the other side goes away or does not shake hands.
    pub async fn converse(&self, stream: Stream) -> io::Result<()> {
        let stream: Stream = match &self.tls {
            None => stream,
            Some(tls) => {
                let acceptor = TlsAcceptor::from(Arc::clone(tls));
                Box::new(acceptor.accept(stream).await?)
            }
        };
        self.manner.behave(stream).await
    }
}

impl Manner {
    async fn behave(&self, mut stream: Stream) -> io::Result<()> {
        match self {
            Self::Silent => return std::future::pending().await,
            Self::Resets => return Ok(()),
            Self::Babbles(text) => return flood(&mut stream, text).await,
            _ => {}
        }
        let head = read_head(&mut stream).await?;
        self.answer(stream, &head).await
    }

    /// Answers a request whose head was read.
    pub(crate) async fn answer(&self, mut stream: Stream, head: &str) -> io::Result<()> {
        match self {
            Self::Says(text) => stream.write_all(text.as_bytes()).await?,
            Self::SaysAfter(pause, text) => {
                time::sleep(*pause).await;
                stream.write_all(text.as_bytes()).await?;
            }
            Self::StallsAfter(text) => {
                stream.write_all(text.as_bytes()).await?;
                stream.flush().await?;
                std::future::pending::<()>().await;
            }
            Self::Floods(beginning, rest) => {
                stream.write_all(beginning.as_bytes()).await?;
                flood(&mut stream, rest).await?;
            }
            Self::Answers(answer) => {
                let first = head.lines().next().unwrap_or_default();
                stream.write_all(answer(first).as_bytes()).await?;
            }
            Self::LetsThrough(port) => {
                let mut behind = TcpStream::connect(("127.0.0.1", *port)).await?;
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                tokio::io::copy_bidirectional(&mut stream, &mut behind).await?;
            }
            Self::Silent => return std::future::pending().await,
            Self::Resets | Self::Babbles(_) => {}
        }
        stream.shutdown().await
    }
}

/// Ends when the other side has had enough and closes.
async fn flood(stream: &mut Stream, text: &str) -> io::Result<()> {
    loop {
        stream.write_all(text.as_bytes()).await?;
    }
}

/// The head of a request.
///
/// # Errors
/// If the connection ends before.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// An answer of HTTP with this status and text.
pub fn page(status: &str, kind: &str, text: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\
         \r\n{text}",
        text.len()
    )
}
