//! Finds a domain's controllers and their addresses.
//!
//! Asks for the locator record `_ldap._tcp.dc._msdcs.<domain>`, for that of this machine's site, and
//! for the addresses of hosts, of the system's resolvers or of those that were named. The only module here that knows the resolver
//! library's types.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::rr::RData,
};
use waterline_facts::{Gap, Reason};

/// A domain has fewer controllers than this, or its DNS lies.
const MOST: usize = 256;

/// What to do if a host has no address.
const NAMES: &str = "check the name, or ask a resolver of the domain with --resolver";

/// Looks names up.
#[derive(Clone)]
pub(super) struct Locator {
    resolver: Option<TokioResolver>,
    hosts_by_system: bool,
    patience: Duration,
}

/// A controller as the locator record names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Located {
    /// Lower comes first.
    pub priority: u16,
    /// Among equals, higher comes first; kept negative so that order follows.
    pub order: i32,
    /// DNS name, lower case, without the last dot.
    pub host: String,
    /// Port of its LDAP service.
    pub port: u16,
}

impl Locator {
    /// Asks these resolvers; the system's if there are none.
    pub fn new(resolvers: &[SocketAddr], patience: Duration) -> Self {
        let builder = if resolvers.is_empty() {
            TokioResolver::builder_tokio()
        } else {
            let config =
                ResolverConfig::from_parts(None, vec![], resolvers.iter().map(server).collect());
            Ok(TokioResolver::builder_with_config(
                config,
                TokioRuntimeProvider::default(),
            ))
        };
        let resolver = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            options.timeout = patience;
            options.attempts = 1;
            options.cache_size = 0;
            builder.build()
        });
        Self {
            resolver: resolver.ok(),
            hosts_by_system: resolvers.is_empty(),
            patience,
        }
    }

    /// The controllers of a domain, in the order in which they should be tried.
    ///
    /// # Errors
    /// If none can be found.
    pub async fn controllers(&self, domain: &str) -> Result<Vec<Located>, Gap> {
        let domain = domain.trim_end_matches('.');
        self.located(&format!("_ldap._tcp.dc._msdcs.{domain}."), domain)
            .await
    }

    /// Those of them that serve a site.
    ///
    /// # Errors
    /// If none can be found.
    pub async fn controllers_of_site(&self, domain: &str, site: &str) -> Result<Vec<Located>, Gap> {
        let domain = domain.trim_end_matches('.');
        let name = format!("_ldap._tcp.{site}._sites.dc._msdcs.{domain}.");
        self.located(&name, domain).await
    }

    async fn located(&self, name: &str, domain: &str) -> Result<Vec<Located>, Gap> {
        let resolver = self.resolver.as_ref().ok_or_else(no_resolver)?;
        // Twice the limit, as a resolver that is silent is asked once more.
        let answer =
            tokio::time::timeout(2 * self.patience, resolver.srv_lookup(name.to_owned())).await;
        let lookup = match answer {
            Ok(Ok(lookup)) => lookup,
            Ok(Err(error)) => return Err(not_found(name, domain, &error)),
            Err(_) => return Err(not_found(name, domain, &NetError::Timeout)),
        };
        let records = lookup.answers().iter();
        let mut found: Vec<_> = records.filter_map(|record| located(&record.data)).collect();
        found.sort();
        found.dedup();
        found.truncate(MOST);
        if found.is_empty() {
            return Err(none_named(name, domain));
        }
        Ok(found)
    }

    /// The addresses of a host; itself if it is an address.
    ///
    /// # Errors
    /// If it has none.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Gap> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let looked_up = tokio::time::timeout(2 * self.patience, self.look_up(host)).await;
        match looked_up {
            Ok(Ok(addresses)) if !addresses.is_empty() => Ok(addresses),
            Ok(Ok(_)) => Err(
                Gap::new(Reason::Unreachable, format!("{host} has no address")).with_remedy(NAMES),
            ),
            Ok(Err(why)) => Err(Gap::new(
                Reason::Unreachable,
                format!("no address for {host}: {why}"),
            )
            .with_remedy(NAMES)),
            Err(_) => Err(Gap::new(
                Reason::TimedOut,
                format!("no address for {host} came in time"),
            )
            .with_remedy(NAMES)),
        }
    }

    async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if self.hosts_by_system {
            let found = tokio::net::lookup_host((host, 0)).await;
            return found
                .map(|all| all.map(|a| a.ip()).collect())
                .map_err(|e| e.to_string());
        }
        let resolver = self.resolver.as_ref().ok_or("no resolver can be used")?;
        let found = resolver.lookup_ip(format!("{host}.")).await;
        found
            .map(|all| all.iter().collect())
            .map_err(|error| error.to_string())
    }
}

/// The host of a locator record; a single dot says that there is decidedly no such service (RFC
/// 2782).
fn located(data: &RData) -> Option<Located> {
    let RData::SRV(srv) = data else {
        return None;
    };
    let host = srv.target.to_utf8().trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then(|| Located {
        priority: srv.priority,
        order: -i32::from(srv.weight),
        host,
        port: srv.port,
    })
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(address.ip());
    config.connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for connection in &mut config.connections {
        connection.port = address.port();
    }
    config
}

fn no_resolver() -> Gap {
    Gap::new(
        Reason::NotConfigured,
        "this machine has no resolver that can be asked",
    )
    .with_remedy("name one with --resolver, or a controller with --server")
}

fn none_named(name: &str, domain: &str) -> Gap {
    Gap::new(
        Reason::NotConfigured,
        format!("DNS names no controller of {domain}: {name} does not exist"),
    )
    .with_remedy("check --domain, ask a resolver of the domain with --resolver, or name a controller with --server")
}

fn not_found(name: &str, domain: &str, error: &NetError) -> Gap {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(_)) => none_named(name, domain),
        NetError::Timeout => Gap::new(
            Reason::TimedOut,
            format!("no resolver told the controllers of {domain} in time"),
        )
        .with_remedy("ask another resolver with --resolver, or name a controller with --server"),
        NetError::NoConnections => Gap::new(
            Reason::Unreachable,
            format!("no resolver can be reached to find the controllers of {domain}"),
        )
        .with_remedy("ask another resolver with --resolver, or name a controller with --server"),
        other => Gap::new(
            Reason::Unreachable,
            format!("{name} could not be looked up: {other}"),
        )
        .with_remedy("ask another resolver with --resolver, or name a controller with --server"),
    }
}
