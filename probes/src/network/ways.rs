//! The ways to an endpoint: the one that is used, and the direct one beside it to compare.
//!
//! Behind a proxy both are gone; the endpoint's own facts are those of the way that is used. Where a
//! PAC file chooses the way, which is not evaluated, only the direct way is gone, and the endpoint's
//! own facts stay unknown. Both ways are gone at once, each within its own caps.

use std::{collections::BTreeMap, sync::Arc};

use rustls::{ClientConfig, client::Resumption};
use waterline_facts::{
    Gap, Reason, Seen,
    network::{EndpointFacts, IssuerClass, PathFacts, PathKind},
};

use super::{
    NetworkSettings, attempt,
    issuers::PublicRoots,
    names::Names,
    plan::Planned,
    proxy::{ProxyAddress, ProxyChoice, Route},
    slots::Slots,
};
use crate::Context;

/// What all attempts have in common.
pub(super) struct Ways {
    pub names: Names,
    pub slots: Slots,
    pub patience: std::time::Duration,
    pub https: Arc<ClientConfig>,
    pub tls: Arc<ClientConfig>,
    pub roots: Arc<PublicRoots>,
    /// Every host of the catalogue: to these a service may lead.
    pub known: Vec<String>,
    proxy: ProxyChoice,
    instead: BTreeMap<u16, u16>,
}

impl Ways {
    /// The ways that these settings choose.
    pub(super) fn new(settings: &NetworkSettings, cx: &Context) -> Self {
        let groups = settings.catalog.endpoints.iter();
        let hosts = groups.flat_map(|group| &group.hosts);
        let known = hosts.filter_map(|host| host.host.as_ref().map(ToString::to_string));
        Self {
            names: Names::new(settings, cx),
            slots: Slots::new(settings.limits),
            patience: cx.patience,
            https: probing(&cx.tls, &[b"http/1.1"]),
            tls: probing(&cx.tls, &[]),
            roots: Arc::clone(&settings.public_roots),
            known: known.collect(),
            proxy: settings.proxy.clone(),
            instead: settings.instead.clone(),
        }
    }

    /// Where a port really is.
    pub(super) fn real(&self, port: u16) -> u16 {
        self.instead.get(&port).copied().unwrap_or(port)
    }
}

/// TLS settings for probing: nothing resumed, as a resumed session shows no chain.
fn probing(config: &ClientConfig, protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

/// Goes all ways to an endpoint and tells what was seen of it.
pub(super) async fn contact(planned: Planned, ways: &Ways) -> EndpointFacts {
    let direct = attempt::contact(&planned, ways, None);
    match ways
        .proxy
        .for_host(planned.facts.scheme, &planned.facts.host)
    {
        Route::Direct => {
            let mut facts = direct.await;
            facts.paths = vec![path(&facts, None, true)];
            facts
        }
        Route::Through(proxy) => {
            let through = attempt::contact(&planned, ways, Some(proxy));
            let (direct, mut facts) = tokio::join!(direct, through);
            facts.paths = vec![path(&direct, None, false), path(&facts, Some(proxy), true)];
            facts
        }
        Route::Unsettled => {
            let paths = vec![path(&direct.await, None, false)];
            unsettled(planned.facts, paths)
        }
    }
}

fn path(facts: &EndpointFacts, proxy: Option<&ProxyAddress>, used: bool) -> PathFacts {
    let private = |class: IssuerClass| class == IssuerClass::Private;
    PathFacts {
        path: match proxy {
            Some(_) => PathKind::Proxy,
            None => PathKind::Direct,
        },
        proxy: proxy.map_or(Seen::Absent, |proxy| Seen::Known(proxy.to_string())),
        used,
        reachable: facts.reachable.clone(),
        failure: facts.failure.clone(),
        issuer: facts.tls.clone().and_then(|tls| tls.issuer),
        inspected: facts
            .tls
            .clone()
            .and_then(|tls| tls.issuer_class.map(private)),
    }
}

/// An endpoint to which nobody here knows the way.
fn unsettled(mut facts: EndpointFacts, paths: Vec<PathFacts>) -> EndpointFacts {
    let gap = Gap::new(
        Reason::Unsupported,
        "a PAC file chooses the way to it, and none is evaluated",
    );
    let gap = gap.with_remedy("name the proxy that the file chooses with --proxy");
    facts.reachable = Seen::Unknown(gap.clone());
    facts.failure = Seen::Unknown(gap.clone());
    facts.resolve = Seen::Unknown(gap.clone());
    facts.connect = Seen::Unknown(gap.clone());
    facts.proxy = Seen::Unknown(gap.clone());
    if facts.tls != Seen::Absent {
        facts.tls = Seen::Unknown(gap.clone());
    }
    if facts.http != Seen::Absent {
        facts.http = Seen::Unknown(gap);
    }
    facts.paths = paths;
    facts
}
