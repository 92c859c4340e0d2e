//! The ways to the endpoints: what the machine says of proxies, and what each way leads to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EndpointFailure;
use crate::seen::Seen;

/// A way to an endpoint, and what it led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathFacts {
    /// Which way.
    pub path: PathKind,
    /// The proxy, as `http://HOST:PORT`; absent on the direct way.
    pub proxy: Seen<String>,
    /// Whether those whom the run stands for would go this way. The other one is there to compare.
    pub used: bool,
    /// As of the endpoint.
    pub reachable: Seen<bool>,
    /// As of the endpoint.
    pub failure: Seen<EndpointFailure>,
    /// Issuer of the certificate that was shown; absent without TLS.
    pub issuer: Seen<String>,
    /// Whether TLS is opened on this way: the certificate is of a private authority. Absent without
    /// TLS; unknown if no certificate was shown, or its issuer cannot be told.
    pub inspected: Seen<bool>,
}

/// The kind of a way.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PathKind {
    /// Past all proxies.
    Direct,
    /// Through a proxy.
    Proxy,
}

/// What one place of the machine says of proxies.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ProxySettingFacts {
    /// The place: `option`, `environment`, `winhttp`, `wininet`, `machine.config`, or the path of
    /// another file.
    pub place: String,
    /// The proxy, as written without credentials; absent if the place names none.
    pub server: Seen<String>,
    /// Hosts that are reached past the proxy, as written.
    pub exceptions: Vec<String>,
    /// Where a PAC file lies; absent if the place names none.
    pub pac: Seen<String>,
    /// Whether the network is asked for a PAC file (WPAD).
    pub discovers: bool,
    /// Whether this place decided the way of this run.
    pub used: bool,
}

/// A PAC file. It is recorded and not evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PacFacts {
    /// Where it was fetched from.
    pub url: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// From asking for it to its end, in milliseconds.
    pub took_ms: f64,
    /// The proxies that its text names, as `HOST:PORT`, sorted, at most 100; which of them is used
    /// for which host is not told.
    pub proxies: Vec<String>,
    /// Its text, at most 65,536 characters.
    pub text: String,
}
