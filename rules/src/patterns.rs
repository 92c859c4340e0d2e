//! What many endpoints, or all resolvers, have in common: facts derived from those of single ones.
//!
//! Forty endpoints that fail in one way have one cause. Counting them here, before rules run, lets a
//! rule name that cause. Derived from an environment whenever it is judged, so that an old recording
//! tells it too; nothing of it is kept.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use waterline_facts::{
    Environment, Seen,
    dns::ResolverFacts,
    network::{EndpointFacts, FailureReason, IssuerClass, Stage},
};

/// What many endpoints have in common.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Patterns {
    /// Issuers of the certificates that were seen, sorted by name.
    pub issuers: Seen<Vec<IssuerPattern>>,
    /// Connections by port, that to a proxy counted for the endpoint's; sorted by port, port 0 for
    /// all ports together.
    pub connections: Seen<Vec<ConnectionPattern>>,
    /// Failures by reason, sorted.
    pub reasons: Seen<Vec<ReasonPattern>>,
    /// Whether one of the resolvers that answer resolves public names. Absent if none answers, and
    /// where a proxy resolves names in their place.
    pub public_names: Seen<bool>,
}

/// An issuer of certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssuerPattern {
    /// Its name, as certificates give it.
    pub issuer: String,
    /// Whether it is a private authority: one that leads to no public root. Unknown if that could
    /// not be told of any of its certificates.
    pub private: Seen<bool>,
    /// Hosts whose certificate it issued.
    pub hosts: u64,
    /// Hosts whose certificate was seen, whoever issued it.
    pub seen: u64,
}

/// Connections to endpoints of one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConnectionPattern {
    /// The port; 0 for all together.
    pub port: u16,
    /// Endpoints that could not be connected to.
    pub failed: u64,
    /// Endpoints of which it is known whether they can be connected to; those whose name does not
    /// resolve are not among them.
    pub tried: u64,
}

/// A reason for which endpoints cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReasonPattern {
    /// The reason.
    pub reason: FailureReason,
    /// Endpoints that cannot be reached for this reason.
    pub failed: u64,
    /// Endpoints of which it is known whether they can be reached.
    pub tried: u64,
}

impl Patterns {
    /// Those of an environment; unknown with the endpoints.
    pub fn of(environment: &Environment) -> Self {
        let endpoints = match &environment.network {
            Seen::Known(network) => network.endpoints.as_ref(),
            Seen::Absent => Seen::Absent,
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        };
        let endpoints = endpoints.map(Vec::as_slice);
        Self {
            issuers: endpoints.clone().map(issuers),
            connections: endpoints.clone().map(connections),
            reasons: endpoints.map(reasons),
            public_names: public_names(environment),
        }
    }
}

/// The hosts of an issuer, and what was told of its certificates.
#[derive(Default)]
struct Issued<'a> {
    hosts: BTreeSet<&'a str>,
    classes: Vec<&'a Seen<IssuerClass>>,
}

fn issuers(endpoints: &[EndpointFacts]) -> Vec<IssuerPattern> {
    let mut issuers: BTreeMap<&str, Issued<'_>> = BTreeMap::new();
    for endpoint in endpoints {
        let Some(tls) = endpoint.tls.known() else {
            continue;
        };
        if let Some(issuer) = tls.issuer.known() {
            let issued = issuers.entry(issuer).or_default();
            issued.hosts.insert(&endpoint.host);
            issued.classes.push(&tls.issuer_class);
        }
    }
    let hosts = issuers.values().flat_map(|issued| &issued.hosts);
    let seen = hosts.collect::<BTreeSet<_>>().len() as u64;
    let pattern = |(issuer, issued): (&str, Issued<'_>)| IssuerPattern {
        issuer: issuer.to_owned(),
        private: private(&issued.classes),
        hosts: issued.hosts.len() as u64,
        seen,
    };
    issuers.into_iter().map(pattern).collect()
}

/// One chain that leads to no public root makes the issuer a private one: such a chain is made by
/// whoever has its key.
fn private(classes: &[&Seen<IssuerClass>]) -> Seen<bool> {
    let known = || classes.iter().filter_map(|class| class.known());
    if known().any(|class| *class == IssuerClass::Private) {
        return Seen::Known(true);
    }
    match (known().next(), classes.first().and_then(|one| one.gap())) {
        (None, Some(gap)) => Seen::Unknown(gap.clone()),
        _ => Seen::Known(false),
    }
}

/// Names that do not resolve here are no fault where a proxy resolves them.
fn public_names(environment: &Environment) -> Seen<bool> {
    let resolvers = match &environment.dns {
        Seen::Known(dns) => dns.resolvers.as_ref(),
        Seen::Absent => Seen::Absent,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    };
    let resolved = resolvers.and_then(|resolvers| any_resolves(resolvers));
    match environment.network.known().map(|network| &network.proxy) {
        _ if resolved == Seen::Known(true) => resolved,
        Some(Seen::Known(_)) => Seen::Absent,
        Some(Seen::Unknown(gap)) => Seen::Unknown(gap.clone()),
        _ => resolved,
    }
}

/// One that resolves them is enough; that none does is known only once each has been asked.
fn any_resolves(resolvers: &[ResolverFacts]) -> Seen<bool> {
    let said = |one: &ResolverFacts| match &one.answers {
        Seen::Known(true) => one.resolves_public.clone(),
        Seen::Known(false) | Seen::Absent => Seen::Absent,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    };
    let said: Vec<_> = resolvers.iter().map(said).collect();
    if said.contains(&Seen::Known(true)) {
        return Seen::Known(true);
    }
    match said.iter().find_map(|one| one.gap()) {
        Some(gap) => Seen::Unknown(gap.clone()),
        None if said.contains(&Seen::Known(false)) => Seen::Known(false),
        None => Seen::Absent,
    }
}

fn connections(endpoints: &[EndpointFacts]) -> Vec<ConnectionPattern> {
    let mut ports: BTreeMap<u16, (u64, u64)> = BTreeMap::new();
    for endpoint in endpoints {
        let Some(connected) = connected(endpoint) else {
            continue;
        };
        for port in [0, endpoint.port] {
            let (failed, tried) = ports.entry(port).or_default();
            *failed += u64::from(!connected);
            *tried += 1;
        }
    }
    let pattern = |(port, (failed, tried))| ConnectionPattern {
        port,
        failed,
        tried,
    };
    ports.into_iter().map(pattern).collect()
}

/// Whether a connection was made; none where it was not tried, or its end was not seen.
fn connected(endpoint: &EndpointFacts) -> Option<bool> {
    if endpoint.connect.known().is_some() {
        return Some(true);
    }
    let failure = endpoint.failure.known()?;
    (failure.stage == Stage::Connect).then_some(false)
}

fn reasons(endpoints: &[EndpointFacts]) -> Vec<ReasonPattern> {
    let tried = endpoints
        .iter()
        .filter(|one| one.reachable.known().is_some());
    let tried = tried.count() as u64;
    let mut reasons: BTreeMap<FailureReason, u64> = BTreeMap::new();
    for failure in endpoints.iter().filter_map(|one| one.failure.known()) {
        *reasons.entry(failure.reason).or_default() += 1;
    }
    let pattern = |(reason, failed)| ReasonPattern {
        reason,
        failed,
        tried,
    };
    reasons.into_iter().map(pattern).collect()
}
