//! Ports that stand in for the usual ones, which only an administrator may open: one for each, the
//! same at every address of a world.
//!
//! The port itself is free at every address when it is chosen. Nobody listens where a world has no
//! server: to connect there is refused.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket},
};

/// How often a port is chosen anew.
const TRIES: usize = 50;

/// The ports of a world.
#[derive(Debug, Clone, Default)]
pub struct StandIns(BTreeMap<u16, u16>);

impl StandIns {
    /// Chooses a port for each of these.
    ///
    /// # Errors
    /// If the system has none left.
    pub fn choose(usual: impl IntoIterator<Item = u16>) -> io::Result<Self> {
        let mut chosen = BTreeMap::new();
        for port in usual {
            if !chosen.contains_key(&port) {
                let free = free(&chosen)?;
                chosen.insert(port, free);
            }
        }
        Ok(Self(chosen))
    }

    /// Where a usual port of an address really is.
    pub fn at(&self, address: Ipv4Addr, port: u16) -> SocketAddr {
        let real = self.0.get(&port).copied().unwrap_or(port);
        SocketAddr::new(address.into(), real)
    }

    /// All of them: the real port by the usual one.
    pub fn all(&self) -> &BTreeMap<u16, u16> {
        &self.0
    }
}

/// A port that nobody has at any address, over TCP and UDP.
fn free(taken: &BTreeMap<u16, u16>) -> io::Result<u16> {
    for _ in 0..TRIES {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let port = listener.local_addr()?.port();
        let free = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
        if free && !taken.values().any(|own| *own == port) {
            return Ok(port);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}
