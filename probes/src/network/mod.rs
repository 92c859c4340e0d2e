//! The endpoints of the services, as this machine reaches them, stage by stage.
//!
//! For each host and port of the catalogue that the chosen targets, cloud and roles ask for (the
//! others are listed as not learned): resolves the name, connects, asks a proxy for a tunnel where one was named, shakes hands, and
//! sends one GET without credentials. The sign-in host is also asked for the tenant of each chosen
//! domain. Redirects are not followed, UDP is not probed, and nobody outside the list is contacted
//! but the resolvers and the proxy.

mod attempt;
mod choice;
mod exchange;
#[cfg(test)]
mod fake;
mod handshake;
mod names;
mod page;
mod plan;
pub mod proxy;
mod tcp;
mod tenants;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use waterline_facts::{
    Cloud, NetworkFacts, ProbeId, Reason, Seen,
    network::{EndpointFacts, EndpointFailure, FailureReason, Stage},
    seen::known_or_absent,
};

use crate::{
    Contact, Context, Draft, Probe, ProbeError,
    catalog::{Catalog, Role},
};
use attempt::Way;
use plan::Planned;
pub use proxy::{ProxyAddress, ProxyChoice, ProxyVariables};

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
    /// Regions of the tenant, as the catalogue names them; endpoints of other regions are optional.
    pub regions: Vec<String>,
    /// The public domains whose tenant is asked for, lower case.
    pub domains: Vec<String>,
    /// Which way to go.
    pub proxy: ProxyChoice,
    /// Resolvers to ask in place of the system's; empty for the system's, hosts file included.
    pub resolvers: Vec<SocketAddr>,
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
            domains: Vec::new(),
            proxy: ProxyChoice::default(),
            resolvers: Vec::new(),
        }
    }

    /// Every endpoint that a run with these settings contacts, sorted. The resolvers, which it asks
    /// for their addresses, are listed by [`crate::dns::DnsSettings::contacts`].
    pub fn contacts(&self) -> Vec<Contact> {
        let planned = plan::plan(self).into_iter();
        let contact = |planned: Planned| {
            let Planned {
                facts, purposes, ..
            } = planned;
            let proxy = self.proxy.for_host(facts.scheme, &facts.host);
            Contact {
                proxy: proxy.map(ToString::to_string),
                host: facts.host,
                port: facts.port,
                protocol: facts.scheme.name(),
                purpose: purposes.join(", "),
            }
        };
        planned.filter(Planned::is_contacted).map(contact).collect()
    }

    /// What is known before anybody was contacted: every endpoint, nothing of it.
    fn beforehand(&self, planned: &[Planned]) -> NetworkFacts {
        let mut roles: Vec<_> = self.roles.iter().map(|r| r.name().to_owned()).collect();
        roles.sort();
        roles.dedup();
        NetworkFacts {
            proxy: known_or_absent(self.proxy.usual().map(ToString::to_string)),
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
        );
    }

    async fn contact_all(&self, planned: Vec<Planned>, cx: &Context, draft: &Draft<NetworkFacts>) {
        if let ProxyChoice::Environment(variables) = &self.settings.proxy
            && variables.credentials_dropped
        {
            draft.note("the proxy's credentials in the environment were left out: none are sent");
        }
        let way = Way::new(&self.settings, cx);
        let contacted = |(_, planned): &(usize, Planned)| planned.is_contacted();
        let asks: Vec<_> = planned.into_iter().enumerate().filter(contacted).collect();
        cx.progress.expect(asks.len() as u64);
        stream::iter(asks)
            .for_each_concurrent(cx.concurrency.max(1), |(place, planned)| {
                let way = &way;
                async move {
                    let facts = attempt::contact(planned, way).await;
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
