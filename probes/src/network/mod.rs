//! The endpoints of the services, as this machine reaches them, stage by stage.
//!
//! For each host and port of the catalogue that the chosen targets, cloud and roles ask for (the
//! others are listed as not learned): resolves the name, connects, asks a proxy for a tunnel where one was named, shakes hands, and
//! sends one GET without credentials. The sign-in host is also asked for the tenant of each chosen
//! domain. Behind a proxy each host is also contacted past it, to compare. Redirects are not followed, UDP is not probed, and nobody outside the list is contacted
//! but the resolvers and the proxy.

mod attempt;
mod choice;
mod condition;
mod exchange;
#[cfg(test)]
mod fake;
mod handshake;
pub mod issuers;
mod names;
mod pac;
mod page;
mod plan;
pub mod proxy;
mod raw;
mod slots;
mod sockets;
pub mod stores;
mod tcp;
mod tenants;
#[cfg(test)]
mod tests;
mod ways;

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use waterline_facts::{
    Cloud, NetworkFacts, ProbeId, Reason, Seen,
    network::{EndpointFacts, EndpointFailure, FailureReason, ProxySettingFacts, Scheme, Stage},
    seen::known_or_absent,
};

use crate::{
    Contact, Context, Draft, Probe, ProbeError,
    catalog::{Catalog, Role},
    evidence,
};
pub use issuers::PublicRoots;
use plan::Planned;
use proxy::Route;
pub use proxy::{ProxyAddress, ProxyChoice, ProxyRules};
pub use raw::again;
pub use slots::Limits;
use ways::Ways;

pub(crate) use pac::count_proxies as count_script_proxies;

/// How the probe names itself to servers.
const AGENT: &str = concat!("waterline/", env!("CARGO_PKG_VERSION"));

/// What the probe is to look at.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// The endpoints.
    pub catalog: Arc<Catalog>,
    /// The targets whose endpoints are contacted; those of others are listed only.
    pub targets: Vec<String>,
    /// The cloud whose endpoints are wanted.
    pub cloud: Cloud,
    /// For whom this machine stands: endpoints that only others contact are listed only. Empty for
    /// everyone.
    pub roles: Vec<Role>,
    /// Regions of the tenant, as the catalogue names them; endpoints of other regions are not
    /// needed. Empty if they are not known: all are optional then.
    pub regions: Vec<String>,
    /// What the organisation has answered: question id to answer. They decide which endpoints are
    /// needed.
    pub attested: BTreeMap<String, bool>,
    /// The public domains whose tenant is asked for, lower case.
    pub domains: Vec<String>,
    /// Which way to go. Where that is through a proxy, the direct way is gone as well, to compare.
    pub proxy: ProxyChoice,
    /// What the machine says of proxies, for the facts.
    pub proxy_settings: Vec<ProxySettingFacts>,
    /// Where the PAC file lies that the machine names.
    pub pac: Option<String>,
    /// The authorities that count as public: what another has issued was made on the way.
    pub public_roots: Arc<PublicRoots>,
    /// How many connections there may be at once.
    pub limits: Limits,
    /// Resolvers to ask in place of the system's; empty for the system's, hosts file included.
    pub resolvers: Vec<SocketAddr>,
    /// Ports that stand in for others: none but in tests and simulated worlds.
    pub instead: BTreeMap<u16, u16>,
}

