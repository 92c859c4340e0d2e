//! What the directory tells of services and products: certification authorities, synchronisation,
//! single sign-on, federation, mail, device management.
//!
//! What stands in the configuration is told once for the forest, all else for each domain. What
//! products publish outlives them, so each fact brings dates and the state of the machine behind it
//! where there is one. Security descriptors are judged while they are read: rights and their holders
//! are kept, descriptors not.

mod certificates;
mod management;
mod sign_in;
mod synchronization;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    certificates::{AuthorityFacts, CertificateServiceFacts, TemplateFacts},
    management::{
        ComputerCreator, ConfigurationManagerFacts, ConnectorAccount, ExchangeFacts,
        ExchangeOrganization, ExchangeServer, HybridConfiguration, IntuneConnectorFacts, LapsFacts,
        ManagementPoint, PublishedSite, SystemManagement,
    },
    sign_in::{
        DelegationFacts, DeviceRegistrationFacts, DeviceRegistrationService, FederationAccount,
        FederationFacts, FederationFarm, KerberosServer, KerberosServerKey,
        PasswordProtectionFacts, ProtectionService, ProtectionServices, SeamlessSso,
    },
    synchronization::{
        InheritanceFacts, SyncAccount, SyncAccountKind, SyncComputer, SyncRight, SyncServer,
        SynchronizationFacts,
    },
};
use crate::{objects::ObjectKind, seen::Seen};

/// Services and products, as far as the configuration of the forest tells of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ServiceFacts {
    /// Certification authorities and certificate templates.
    pub certificates: CertificateServiceFacts,
    /// Exchange.
    pub exchange: ExchangeFacts,
    /// Password protection.
    pub password_protection: PasswordProtectionFacts,
    /// On-premises device registration.
    pub device_registration: DeviceRegistrationFacts,
}

/// Services and products, as far as one domain tells of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DomainServices {
    /// Accounts of directory synchronisation, and what they may do.
    pub synchronization: SynchronizationFacts,
    /// The computer account of seamless single sign-on; absent if the domain has none.
    pub seamless_sso: Seen<SeamlessSso>,
    /// The cloud's Kerberos server in the domain; absent if there is none.
    pub kerberos_server: Seen<KerberosServer>,
    /// Active Directory Federation Services.
    pub federation: FederationFacts,
    /// Level to which the domain was prepared for Exchange (`objectVersion` of `CN=Microsoft
    /// Exchange System Objects`); absent if it was not.
    pub exchange_version: Seen<u32>,
    /// Configuration Manager.
    pub configuration_manager: ConfigurationManagerFacts,
    /// The Intune connector that joins machines to the domain.
    pub intune_connector: IntuneConnectorFacts,
    /// Agents and proxies of password protection.
    pub password_protection: ProtectionServices,
    /// Kerberos delegation, which application proxies use.
    pub delegation: DelegationFacts,
    /// Whether the domain has the container of registered devices, `CN=RegisteredDevices`.
    pub device_container: Seen<bool>,
    /// How many controllers of the domain show a certificate for Kerberos (key usage
    /// `1.3.6.1.5.2.3.5`) on their computer objects. Only certificates that an authority
    /// publishes there show, so zero proves nothing.
    pub controllers_with_kerberos_certificate: Seen<u32>,
    /// Local administrator password solution.
    pub laps: LapsFacts,
}

/// Who holds a right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Principal {
    /// Account name, or the usual English name of an identity that is the same everywhere; unknown
    /// if no object with the identifier may be seen: it was deleted, is hidden, or is of another
    /// domain.
    pub name: Seen<String>,
    /// Security identifier, `S-1-…`.
    pub sid: String,
    /// What it is; absent for an identity that is no object.
    pub kind: Seen<ObjectKind>,
    /// Whether every domain has it: a relative identifier below 1000, or one of no domain.
    pub built_in: bool,
}
