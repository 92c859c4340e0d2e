//! Services by which people and devices sign in.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Principal;
use crate::{objects::ObjectKind, seen::Seen};

/// The computer account `AZUREADSSOACC`, behind which no machine stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeamlessSso {
    /// Distinguished name.
    pub dn: String,
    /// Whether it may be used.
    pub enabled: Seen<bool>,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// When its key last changed; absent if never.
    pub key_changed: Seen<Timestamp>,
    /// Encryption types as bits (`msDS-SupportedEncryptionTypes`: 4 RC4, 8 and 16 AES); absent if
    /// not set, which leaves it to the controller.
    pub encryption_types: Seen<u32>,
    /// Whether any service may act for others by it (`userAccountControl` bit 0x80000).
    pub unconstrained_delegation: Seen<bool>,
    /// Whether it may act for anybody without their ticket (bit 0x1000000).
    pub protocol_transition: Seen<bool>,
    /// To how many services it may delegate (`msDS-AllowedToDelegateTo`).
    pub delegates_to: Seen<u32>,
    /// Whether others may act on it for anybody (`msDS-AllowedToActOnBehalfOfOtherIdentity`).
    pub others_delegate: Seen<bool>,
    /// How many service names it has.
    pub service_names: Seen<u32>,
    /// Who that is not built in may take it over, by rights on it that name them, sorted.
    pub managers: Seen<Vec<Principal>>,
}

/// The computer object `AzureADKerberos`, which stands for the cloud as a read-only controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KerberosServer {
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// The account that holds its key, `krbtgt_AzureAD`; absent if there is none.
    pub key: Seen<KerberosServerKey>,
    /// Whether `msDS-KrbTgtLink` points to that account.
    pub key_linked: Seen<bool>,
    /// Names of the groups whose members may use it (`msDS-RevealOnDemandGroup`), sorted.
    pub allowed: Seen<Vec<String>>,
    /// Names of the groups whose members may not (`msDS-NeverRevealGroup`), sorted.
    pub denied: Seen<Vec<String>>,
    /// Whether the pointer below `CN=System` names this object's security identifier; absent if
    /// there is no pointer.
    pub pointer_agrees: Seen<bool>,
}

/// The account that holds the key of the cloud's Kerberos server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KerberosServerKey {
    /// When the key last changed; absent if never.
    pub changed: Seen<Timestamp>,
    /// Whether the account is disabled, as it must be.
    pub disabled: Seen<bool>,
    /// Its number among the keys of the domain; absent if it has none.
    pub number: Seen<u32>,
}

/// Active Directory Federation Services.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct FederationFacts {
    /// The farms that are or were here, by the containers of their keys, sorted. What the
    /// containers hold is never asked for.
    pub farms: Seen<Vec<FederationFarm>>,
    /// Accounts other than computers that serve `HOST/…`, as the service account of a farm does,
    /// sorted by name.
    pub accounts: Seen<Vec<FederationAccount>>,
}

/// A farm of AD FS servers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FederationFarm {
    /// Name of its container, an identifier.
    pub id: String,
    /// When it was made.
    pub created: Seen<Timestamp>,
}

/// An account that may be the service account of AD FS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct FederationAccount {
    /// Account name.
    pub name: String,
    /// What it is.
    pub kind: Seen<ObjectKind>,
    /// Names after `HOST/` in its service names, lower case, sorted.
    pub services: Vec<String>,
    /// Encryption types as bits; absent if not set.
    pub encryption_types: Seen<u32>,
    /// Whether it stands in the container `Managed Service Accounts`.
    pub in_default_container: bool,
}

/// Agents and proxies of password protection in a domain.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ProtectionServices {
    /// Agents of domain controllers that registered themselves, sorted by host.
    pub agents: Seen<Vec<ProtectionService>>,
    /// Proxies that registered themselves, sorted by host.
    pub proxies: Seen<Vec<ProtectionService>>,
}

/// Password protection of the forest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PasswordProtectionFacts {
    /// When the forest's container was last changed; absent if the forest was never registered.
    pub forest_changed: Seen<Timestamp>,
    /// How many objects of its registration the forest shows below that container.
    pub forest_objects: Seen<u32>,
}

/// An agent or proxy of password protection; an uninstalled one leaves its entry behind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ProtectionService {
    /// Name of the object that its entry stands below: the computer's.
    pub host: String,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// When it was last changed.
    pub changed: Seen<Timestamp>,
}

/// Kerberos delegation. Nothing marks a computer as an application proxy's connector, so these are
/// all.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DelegationFacts {
    /// Computers that may delegate to named services.
    pub constrained_computers: Seen<u32>,
    /// Those of them that may do so without the user's ticket, as a connector needs it.
    pub with_protocol_transition: Seen<u32>,
    /// Accounts on which others may act for anybody (`msDS-AllowedToActOnBehalfOfOtherIdentity`).
    pub resource_based: Seen<u32>,
    /// Accounts with a service name `http/…`, to which a connector may be let delegate.
    #[serde(default)]
    pub web_services: Seen<u32>,
    /// Members of `Windows Authorization Access Group`, who may read what groups a user is in, by
    /// the names of their objects, sorted; the first thousand.
    pub token_group_readers: Seen<Vec<String>>,
}

/// On-premises device registration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DeviceRegistrationFacts {
    /// The registration service objects of the forest, sorted; more than one is a fault.
    pub services: Seen<Vec<DeviceRegistrationService>>,
}

/// A device registration service object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DeviceRegistrationService {
    /// Distinguished name.
    pub dn: String,
    /// Whether it is switched on; absent if it does not say.
    pub enabled: Seen<bool>,
    /// Where devices are kept (`msDS-DeviceLocation`); absent if it does not say.
    pub location: Seen<String>,
    /// Whether that place exists in the domain that was entered; unknown if it is elsewhere.
    pub location_exists: Seen<bool>,
}
