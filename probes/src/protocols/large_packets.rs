//! Whether packets of full size get through: a greeting of TLS that fits one packet, and one that
//! takes several.
//!
//! The large one lists protocols that nobody speaks until it is large. Any answer will do, a refusal
//! too; nothing is verified, as nothing is said.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::{ClientConfig, ClientConnection, pki_types::ServerName};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use waterline_facts::{Reason, Seen, protocols::LargePacketFacts};

use super::attempt;

/// Names of protocols that make the greeting longer than two packets of an Ethernet.
const FILLERS: u8 = 16;
const FILLER_LENGTH: usize = 250;

/// A server that is greeted.
pub(super) struct Greeted {
    pub host: String,
    pub port: u16,
    pub address: Seen<SocketAddr>,
}

impl Greeted {
    /// What it answers to both greetings.
    pub(super) async fn learn(self, tls: &ClientConfig, patience: Duration) -> LargePacketFacts {
        let mut config = tls.clone();
        config.alpn_protocols = Vec::new();
        let small = self.greet(&config, patience).await;
        config.alpn_protocols = (0..FILLERS)
            .map(|n| vec![b'a' + n; FILLER_LENGTH])
            .collect();
        let large = match &small {
            Seen::Known(true) => self.greet(&config, patience).await,
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
            _ => Seen::unknown(Reason::TimedOut, "not even a small packet was answered"),
        };
        LargePacketFacts {
            host: self.host,
            port: self.port,
            small,
            large,
        }
    }

    /// Whether a greeting with these settings is answered.
    async fn greet(&self, config: &ClientConfig, patience: Duration) -> Seen<bool> {
        let address = match &self.address {
            Seen::Known(address) => *address,
            Seen::Absent => return Seen::unknown(Reason::Unreachable, "it has no address"),
            Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
        };
        let Some(greeting) = greeting(&self.host, config) else {
            let detail = format!("`{}` is no name for a certificate", self.host);
            return Seen::unknown(Reason::Failed, detail);
        };
        let Some(mut stream) = attempt::connect(address, patience).await.got else {
            let detail = format!("{address} cannot be connected to");
            return Seen::unknown(Reason::Unreachable, detail);
        };
        let answered = timeout(patience, async {
            stream.write_all(&greeting).await?;
            stream.read_u8().await
        })
        .await;
        match answered {
            Err(_) => Seen::Known(false),
            Ok(Ok(_)) => Seen::Known(true),
            // It was told that the greeting arrived, or that somebody on the way ended it.
            Ok(Err(error)) => Seen::unknown(Reason::Unreachable, format!("{address}: {error}")),
        }
    }
}

fn greeting(host: &str, config: &ClientConfig) -> Option<Vec<u8>> {
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config.clone()), name).ok()?;
    let mut bytes = Vec::new();
    connection.write_tls(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::context::testing::context;

    /// What is learned of a server that answers greetings of at most so many bytes.
    async fn learn(most: usize) -> LargePacketFacts {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let length = {
                    let mut header = [0; 5];
                    stream.read_exact(&mut header).await.unwrap();
                    usize::from(u16::from_be_bytes([header[3], header[4]]))
                };
                match length <= most {
                    true => stream.write_all(b"\x15\x03\x03").await.unwrap(),
                    false => std::mem::forget(stream),
                }
            }
        });
        let greeted = Greeted {
            host: "a.example".to_owned(),
            port: address.port(),
            address: Seen::Known(address),
        };
        let cx = context(Duration::from_millis(400));
        let facts = greeted.learn(&cx.tls, cx.patience).await;
        server.abort();
        facts
    }

    #[tokio::test]
    async fn way_that_drops_full_packets_is_found_out() {
        let cases = [
            (100_000, Seen::Known(true), Some(true)),
            (1400, Seen::Known(true), Some(false)),
            (0, Seen::Known(false), None),
        ];
        for (most, small, large) in cases {
            let facts = learn(most).await;
            assert_eq!(facts.small, small, "{most}");
            assert_eq!(facts.large.known().copied(), large, "{most}");
        }
    }
}