impl NetworkSettings {
    /// The commercial cloud for everyone, directly, through the system's resolvers; no target yet.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self {
            catalog,
            targets: Vec::new(),
            cloud: Cloud::default(),
            roles: Vec::new(),
            regions: Vec::new(),
            attested: BTreeMap::new(),
            domains: Vec::new(),
            proxy: ProxyChoice::default(),
            proxy_settings: Vec::new(),
            pac: None,
            public_roots: PublicRoots::mozilla(),
            limits: Limits::default(),
            resolvers: Vec::new(),
            instead: BTreeMap::new(),
        }
    }

    /// Where a port really is.
    fn real(&self, port: u16) -> u16 {
        self.instead.get(&port).copied().unwrap_or(port)
    }

    /// Every endpoint that a run with these settings contacts, sorted. The resolvers, which it asks
    /// for their addresses, are listed by [`crate::dns::DnsSettings::contacts`].
    pub fn contacts(&self) -> Vec<Contact> {
        let planned = plan::plan(self).into_iter();
        let contact = |planned: Planned| {
            let Planned {
                facts, purposes, ..
            } = planned;
            let purpose = purposes.join(", ");
            let one = |proxy: Option<String>, purpose| Contact {
                proxy,
                host: facts.host.clone(),
                port: facts.port,
                protocol: facts.scheme.name(),
                purpose,
            };
            let beside = || one(None, format!("{purpose}; past the proxy, to compare"));
            match self.proxy.for_host(facts.scheme, &facts.host) {
                Route::Direct => vec![one(None, purpose)],
                Route::Through(proxy) => {
                    let through = one(Some(proxy.to_string()), purpose.clone());
                    vec![through, beside()]
                }
                Route::Unsettled => vec![beside()],
            }
        };
        let contacted = planned.filter(Planned::is_contacted);
        contacted
            .flat_map(contact)
            .chain(self.pac_contact())
            .collect()
    }

    /// Groups of the catalogue that a run with these settings leaves out because what the profile says
    /// makes them needless, each with the reason, by id.
    pub fn not_needed(&self) -> BTreeMap<String, String> {
        plan::not_needed(self)
    }

    fn pac_contact(&self) -> Option<Contact> {
        let url = reqwest::Url::parse(self.pac.as_ref()?).ok()?;
        Some(Contact {
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
            protocol: Scheme::Http.name(),
            proxy: None,
            purpose: "the PAC file that the proxy settings name".to_owned(),
        })
    }

    /// The usual proxy as a fact.
    fn proxy_fact(&self) -> Seen<String> {
        match &self.proxy {
            ProxyChoice::Automatic => Seen::unknown(
                Reason::Unsupported,
                "a PAC file chooses it, and none is evaluated",
            ),
            choice => known_or_absent(choice.usual().map(ToString::to_string)),
        }
    }

    /// What is known before anybody was contacted: every endpoint, nothing of it.
    fn beforehand(&self, planned: &[Planned]) -> NetworkFacts {
        let mut roles: Vec<_> = self.roles.iter().map(|r| r.name().to_owned()).collect();
        roles.sort();
        roles.dedup();
        NetworkFacts {
            proxy: self.proxy_fact(),
            proxy_settings: self.proxy_settings.clone(),
            pac: match self.pac {
                Some(_) => Seen::not_run(),
                None => Seen::Absent,
            },
            cloud: self.cloud.name().to_owned(),
            roles,
            catalog_as_of: self.catalog.as_of(),
            endpoints: Seen::Known(planned.iter().map(|p| p.facts.clone()).collect()),
            tenants: tenants::beforehand(self, planned),
        }
    }
}

/// Looks at the endpoints.
#[derive(Debug, Clone)]
pub struct NetworkProbe {
    settings: NetworkSettings,
}

impl NetworkProbe {
    /// A probe with these settings.
    pub fn new(settings: NetworkSettings) -> Self {
        Self { settings }
    }

    async fn look(&self, cx: &Context, draft: &Draft<NetworkFacts>) {
        let planned = plan::plan(&self.settings);
        let beforehand = self.settings.beforehand(&planned);
        let domains = beforehand.tenants.known().cloned().unwrap_or_default();
        draft.update(|facts| *facts = beforehand);
        let learned = |place, tenant_id| {
            draft.update(|facts| replace_tenant(facts, place, tenant_id));
        };
        tokio::join!(
            self.contact_all(planned, cx, draft),
            tenants::ask_all(&self.settings, domains, cx, learned),
            async {
                let pac = pac::fetch(&self.settings, cx).await;
                draft.update(|facts| facts.pac = pac);
            },
        );
    }

    async fn contact_all(&self, planned: Vec<Planned>, cx: &Context, draft: &Draft<NetworkFacts>) {
        if let ProxyChoice::ByRules(rules) = &self.settings.proxy
            && rules.credentials_dropped
        {
            draft.note("the proxy's credentials in the settings were left out: none are sent");
        }
        let ways = Ways::new(&self.settings, cx);
        let contacted = |(_, planned): &(usize, Planned)| planned.is_contacted();
        let asks: Vec<_> = planned.into_iter().enumerate().filter(contacted).collect();
        cx.progress.expect(asks.len() as u64);
        stream::iter(asks)
            .for_each_concurrent(None, |(place, planned)| {
                let ways = &ways;
                async move {
                    let path = format!("network.endpoints[{place}]");
                    let facts = evidence::about(path, ways::contact(planned, ways)).await;
                    draft.update(|draft| replace(draft, place, facts));
                    cx.progress.advance(1);
                }
            })
            .await;
    }
}

#[async_trait]
impl Probe for NetworkProbe {
    type Facts = NetworkFacts;

    fn id(&self) -> ProbeId {
        ProbeId::Network
    }

    async fn run(&self, cx: &Context, draft: &Draft<NetworkFacts>) -> Result<(), ProbeError> {
        tokio::select! {
            biased;
            () = cx.cancel.cancelled() => Err(ProbeError::new(Reason::Cancelled, "")),
            () = self.look(cx, draft) => Ok(()),
        }
    }
}

fn replace(draft: &mut NetworkFacts, place: usize, facts: EndpointFacts) {
    if let Seen::Known(endpoints) = &mut draft.endpoints
        && let Some(slot) = endpoints.get_mut(place)
    {
        *slot = facts;
    }
}

fn replace_tenant(draft: &mut NetworkFacts, place: usize, tenant_id: Seen<String>) {
    if let Seen::Known(tenants) = &mut draft.tenants
        && let Some(slot) = tenants.get_mut(place)
    {
        slot.tenant_id = tenant_id;
    }
}

/// A connection, whatever it is made of.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}
type Stream = Box<dyn Duplex>;

fn failed(stage: Stage, reason: FailureReason, detail: impl Into<String>) -> EndpointFailure {
    EndpointFailure {
        stage,
        reason,
        detail: detail.into(),
    }
}
