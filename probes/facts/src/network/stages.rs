//! The stages of reaching an endpoint: names, connection, proxy, TLS, HTTP.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FailureReason;
use crate::seen::Seen;

/// The result of name resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolveStage {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// Addresses, sorted.
    pub addresses: Vec<String>,
    /// The names that the host is an alias of, in the order of the chain; empty if of none.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// The result of the TCP connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectStage {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// The address that answered first, with its port; the proxy's where one was used.
    pub address: String,
    /// The first address of each family that the name has, IPv4 before IPv6. A family other than
    /// that of `address` is given one more second to answer.
    #[serde(default)]
    pub families: Vec<FamilyFacts>,
}

/// How one address family answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyFacts {
    /// Which family.
    pub family: AddressFamily,
    /// The address that was tried, with its port.
    pub address: String,
    /// From the request to the answer or to giving up, in milliseconds.
    pub took_ms: f64,
    /// Why it could not be connected to; absent if it was.
    pub failure: Seen<FailureReason>,
}

/// A family of addresses.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AddressFamily {
    /// IPv4.
    Ipv4,
    /// IPv6.
    Ipv6,
}

/// Being let through by a proxy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProxyStage {
    /// From asking for the tunnel to having it, in milliseconds.
    pub took_ms: f64,
    /// The proxy, as `http://HOST:PORT`.
    pub proxy: String,
}

/// The result of the TLS handshake, whether or not the chain was trusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TlsStage {
    /// How long it took, in milliseconds.
    pub took_ms: f64,
    /// Protocol version, such as `TLS 1.3`; unknown if the handshake did not finish.
    pub version: Seen<String>,
    /// Cipher suite, such as `TLS13_AES_256_GCM_SHA384`; unknown if the handshake did not finish.
    #[serde(default)]
    pub cipher_suite: Seen<String>,
    /// Whether the chain leads to a root that this machine trusts, and bears the name.
    pub trusted: bool,
    /// Issuer of the leaf certificate.
    pub issuer: Seen<String>,
    /// Subject of the last certificate that the server sent.
    pub chain_top: Seen<String>,
    /// Subjects of the certificates that the server sent, leaf first, at most 10.
    #[serde(default)]
    pub chain: Vec<String>,
    /// Who issued the leaf: a public authority, or a private one that opens TLS on the way. Unknown
    /// if the chain leads to no public root and yet bears a public authority's name, as where the
    /// server leaves out a certificate between.
    #[serde(default)]
    pub issuer_class: Seen<IssuerClass>,
    /// Hosts at which the certificates say that their revocation is asked for (OCSP), sorted.
    #[serde(default)]
    pub ocsp_hosts: Vec<String>,
    /// Hosts at which the certificates say that lists of revoked ones lie (CRL), sorted.
    #[serde(default)]
    pub crl_hosts: Vec<String>,
    /// When the leaf ceases to be valid.
    pub not_after: Seen<Timestamp>,
    /// Names that the leaf bears, sorted, at most 100; absent if it bears none.
    #[serde(default)]
    pub names: Seen<Vec<String>>,
}

/// Who issued a certificate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerClass {
    /// An authority that leads to a public root.
    Public,
    /// An authority of somebody's own, whether or not this machine trusts it: TLS is opened on the
    /// way.
    Private,
}

/// The result of the HTTP exchange.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpStage {
    /// From sending the request to the head of the answer, in milliseconds.
    pub took_ms: f64,
    /// Status code. A 401, 403 or 404 of the service itself counts as reached.
    pub status: u16,
    /// The `Server` header.
    pub server: Seen<String>,
    /// The `Via` header: something on the way that says so.
    pub via: Seen<String>,
    /// The `Location` header of a redirect, which is not followed.
    pub location: Seen<String>,
    /// Headers that proxies, filters and caches write, as `name: value`, sorted; a service's own
    /// content network writes some as well.
    #[serde(default)]
    pub traces: Vec<String>,
}
