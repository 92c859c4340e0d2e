//! Services beyond the web: the domain controllers' ports, Kerberos, time, and large packets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// What services beyond the web answer to this machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ProtocolFacts {
    /// The domain controllers that DNS names or that were named, sorted by name; unknown if no
    /// directory domain is known, or none could be found.
    pub controllers: Seen<Vec<ControllerServiceFacts>>,
    /// The public time servers, sorted by name.
    pub time_servers: Seen<Vec<TimeServerFacts>>,
    /// Servers to which packets of full size were sent, sorted by name and port.
    pub large_packets: Seen<Vec<LargePacketFacts>>,
}

/// What one domain controller answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerServiceFacts {
    /// Its name, lower case.
    pub host: String,
    /// The address that was asked, its first one; absent if it has none.
    pub address: Seen<String>,
    /// Its ports, sorted by number and transport.
    pub ports: Vec<PortFacts>,
    /// What its Kerberos service answers.
    pub kerberos: Seen<KerberosFacts>,
    /// What it tells of itself and of this machine's place, without a sign-in (LDAP ping).
    pub ping: Seen<PingFacts>,
    /// What its endpoint mapper tells.
    pub rpc: Seen<RpcFacts>,
    /// What its time service tells.
    pub time: Seen<TimeFacts>,
}

/// One port of a domain controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PortFacts {
    /// Its number; for `rpc-dynamic` that which the endpoint mapper names, 0 if it was not learned.
    pub port: u16,
    /// How it is reached.
    pub transport: Transport,
    /// What is behind it: `dns`, `kerberos`, `ntp`, `rpc-endpoint-mapper`, `ldap`, `smb`,
    /// `kpasswd`, `ldaps`, `global-catalog`, `global-catalog-tls`, `web-services`, `rpc-dynamic`.
    pub service: String,
    /// The roles that cannot do without it, sorted.
    pub required_by: Vec<String>,
    /// Whether one of these is a role for which this machine stands.
    pub required: bool,
    /// What became of the attempt. Unknown if the controller has no address, or the port is not
    /// known.
    pub state: Seen<PortState>,
    /// How long the answer took, in milliseconds; unknown without one.
    pub took_ms: Seen<f64>,
}

/// How a port is reached.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// TCP: a connection.
    Tcp,
    /// UDP: a question of the service's own protocol.
    Udp,
}

/// What became of an attempt at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PortState {
    /// It answers.
    Open,
    /// Nobody listens, or a firewall says so.
    Refused,
    /// No answer at all: mostly a firewall that drops packets.
    Filtered,
    /// Nothing came back, as is usual of a service that does not answer everybody: it may be open.
    Silent,
    /// The way there ends before: no route, or a router says so.
    Unreachable,
    /// Something answers that does not speak the service's protocol.
    Foreign,
}

/// What a Kerberos service answers to a request for a principal that does not exist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KerberosFacts {
    /// The error code (RFC 4120 section 7.5.9): 6 for an unknown principal, as it should be, 68
    /// for a wrong realm; absent if it gave a ticket.
    pub error_code: Seen<i32>,
    /// The realm for which it answers.
    pub realm: Seen<String>,
    /// Its clock minus this machine's, in milliseconds, right to a second.
    pub clock_offset_ms: Seen<i64>,
}

/// What a domain controller tells of itself without a sign-in (MS-ADTS 6.3.1.9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PingFacts {
    /// Root domain of the forest.
    pub forest: String,
    /// Its domain.
    pub domain: String,
    /// Its own name.
    pub host: String,
    /// Its site.
    pub site: String,
    /// The site of this machine; absent if its address is in no subnet of a site.
    pub client_site: Seen<String>,
    /// Whether it serves this machine's site.
    pub closest: bool,
    /// Whether it is the PDC emulator.
    pub primary: bool,
    /// Whether it holds the global catalogue.
    pub global_catalog: bool,
    /// Whether it takes changes.
    pub writable: bool,
    /// Whether it offers Kerberos.
    pub kerberos: bool,
    /// Whether its time service runs.
    pub time: bool,
}

/// What an endpoint mapper tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RpcFacts {
    /// The TCP port of directory replication (DRSUAPI), by which password hashes are synchronised;
    /// absent if it is not registered.
    pub replication_port: Seen<u16>,
}

/// A public time server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeServerFacts {
    /// Its name.
    pub host: String,
    /// The address that was asked; absent if it has none.
    pub address: Seen<String>,
    /// What it tells; unknown if it did not answer.
    pub time: Seen<TimeFacts>,
}

/// What a time server tells (NTP, RFC 5905).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeFacts {
    /// Steps from a reference clock, 1 to 15; 16 if it is not synchronised.
    pub stratum: u8,
    /// Whether it says that its own clock is right.
    pub synchronised: bool,
    /// Its clock minus this machine's, in milliseconds.
    pub offset_ms: f64,
    /// Round trip in milliseconds; the offset is right to half of it.
    pub round_trip_ms: f64,
}

/// A server to which packets of full size were sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LargePacketFacts {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it answered a greeting of TLS that fits one packet; unknown if it could not be
    /// connected to.
    pub small: Seen<bool>,
    /// Whether it answered one that takes several full packets. If it answers the small one only,
    /// something on the way drops packets of full size without saying so. Unknown without an answer
    /// to the small one.
    pub large: Seen<bool>,
}
