//! The endpoints of the services, stage by stage and way by way, as seen from the machine.

mod paths;
mod stages;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use paths::{PacFacts, PathFacts, PathKind, ProxySettingFacts};
pub use stages::{
    AddressFamily, ConnectStage, FamilyFacts, HttpStage, IssuerClass, ProxyStage, ResolveStage,
    TlsStage,
};

use crate::seen::Seen;

/// The endpoints as seen from the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct NetworkFacts {
    /// The proxy that the probe went through; absent if it went directly; unknown if a PAC file
    /// chooses it, as none is evaluated.
    pub proxy: Seen<String>,
    /// Every place of this machine that tells of a proxy, in the order in which they were looked at.
    #[serde(default)]
    pub proxy_settings: Vec<ProxySettingFacts>,
    /// The PAC file that the settings name, as fetched; absent if none is named.
    #[serde(default)]
    pub pac: Seen<PacFacts>,
    /// The cloud whose endpoints were probed: `commercial`, `usgov`, `dod`, `china`.
    pub cloud: String,
    /// For whom the run stands, such as `device` or `connect-server`, sorted; empty for everyone.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The date of the newest source in the catalogue.
    pub catalog_as_of: String,
    /// Every endpoint of the catalogue for the cloud, sorted by host and port, whatever targets and
    /// roles were chosen. From the beginning of the probe every one is in it, those that were not
    /// come to with `reachable` unknown. Unknown if the list itself was never made.
    pub endpoints: Seen<Vec<EndpointFacts>>,
    /// The tenant of each chosen domain, as the cloud's public sign-in metadata tells, sorted by
    /// domain; unknown if no domain was chosen, or the sign-in host was not to be contacted.
    #[serde(default)]
    pub tenants: Seen<Vec<TenantFacts>>,
}

/// The tenant that a domain belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenantFacts {
    /// The domain, lower case.
    pub domain: String,
    /// The tenant's id as a GUID, lower case; absent if the cloud knows no tenant by that name.
    pub tenant_id: Seen<String>,
}

/// One endpoint: a host and a port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointFacts {
    /// `host:port`, the key that evidence and waivers use; `host:port/udp` for UDP.
    pub id: String,
    /// The host that was contacted; the wildcard itself where no host behind it is known.
    pub host: String,
    /// The port that was contacted.
    pub port: u16,
    /// What is spoken there, and so which stages there are.
    #[serde(default)]
    pub scheme: Scheme,
    /// Whether it can be probed at all: false for a wildcard without a known host, and for UDP.
    /// Its `reachable` is unknown then, always.
    #[serde(default)]
    pub testable: bool,
    /// Whether the run was to contact it: a chosen target asks for it, and one for whom the run
    /// stands contacts it. False if it is only listed, with `reachable` unknown.
    #[serde(default)]
    pub chosen: bool,
    /// The wildcard that the host stands for, such as `*.manage.microsoft.com`; absent if the
    /// catalogue names the host itself.
    pub wildcard: Seen<String>,
    /// The catalogue's groups that ask for it, sorted.
    pub groups: Vec<String>,
    /// Questions on which it depends whether these groups are needed, by id, sorted; the profile
    /// answers them under `attested`.
    #[serde(default)]
    pub questions: Vec<String>,
    /// The targets that these groups serve, chosen or not, sorted; without groups that are not
    /// needed, by the answers or regions of the profile.
    pub targets: Vec<String>,
    /// The targets for which it is required, sorted; the others take it as optional.
    #[serde(default)]
    pub required_by: Vec<String>,
    /// Who connects, such as `device` or `connect-server`, sorted.
    #[serde(default)]
    pub roles: Vec<String>,
    /// When it is needed, in words, sorted; empty if at all times.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Whether one of the groups is required, rather than optional. A group that depends on a
    /// condition, or on a region that was not chosen, is optional.
    pub required: bool,
    /// Whether one of the groups forbids TLS inspection on the way.
    pub inspection_forbidden: bool,
    /// Those who connect by a group that forbids TLS inspection, such as `connect-server`, sorted:
    /// where others may be inspected, the verdict depends on who connects.
    #[serde(default)]
    pub inspection_forbidden_for: Vec<String>,
    /// Those who connect by a group that relies on TLS inspection or is said to bear it, sorted.
    #[serde(default)]
    pub inspection_allowed_for: Vec<String>,
    /// Whether one of the groups cannot sign in to a proxy.
    #[serde(default)]
    pub proxy_sign_in_forbidden: bool,
    /// Whether the service behind it can be reached. False means a failure that was seen; what was
    /// not tried, was cut short by the end of the run, or found no resolver that answers, is unknown.
    pub reachable: Seen<bool>,
    /// The first stage that failed and why; absent if none did; unknown with `reachable`.
    pub failure: Seen<EndpointFailure>,
    /// Addresses from name resolution; unknown behind a proxy, which resolves names itself.
    pub resolve: Seen<ResolveStage>,
    /// The TCP connection.
    pub connect: Seen<ConnectStage>,
    /// Being let through by a proxy; absent if there was none on the way, or if it was asked to
    /// fetch (plain HTTP) rather than to let through.
    #[serde(default)]
    pub proxy: Seen<ProxyStage>,
    /// The TLS handshake; absent on a port without TLS.
    pub tls: Seen<TlsStage>,
    /// The HTTP answer; absent on a port that does not speak HTTP.
    pub http: Seen<HttpStage>,
    /// What was found on each way: directly, and through the proxy where there is one; the way
    /// that the stages above tell of is among them. Empty if the endpoint was not contacted.
    #[serde(default)]
    pub paths: Vec<PathFacts>,
}

