//! The on-premises Active Directory: how it was entered, the forest, its domains, its inventory.

mod controllers;
mod domains;
mod encryption;
mod forest;
mod policies;
pub mod services;
mod trusts;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    controllers::{ControllerFacts, OperationsMaster},
    domains::{DomainFacts, DomainMasters, HostSuffix, SysvolReplication},
    encryption::EncryptionType,
    forest::{
        ForestFacts, ForestMasters, HeuristicsFacts, RootKeyFacts, SchemaFacts, SiteFacts,
        SiteLinkFacts, SubnetFacts,
    },
    policies::{FineGrainedPolicy, LdapLimit, LdapPolicy, PasswordPolicy},
    services::ServiceFacts,
    trusts::{TrustAttribute, TrustDirection, TrustFacts, TrustKind},
};
use crate::seen::Seen;

pub mod fleet;

/// The on-premises directory.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryFacts {
    /// DNS name of the domain that was entered; absent if the machine has none and none was named.
    pub domain: Seen<String>,
    /// How the directory was entered; unknown with the reason if it could not be.
    pub connection: Seen<ConnectionFacts>,
    /// The domain controllers found, sorted by name.
    pub controllers: Seen<Vec<ControllerFacts>>,
    /// The forest.
    pub forest: ForestFacts,
    /// The domains of the forest, sorted by name.
    pub domains: Seen<Vec<DomainFacts>>,
    /// Services and products, as far as the configuration of the forest tells of them; what stands
    /// in a domain is told with that.
    #[serde(default)]
    pub services: ServiceFacts,
    /// How many objects came (users, groups, contacts, computers, service accounts); known only if
    /// reading them came to its end, so whatever is derived from the objects needs this.
    #[serde(default)]
    pub objects_read: Seen<u64>,
    /// How many objects there are, in the domains that were read; of an export, in the export.
    pub counts: CountFacts,
    /// Computers by operating system and version, sorted; from attributes that each computer
    /// writes about itself, so a machine that is gone keeps its last entry. Accounts without a
    /// machine (`AZUREADSSOACC`, `AzureADKerberos`) are not among them.
    pub computers: Seen<Vec<ComputerGroup>>,
    /// The machines behind the computer accounts.
    #[serde(default)]
    pub fleet: fleet::FleetFacts,
}

/// How the directory was entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionFacts {
    /// The server's name, or the path of the export.
    pub server: String,
    /// What was read.
    pub source: DirectorySource,
    /// How the bind was made; absent for an export.
    pub authentication: Seen<Authentication>,
    /// How the connection was protected; absent for an export.
    pub protection: Seen<Protection>,
}

/// What the directory's facts were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DirectorySource {
    /// A server over LDAP.
    Server,
    /// An LDIF export.
    Ldif,
}

/// How the bind was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Kerberos, with the logon of the user who ran the probe.
    Kerberos,
    /// Name and password.
    Simple,
    /// None.
    Anonymous,
}

/// How the connection was protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// LDAP over TLS from the first byte.
    Ldaps,
    /// TLS begun within LDAP.
    StartTls,
    /// Sealed by Kerberos.
    Sealed,
    /// None: only what is told without a sign-in, or to a loopback address.
    None,
}

/// The service connection point that tells machines their tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HybridJoinScp {
    /// The tenant's id; absent if no keyword names one.
    pub tenant_id: Seen<String>,
    /// The tenant's domain; absent if no keyword names one.
    pub tenant_domain: Seen<String>,
    /// How many keywords it has; more than one of a kind is a fault.
    pub keywords: u32,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// How many objects there are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CountFacts {
    /// Users, `inetOrgPerson` included, computers and service accounts not.
    pub users: Seen<u64>,
    /// Users that are disabled.
    pub users_disabled: Seen<u64>,
    /// Groups.
    pub groups: Seen<u64>,
    /// Contacts.
    pub contacts: Seen<u64>,
    /// Computer accounts, managed service accounts not.
    pub computers: Seen<u64>,
    /// Computer accounts that are disabled.
    pub computers_disabled: Seen<u64>,
    /// Computer accounts with a certificate (`userCertificate`): what a machine that did its half of
    /// hybrid join has, but also one that enrolled itself.
    #[serde(default)]
    pub computers_with_certificate: Seen<u64>,
    /// Objects of any kind with `mS-DS-ConsistencyGuid`: if there are any, somebody uses it already.
    #[serde(default)]
    pub consistency_guids: Seen<u64>,
}

/// Computers with the same operating system and version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ComputerGroup {
    /// `operatingSystem`; absent where a computer does not say.
    pub operating_system: Seen<String>,
    /// `operatingSystemVersion`, such as `10.0 (19045)`.
    pub version: Seen<String>,
    /// Build number from the version.
    pub build: Seen<u32>,
    /// Whether the name says that it is a server.
    pub server: bool,
    /// Whether it is Windows.
    pub windows: bool,
    /// Enabled computers of this kind.
    pub enabled: u64,
    /// Enabled ones that gave a sign of life within 90 days: a logon, for which 14 days are added as
    /// `lastLogonTimestamp` lags, or a change of the machine's password.
    pub active: u64,
    /// Disabled ones.
    pub disabled: u64,
}
