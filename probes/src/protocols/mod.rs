//! Services beyond the web: the domain controllers' ports by their own protocols, public time
//! servers, and whether packets of full size get through.
//!
//! Each controller gets one connection or one question at each port that a role needs: no sign-in,
//! no password, nothing that changes anything. Its Kerberos service notes a request for a principal
//! that does not exist.

mod asn1;
mod attempt;
mod controller;
mod kerberos;
mod kpasswd;
mod large_packets;
mod ldap_ping;
mod ntp;
mod ports;
mod rpc;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use futures::{FutureExt, StreamExt, future::join_all, stream};
use waterline_facts::{
    Gap, ProbeId, ProtocolFacts, Reason, Seen,
    protocols::{ControllerServiceFacts, TimeServerFacts},
};

use crate::{
    Contact, Context, Draft, Probe, ProbeError,
    catalog::{Catalog, RecordType, Role},
    dns::client::{Client, Data, LookupError},
};
use large_packets::Greeted;

/// Controllers that are asked; of a domain with more, the first by name.
const MOST_CONTROLLERS: usize = 64;
/// Controllers that are asked at once: each at fifteen ports.
const AT_ONCE: usize = 8;
/// Set-up of devices asks this one (Windows Autopilot networking requirements, 2024-11-25).
const TIME_SERVERS: [&str; 1] = ["time.windows.com"];
const NTP: u16 = 123;
const LDAPS: u16 = 636;
const HTTPS: u16 = 443;

/// What the probe is to look at.
#[derive(Debug, Clone)]
pub struct ProtocolSettings {
    /// For the public name to which large packets are sent.
    pub catalog: Arc<Catalog>,
    /// The roles for which this machine stands; empty for all.
    pub roles: Vec<Role>,
    /// The DNS name of the Active Directory domain; absent if none is known.
    pub domain: Option<String>,
    /// Resolvers to ask in place of the system's; empty for the system's.
    pub resolvers: Vec<SocketAddr>,
    /// Public time servers, by name or address.
    pub time_servers: Vec<String>,
    /// Whether this machine reaches the public by itself: behind a proxy it need not.
    pub direct: bool,
    /// Ports that stand in for others: none but in tests.
    pub instead: BTreeMap<u16, u16>,
}

impl ProtocolSettings {
    /// The usual time servers, and no domain.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            roles: Vec::new(),
            domain: None,
            resolvers: Vec::new(),
            time_servers: TIME_SERVERS.map(str::to_owned).into(),
            direct: true,
            instead: BTreeMap::new(),
        }
    }

    /// Whom a run with these settings asks, besides the domain's controllers, which only DNS knows.
    pub fn contacts(&self) -> Vec<Contact> {
        let contact = |host: &str, port, protocol, purpose: &str| Contact {
            host: host.to_owned(),
            port,
            protocol,
            proxy: None,
            purpose: purpose.to_owned(),
        };
        let times = self.time_servers.iter();
        let times = times.map(|host| contact(host, NTP, "ntp", "the time"));
        let public = self.public_name();
        let large = public.map(|host| contact(host, HTTPS, "tls", "packets of full size"));
        times.chain(large).collect()
    }

    /// The ports at which each controller of the domain is asked, in words.
    pub fn controller_ports() -> String {
        let ports: BTreeSet<_> = ports::ALL
            .iter()
            .map(|s| s.port)
            .filter(|p| *p > 0)
            .collect();
        let ports: Vec<_> = ports.iter().map(ToString::to_string).collect();
        format!("{} and the port of directory replication", ports.join(", "))
    }

    fn public_name(&self) -> Option<&str> {
        self.direct
            .then(|| self.catalog.records.public_name.as_str())
    }
}

/// Looks at services beyond the web.
#[derive(Debug, Clone)]
pub struct ProtocolProbe {
    settings: ProtocolSettings,
}

impl ProtocolProbe {
    /// A probe with these settings.
    pub fn new(settings: ProtocolSettings) -> Self {
        Self { settings }
    }

    async fn ask(&self, cx: &Context, draft: &Draft<ProtocolFacts>) {
        let client = match self.settings.resolvers.as_slice() {
            [] => Client::of_the_system(cx.patience),
            servers => Ok(Client::asking(servers, cx.patience)),
        };
        let client = match client {
            Ok(client) => client,
            Err(error) => return draft.update(|facts| nobody(facts, &error)),
        };
        tokio::join!(
            self.ask_controllers(&client, cx, draft),
            self.ask_time_servers(&client, cx, draft),
        );
        self.send_large_packets(&client, cx, draft).await;
    }

    async fn ask_controllers(&self, client: &Client, cx: &Context, draft: &Draft<ProtocolFacts>) {
        let (domain, hosts) = match self.controllers(client).await {
            Seen::Known(found) => found,
            Seen::Absent => return draft.update(|facts| facts.controllers = Seen::Absent),
            Seen::Unknown(gap) => {
                return draft.update(|facts| facts.controllers = Seen::Unknown(gap));
            }
        };
        let empty = hosts
            .iter()
            .map(|host| controller::not_asked(host, &self.settings));
        let empty: Vec<_> = empty.collect();
        draft.update(|facts| facts.controllers = Seen::Known(empty.clone()));
        cx.progress.expect(hosts.len() as u64);
        let asks = empty.into_iter().enumerate().map(|(place, facts)| {
            let domain = domain.as_str();
            async move {
                let address = first_address(client, &facts.host).await;
                let learned = controller::learn(facts, address, &self.settings, domain, cx);
                (place, learned.await)
            }
            .boxed()
        });
        let asks: Vec<_> = asks.collect();
        let mut learned = stream::iter(asks).buffer_unordered(AT_ONCE.min(cx.concurrency.max(1)));
        while let Some((place, facts)) = learned.next().await {
            draft.update(|draft| replace(draft, place, facts));
            cx.progress.advance(1);
        }
    }

