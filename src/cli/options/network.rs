//! Options about name resolution and the network.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    str::FromStr,
    sync::Arc,
};

use clap::Args;
use waterline_facts::{Seen, network::ProxySettingFacts};
use waterline_probes::{
    catalog::{Catalog, Role},
    network::{
        ProxyAddress, ProxyChoice, PublicRoots,
        stores::{self, Stored},
    },
    system::System,
};

use super::certificates;
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
    /// Resolvers outside that show the public view of the domains, as ADDRESS or ADDRESS:PORT, such as
    /// 1.1.1.1; the first that answers is asked. They learn the names in use; without this nobody is
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "WATERLINE_PUBLIC_RESOLVER",
        value_delimiter = ','
    )]
    public_resolver: Vec<Resolver>,
    /// Proxy to go through: http://HOST:PORT, `system` for that which the role would use (WinHTTP,
    /// WinINET, a config file of .NET, the environment variables), or `none`
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
    #[arg(long, value_name = "FILE", env = "WATERLINE_CATALOG")]
    catalog: Option<PathBuf>,
    /// File with further certification authorities to trust, PEM
    #[arg(long, value_name = "FILE", env = "WATERLINE_CA_FILE")]
    pub ca_file: Vec<PathBuf>,
    /// File with the certification authorities that count as public in place of the built-in ones,
    /// PEM; a certificate of any other is taken for TLS inspection
    #[arg(long, value_name = "FILE", env = "WATERLINE_PUBLIC_CA_FILE")]
    public_ca_file: Vec<PathBuf>,
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

    /// The resolvers outside that were named.
    pub fn public_resolvers(&self) -> Vec<SocketAddr> {
        let named = self.public_resolver.iter();
        named.map(|resolver| resolver.0).collect()
    }

    /// Which way to go, and what this machine says of it.
    ///
    /// # Errors
    /// If a setting of the machine cannot be used.
    pub fn proxy(&self, system: &dyn System) -> Result<Stored, Usage> {
        let without_settings = |choice| Stored {
            choice,
            pac: None,
            settings: Vec::new(),
        };
        match &self.proxy {
            Proxy::None => Ok(without_settings(ProxyChoice::None)),
            Proxy::Fixed(address) => Ok(Stored {
                settings: vec![ProxySettingFacts {
                    place: "option".to_owned(),
                    server: Seen::Known(address.to_string()),
                    exceptions: Vec::new(),
                    pac: Seen::Absent,
                    discovers: false,
                    used: true,
                }],
                ..without_settings(ProxyChoice::Fixed(address.clone()))
            }),
            Proxy::System => stores::read(system, &self.role)
                .map_err(|error| Usage::new(format!("--proxy system: {error}"))),
        }
    }

    /// The authorities that count as public.
    ///
    /// # Errors
    /// If a file that was named holds no certificate.
    pub fn public_roots(&self) -> Result<Arc<PublicRoots>, Usage> {
        if self.public_ca_file.is_empty() {
            return Ok(PublicRoots::mozilla());
        }
        let roots = certificates::all_of("--public-ca-file", &self.public_ca_file)?;
        Ok(Arc::new(PublicRoots::of(&roots)))
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
