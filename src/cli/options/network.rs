//! Options about name resolution and the network.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
};

use clap::Args;
use waterline_probes::{
    catalog::{Catalog, Role},
    network::{ProxyAddress, ProxyChoice, ProxyVariables},
};

use crate::exit::Usage;

/// Options about name resolution and the network.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkOptions {
    /// Resolvers to ask in place of the system's, as ADDRESS or ADDRESS:PORT
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "WATERLINE_RESOLVER",
        value_delimiter = ','
    )]
    resolver: Vec<Resolver>,
    /// Proxy to go through: http://HOST:PORT, `system` for that of the environment variables, or
    /// `none`
    #[arg(
        long,
        value_name = "PROXY",
        env = "WATERLINE_PROXY",
        default_value = "system"
    )]
    proxy: Proxy,
    /// For whom this machine stands: device, user, connect-server, connector, site-server, adfs,
    /// web-application-proxy or cmg; else for everyone. What only others contact is not assessed, nor is a minimum that needs it
    #[arg(
        long,
        value_name = "ROLE",
        env = "WATERLINE_ROLE",
        value_delimiter = ','
    )]
    pub role: Vec<Role>,
    /// Catalogue in place of the built-in one: endpoints, ports, DNS records and requirements, or
    /// some of them; endpoints that it leaves out are not assessed
    #[arg(
        long,
        value_name = "FILE",
        env = "WATERLINE_CATALOG",
        alias = "endpoints"
    )]
    catalog: Option<PathBuf>,
    /// File with further certification authorities to trust, PEM
    #[arg(long, value_name = "FILE", env = "WATERLINE_CA_FILE")]
    pub ca_file: Vec<PathBuf>,
}

/// A resolver's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resolver(SocketAddr);

const DNS_PORT: u16 = 53;

impl FromStr for Resolver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let alone = |address: IpAddr| SocketAddr::new(address, DNS_PORT);
        let address = text.parse().or_else(|_| text.parse().map(alone));
        address.map(Self).map_err(|_| {
            "not an address: write 10.0.0.53, 10.0.0.53:5353 or [2001:db8::53]:53".to_owned()
        })
    }
}

/// Which proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Proxy {
    System,
    None,
    Fixed(ProxyAddress),
}

impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "system" => Ok(Self::System),
            "none" => Ok(Self::None),
            address => match address.parse() {
                Ok(address) => Ok(Self::Fixed(address)),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

impl NetworkOptions {
    /// The resolvers that were named.
    pub fn resolvers(&self) -> Vec<SocketAddr> {
        self.resolver.iter().map(|resolver| resolver.0).collect()
    }

    /// Which way to go.
    ///
    /// # Errors
    /// If a variable of the environment cannot be used.
    pub fn proxy(&self) -> Result<ProxyChoice, Usage> {
        match &self.proxy {
            Proxy::None => Ok(ProxyChoice::None),
            Proxy::Fixed(address) => Ok(ProxyChoice::Fixed(address.clone())),
            Proxy::System => {
                let read = ProxyVariables::read(|name| std::env::var(name).ok());
                let say = |error| Usage::new(format!("--proxy system: {error}"));
                read.map(ProxyChoice::Environment).map_err(say)
            }
        }
    }

    /// The catalogue.
    ///
    /// # Errors
    /// If the file that was named cannot be used, with line and column.
    pub fn catalog(&self) -> Result<Arc<Catalog>, Usage> {
        let embedded = Catalog::embedded();
        match &self.catalog {
            None => Ok(embedded),
            Some(file) => embedded.with_file(file).map_err(|error| {
                let message = format!("--catalog: {error}\n{}", error.excerpt());
                Usage::new(message.trim_end())
            }),
        }
    }
}