    /// The domain, and its controllers by DNS, sorted.
    async fn controllers(&self, client: &Client) -> Seen<(String, Vec<String>)> {
        let Some(domain) = &self.settings.domain else {
            let gap = Gap::new(Reason::NotConfigured, "no directory domain is known");
            let remedy = "name the domain with --domain or in the profile";
            return Seen::Unknown(gap.with_remedy(remedy));
        };
        let name = format!("_ldap._tcp.dc._msdcs.{domain}");
        let found = match client.records(&name, RecordType::Srv).await {
            Ok(found) => found,
            Err(error) => return unknown(&name, &error),
        };
        let hosts = found.into_iter().filter_map(|data| match data {
            Data::Service { host, .. } if !host.is_empty() => Some(host),
            _ => None,
        });
        let hosts: BTreeSet<_> = hosts.collect();
        let hosts = hosts.into_iter().take(MOST_CONTROLLERS).collect();
        Seen::Known((domain.clone(), hosts))
    }

    async fn ask_time_servers(&self, client: &Client, cx: &Context, draft: &Draft<ProtocolFacts>) {
        let port = self.settings.instead.get(&NTP).copied().unwrap_or(NTP);
        let asks = self.settings.time_servers.iter().map(|host| async move {
            let address = first_address(client, host).await;
            let time = match &address {
                Seen::Known(address) => {
                    let address = SocketAddr::new(*address, port);
                    let asked = controller::time(address, cx.patience, cx.clock).await;
                    let silent = || Seen::unknown(Reason::TimedOut, "it did not answer");
                    asked.got.map_or_else(silent, Seen::Known)
                }
                Seen::Absent => Seen::unknown(Reason::Unreachable, "it has no address"),
                Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
            };
            TimeServerFacts {
                host: host.clone(),
                address: address.map(|address| address.to_string()),
                time,
            }
        });
        let mut servers = join_all(asks).await;
        servers.sort_by(|one, other| one.host.cmp(&other.host));
        draft.update(|facts| facts.time_servers = Seen::Known(servers));
    }

    /// Greets each controller that was reached, and the public name.
    async fn send_large_packets(
        &self,
        client: &Client,
        cx: &Context,
        draft: &Draft<ProtocolFacts>,
    ) {
        let controllers = draft.snapshot().0.controllers.into_known();
        let mut greeted: Vec<_> = controllers
            .unwrap_or_default()
            .into_iter()
            .map(|controller| {
                let address = controller
                    .address
                    .and_then(|address| match address.parse() {
                        Ok(address) => Seen::Known(self.socket(address, LDAPS)),
                        Err(_) => Seen::Absent,
                    });
                (controller.host, LDAPS, address)
            })
            .collect();
        if let Some(host) = self.settings.public_name() {
            let address = first_address(client, host).await;
            let address = address.map(|address| self.socket(address, HTTPS));
            greeted.push((host.to_owned(), HTTPS, address));
        }
        let learned = greeted.into_iter().map(|(host, port, address)| {
            let greeted = Greeted {
                host,
                port,
                address,
            };
            greeted.learn(&cx.tls, cx.patience).boxed()
        });
        let learned: Vec<_> = learned.collect();
        let learned = stream::iter(learned).buffer_unordered(cx.concurrency.max(1));
        let mut learned: Vec<_> = learned.collect().await;
        learned.sort_by(|a, b| (&a.host, a.port).cmp(&(&b.host, b.port)));
        draft.update(|facts| facts.large_packets = Seen::Known(learned));
    }

    fn socket(&self, address: IpAddr, port: u16) -> SocketAddr {
        let instead = self.settings.instead.get(&port).copied();
        SocketAddr::new(address, instead.unwrap_or(port))
    }
}

#[async_trait]
impl Probe for ProtocolProbe {
    type Facts = ProtocolFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Protocols
    }

    async fn run(&self, cx: &Context, draft: &Draft<ProtocolFacts>) -> Result<(), ProbeError> {
        tokio::select! {
            biased;
            () = cx.cancel.cancelled() => Err(ProbeError::new(Reason::Cancelled, "")),
            () = self.ask(cx, draft) => Ok(()),
        }
    }
}

fn replace(draft: &mut ProtocolFacts, place: usize, facts: ControllerServiceFacts) {
    if let Seen::Known(controllers) = &mut draft.controllers
        && let Some(slot) = controllers.get_mut(place)
    {
        *slot = facts;
    }
}

async fn first_address(client: &Client, host: &str) -> Seen<IpAddr> {
    if let Ok(address) = host.parse() {
        return Seen::Known(address);
    }
    match client.addresses(host).await {
        Ok(all) => all
            .first()
            .map_or(Seen::Absent, |first| Seen::Known(*first)),
        Err(error) if error.is_absence() => Seen::Absent,
        Err(error) => unknown(host, &error),
    }
}

fn unknown<T>(name: &str, error: &LookupError) -> Seen<T> {
    let gap = Gap::new(error.reason(), format!("{name}: {error}"));
    Seen::Unknown(gap.with_remedy("ask a resolver of the domain with --resolver"))
}

/// Without a resolver nobody can be found.
fn nobody(facts: &mut ProtocolFacts, error: &LookupError) {
    let gap = Gap::new(error.reason(), error.to_string()).with_remedy("name one with --resolver");
    facts.controllers = Seen::Unknown(gap.clone());
    facts.time_servers = Seen::Unknown(gap.clone());
    facts.large_packets = Seen::Unknown(gap);
}
