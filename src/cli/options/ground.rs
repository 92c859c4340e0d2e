//! What a run stands on: this machine and its network, or a simulated world in their place.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use waterline_probes::{directory::Source, network::PublicRoots, system::Live, tls};

use super::{certificates, network::NetworkOptions};
use crate::{exit::Usage, run::MachineRead};

const DNS_PORT: u16 = 53;

/// What a run stands on.
pub struct Ground {
    /// Whose files and settings are read.
    pub machine: MachineRead,
    /// Resolvers to ask; empty for the system's.
    pub resolvers: Vec<SocketAddr>,
    /// Resolvers that have the public view.
    pub public_resolvers: Vec<SocketAddr>,
    /// The port of the zones' own name servers.
    pub name_server_port: u16,
    /// TLS settings of every connection.
    pub tls: Arc<rustls::ClientConfig>,
    /// The authorities that count as public.
    pub public_roots: Arc<PublicRoots>,
    /// Ports that stand in for others.
    pub instead: BTreeMap<u16, u16>,
    /// Where the directory is read, in place of what the options say.
    pub directory: Option<Source>,
}

impl Ground {
    /// This machine and its network, as the options have it.
    ///
    /// # Errors
    /// If a file of certificates cannot be used.
    pub fn real(options: &NetworkOptions) -> Result<Self, Usage> {
        Ok(Self {
            machine: MachineRead(Arc::new(Live)),
            resolvers: options.resolvers(),
            public_resolvers: options.public_resolvers(),
            name_server_port: DNS_PORT,
            tls: tls(&options.ca_file)?,
            public_roots: options.public_roots()?,
            instead: BTreeMap::new(),
            directory: None,
        })
    }
}

/// TLS settings that trust the platform's roots and those of the files.
fn tls(files: &[std::path::PathBuf]) -> Result<Arc<rustls::ClientConfig>, Usage> {
    let roots = certificates::all_of("--ca-file", files)?;
    tls::client_config(roots).map_err(|error| {
        let message = match files.is_empty() {
            true => format!(
                "this machine's trust store cannot be used: {error}; name one with --ca-file"
            ),
            false => format!("--ca-file: {error}"),
        };
        Usage::new(message)
    })
}
