//! What many endpoints have in common: facts derived from those of single endpoints.
//!
//! Forty endpoints that fail in one way have one cause. Counting them here, before rules run, lets a
//! rule name that cause. Derived from an environment whenever it is judged, so that an old recording
//! tells it too; nothing of it is kept.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use waterline_facts::{
    Environment, Seen,
    network::{EndpointFacts, FailureReason, Stage},
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
}

/// An issuer of certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssuerPattern {
    /// Its name, as certificates give it.
    pub issuer: String,
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
        }
    }
}

fn issuers(endpoints: &[EndpointFacts]) -> Vec<IssuerPattern> {
    let mut hosts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for endpoint in endpoints {
        let tls = endpoint.tls.known();
        if let Some(issuer) = tls.and_then(|tls| tls.issuer.known()) {
            hosts.entry(issuer).or_default().insert(&endpoint.host);
        }
    }
    let seen: BTreeSet<&str> = hosts.values().flatten().copied().collect();
    let seen = seen.len() as u64;
    let pattern = |(issuer, hosts): (&str, BTreeSet<&str>)| IssuerPattern {
        issuer: issuer.to_owned(),
        hosts: hosts.len() as u64,
        seen,
    };
    hosts.into_iter().map(pattern).collect()
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