/// What is spoken at an endpoint.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// HTTP over TLS.
    #[default]
    Https,
    /// TLS, and something else than HTTP over it: the handshake is the last stage.
    Tls,
    /// HTTP in clear.
    Http,
    /// Something else over TCP: the connection is the last stage.
    Tcp,
    /// Something over UDP: named, but not probed.
    Udp,
}

impl Stage {
    /// The stage in plain words, as in "*name resolution* failed".
    pub fn words(self) -> &'static str {
        match self {
            Self::Resolve => "name resolution",
            Self::Connect => "the TCP connection",
            Self::Proxy => "the way through the proxy",
            Self::Tls => "the TLS handshake",
            Self::Http => "the HTTP exchange",
        }
    }
}

impl Scheme {
    /// The word used in the catalogue, in recordings and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// The stage at which an endpoint failed, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointFailure {
    /// Which stage.
    pub stage: Stage,
    /// Why.
    pub reason: FailureReason,
    /// What was seen, in words.
    pub detail: String,
}

/// The stages of reaching an endpoint.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Name resolution.
    Resolve,
    /// TCP connection.
    Connect,
    /// Being let through by the proxy.
    Proxy,
    /// TLS handshake.
    Tls,
    /// HTTP exchange.
    Http,
}

/// Why an endpoint could not be reached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureReason {
    /// The name does not exist.
    NameNotFound,
    /// The name exists but has no address.
    NoAddress,
    /// The resolver answered with an error.
    ResolverError,
    /// It began, and did not go on in time.
    TimedOut,
    /// Nobody answered the request to connect in time: a filter that drops, or a host that is down.
    Filtered,
    /// The connection was refused.
    Refused,
    /// The connection was reset or closed.
    Reset,
    /// No route, or an administrator's filter that says so.
    Unreachable,
    /// The TLS handshake failed.
    TlsFailed,
    /// The other side ended the TLS handshake with an alert, which the detail names.
    TlsAlert,
    /// The certificate does not bear the name.
    NameMismatch,
    /// The certificate is not, or no longer, valid.
    Expired,
    /// The certificate's issuer is not trusted; `tls.issuer` is known then.
    Untrusted,
    /// The certificate bears the name, and is issued by an authority that is neither public nor
    /// trusted here: somebody on the way makes certificates. `tls.issuer` is known then.
    Intercepted,
    /// The proxy asks for credentials.
    ProxyAuthenticationRequired,
    /// The proxy forbids it.
    ProxyForbidden,
    /// The proxy answered otherwise than by letting through.
    ProxyFailed,
    /// A page other than the service's came back: a captive portal or a block page.
    Blocked,
    /// What came back is not HTTP.
    NotHttp,
}
