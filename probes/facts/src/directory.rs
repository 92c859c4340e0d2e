//! The on-premises Active Directory: how it was entered, the forest, its domains, its inventory.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// One domain controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerFacts {
    /// Its DNS name, lower case.
    pub host: String,
    /// DNS name of its domain, lower case.
    #[serde(default)]
    pub domain: Seen<String>,
    /// Whether its LDAP service answered this run; unknown if it was not tried.
    pub answers: Seen<bool>,
    /// Its site, by name.
    pub site: Seen<String>,
    /// Whether it is read-only.
    pub read_only: Seen<bool>,
    /// Whether it holds the global catalogue.
    pub global_catalog: Seen<bool>,
    /// Operating system from its computer object.
    pub operating_system: Seen<String>,
    /// Build number from its computer object.
    pub build: Seen<u32>,
    /// Its functional level (`domainControllerFunctionality`); known of those that were asked.
    pub level: Seen<u32>,
    /// Its clock minus this machine's, in milliseconds, half the round trip subtracted; right to
    /// half a second, as servers tell whole seconds.
    pub clock_offset_ms: Seen<i64>,
}

/// The forest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForestFacts {
    /// DNS name of the root domain.
    pub root_domain: Seen<String>,
    /// Functional level (`msDS-Behavior-Version` of the partitions container): 0 for 2000, 2 for
    /// 2003, 4 for 2008 R2, 7 for 2016, 10 for 2025.
    pub level: Seen<u32>,
    /// Schema versions.
    pub schema: SchemaFacts,
    /// Naming contexts of the server that was read, sorted.
    pub naming_contexts: Seen<Vec<String>>,
    /// Alternative UPN suffixes, sorted, lower case. The domains' own names are suffixes too and
    /// are not listed here.
    pub upn_suffixes: Seen<Vec<String>>,
    /// Whether the recycle bin is on.
    pub recycle_bin: Seen<bool>,
    /// How long deleted objects are kept, in days; absent if the attribute is not set, which means
    /// the default of 60.
    pub tombstone_lifetime_days: Seen<u32>,
    /// The sites, sorted by name.
    pub sites: Seen<Vec<SiteFacts>>,
    /// The service connection point for hybrid join; absent if there is none.
    pub hybrid_join_scp: Seen<HybridJoinScp>,
    /// Whether the device registration service object exists.
    pub device_registration_service: Seen<bool>,
    /// Enterprise certification authorities by name, sorted.
    pub certification_authorities: Seen<Vec<String>>,
}

/// Schema versions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SchemaFacts {
    /// Active Directory (`objectVersion`): 30 for 2003, 47 for 2008 R2, 56 for 2012, 69 for 2012 R2, 87 for 2016, 88 for
    /// 2019 and 2022, 91 for 2025.
    pub directory: Seen<u32>,
    /// Exchange (`rangeUpper` of `ms-Exch-Schema-Version-Pt`); absent if Exchange never extended it.
    pub exchange: Seen<u32>,
    /// Whether Configuration Manager's classes are there.
    pub configuration_manager: Seen<bool>,
    /// Whether Windows LAPS's attributes are there.
    pub laps: Seen<bool>,
    /// Whether `msDS-KeyCredentialLink` is there.
    pub key_credential: Seen<bool>,
    /// Whether `msDS-Device` objects can be made.
    pub device_registration: Seen<bool>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteFacts {
    /// Its name.
    pub name: String,
    /// How many subnets are mapped to it.
    pub subnets: u32,
    /// How many domain controllers stand in it.
    pub controllers: u32,
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

/// One domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DomainFacts {
    /// DNS name, lower case.
    pub dns_name: String,
    /// NetBIOS name.
    pub netbios_name: Seen<String>,
    /// Whether all its objects were read in this run; false if a base bounded them.
    pub read: Seen<bool>,
    /// Functional level.
    pub level: Seen<u32>,
    /// How many machines an ordinary user may join (`ms-DS-MachineAccountQuota`).
    pub machine_account_quota: Seen<u32>,
    /// Minimum password age in days.
    pub minimum_password_age_days: Seen<f64>,
    /// Whether the System Management container of Configuration Manager exists.
    pub system_management_container: Seen<bool>,
    /// Sites that Configuration Manager has published, sorted; unknown if they may not be read.
    pub configuration_manager_sites: Seen<Vec<String>>,
    /// When the computer account of seamless single sign-on last changed its key; absent if there
    /// is no such account.
    pub seamless_sso_key_changed: Seen<Timestamp>,
    /// Accounts by which directory synchronisation entered before: `MSOL_…` and the like.
    pub sync_accounts: Seen<Vec<String>>,
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
