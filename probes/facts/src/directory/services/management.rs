//! Services by which machines and mailboxes are managed.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Principal;
use crate::seen::Seen;

/// Exchange.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeFacts {
    /// The organisation; absent if there is none.
    pub organization: Seen<ExchangeOrganization>,
    /// Servers, sorted by name.
    pub servers: Seen<Vec<ExchangeServer>>,
    /// What the hybrid configuration wizard left; absent if it never ran.
    pub hybrid: Seen<HybridConfiguration>,
}

/// The Exchange organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeOrganization {
    /// Its name.
    pub name: String,
    /// Level of its configuration (`objectVersion`): 16223 for 2016 CU23, 16760 for 2019 CU12.
    pub version: Seen<u32>,
    /// Product as it names itself (`msExchProductId`), such as `15.02.1118.007`.
    pub product: Seen<String>,
}

/// An Exchange server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeServer {
    /// Its name.
    pub name: String,
    /// Version and build, such as `15.1.2507.6`; unknown if `serialNumber` has another form.
    pub version: Seen<String>,
    /// Roles as bits (`msExchCurrentServerRoles`): 2 mailbox, 4 client access, 16 unified
    /// messaging, 32 hub transport, 64 edge.
    pub roles: Seen<u32>,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// What the hybrid configuration wizard left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HybridConfiguration {
    /// Name of the object.
    pub name: String,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// Configuration Manager.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ConfigurationManagerFacts {
    /// The container `CN=System Management`; absent if there is none.
    pub container: Seen<SystemManagement>,
    /// Sites that were published, sorted by code; a retired one stays.
    pub sites: Seen<Vec<PublishedSite>>,
    /// Management points that were published, sorted; a retired one stays.
    pub management_points: Seen<Vec<ManagementPoint>>,
}

/// The container in which Configuration Manager publishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SystemManagement {
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
    /// Who that is not built in has full control of it, by entries of its access list that name
    /// them, sorted.
    pub full_control: Seen<Vec<Principal>>,
    /// Those of them whose full control reaches what is below it, as site servers need it, sorted.
    pub full_control_below: Seen<Vec<Principal>>,
}

/// A site that Configuration Manager published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PublishedSite {
    /// Its code.
    pub code: String,
    /// Code of the site that clients are assigned to.
    pub assignment_code: Seen<String>,
    /// Where the site stands, as it names its forest.
    pub source_forest: Seen<String>,
    /// Its state of health, as it says; absent if it says nothing.
    pub health: Seen<u32>,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// A management point that Configuration Manager published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ManagementPoint {
    /// Its name, as clients use it.
    pub name: String,
    /// Code of its site.
    pub site: Seen<String>,
    /// Its DNS name.
    pub host: Seen<String>,
    /// Build of the site, as `mSSMSVersion` has it.
    pub build: Seen<u32>,
    /// Full version from its capabilities, such as `5.00.9128.1000`; absent if they name none.
    pub version: Seen<String>,
    /// Whether it is the site's default.
    pub default: Seen<bool>,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// The Intune connector for Active Directory.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IntuneConnectorFacts {
    /// Managed service accounts of connectors (`msaODJ…`), sorted by name. A connector from before
    /// 2025 has none: it runs as its computer.
    pub accounts: Seen<Vec<ConnectorAccount>>,
    /// Everybody not built in who may make computers in an organisational unit, by entries of the
    /// unit's own access list that name them, sorted. A connector is among them, by its managed
    /// service account or, an old one, by its computer account.
    pub computer_creators: Seen<Vec<ComputerCreator>>,
}

/// An account of an Intune connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectorAccount {
    /// Account name.
    pub name: String,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// Whether it may be used.
    pub enabled: Seen<bool>,
    /// Names of the computers that it is installed on, sorted.
    pub hosts: Seen<Vec<String>>,
}

/// Who may make computers, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ComputerCreator {
    /// Who.
    pub principal: Principal,
    /// Distinguished names of the units, sorted; the first hundred.
    pub units: Vec<String>,
}

/// Local administrator password solution: how far it is in use, told by the dates at which
/// passwords are due. The passwords themselves are never asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct LapsFacts {
    /// Computers with a password of Windows LAPS; unknown if none shows although the schema has the
    /// attribute, as it may be hidden.
    pub computers: Seen<u32>,
    /// Computers with a password of the legacy product; unknown likewise.
    pub legacy_computers: Seen<u32>,
}
