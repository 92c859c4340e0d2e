//! What `dsregcmd /status` says of a machine's registration with Entra ID.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::JoinKind;
use crate::seen::Seen;

/// What `dsregcmd /status` says.
///
/// What concerns a user is that of the account which ran the command: as SYSTEM or elevated it says
/// nothing about whoever is signed in.
/// Source: MicrosoftDocs/entra-docs troubleshoot-device-dsregcmd.md (2025-06-27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceStatusFacts {
    /// Where the text is from.
    pub source: StatusSource,
    /// The state that the fields give together.
    pub join: Seen<JoinKind>,
    /// Joined to Entra ID, alone or beside a domain.
    pub entra_joined: Seen<bool>,
    /// Registered with the organisation's own registration service (AD FS).
    pub enterprise_joined: Seen<bool>,
    /// Joined to a domain.
    pub domain_joined: Seen<bool>,
    /// Registered by a work account of the user.
    pub registered: Seen<bool>,
    /// The tenant, as its GUID in lower case; absent if not joined.
    pub tenant: Seen<String>,
    /// When the device certificate ends; absent if not joined.
    pub certificate_ends: Seen<Timestamp>,
    /// Whether the device key is kept in a TPM; absent if not joined.
    pub key_in_tpm: Seen<bool>,
    /// What Entra ID says of the device; absent if not joined, or before Windows 10 21H1.
    pub authentication: Seen<DeviceAuthentication>,
    /// Where the tenant sends devices for management. Proves no management: it is that of the
    /// tenant. Absent if there is none, or the user is not in its scope.
    pub management_url: Seen<String>,
    /// Whether the user holds a primary refresh token.
    pub refresh_token: Seen<bool>,
    /// When that token was last renewed.
    pub refresh_token_renewed: Seen<Timestamp>,
    /// When that token ends if it is not renewed.
    pub refresh_token_ends: Seen<Timestamp>,
    /// Whether the user holds a Kerberos ticket of Entra ID for the organisation's own domain.
    pub domain_ticket: Seen<bool>,
    /// Whether the user holds a Kerberos ticket of Entra ID for the cloud.
    pub cloud_ticket: Seen<bool>,
    /// Whether the user has set up Windows Hello.
    pub hello: Seen<bool>,
    /// Whether Windows Hello will be set up at the next sign-in; absent once it is.
    pub hello_will_provision: Seen<bool>,
    /// Whether the keys of the device are useless and are renewed at the next sign-in.
    pub recovery_due: Seen<bool>,
    /// Whether the keys of the device sign; unknown unless the command ran elevated.
    pub keys_sign: Seen<bool>,
    /// Whether a join that is refused the federation's token is tried by synchronisation.
    pub fallback: Seen<bool>,
    /// The phase in which the last attempt to join ended: `pre-check`, `discover`, `auth`, `join`;
    /// absent if none failed.
    pub failed_phase: Seen<String>,
    /// Error codes anywhere in the text, in its order, each with what it means.
    pub codes: Vec<StatusCode>,
    /// Every field of the text that is known, in its order.
    pub fields: Vec<StatusField>,
    /// Fields that are not known, whose text is not kept.
    pub unknown_fields: u32,
}

/// Where the text of a device's status is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatusSource {
    /// The command was run.
    Command,
    /// Somebody saved what the command printed.
    File,
}

/// What Entra ID says of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceAuthentication {
    /// It is there and enabled.
    Success,
    /// It was disabled or deleted.
    DisabledOrDeleted,
    /// Entra ID could not be asked, as where SYSTEM has no way out.
    NotAsked,
}

/// An error code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusCode {
    /// The field that has it.
    pub field: String,
    /// The code: `0x801c03f2`, `AADSTS50126`, `DirectoryError`.
    pub code: String,
    /// The vendor's name for it; absent if it is not in the catalogue.
    pub name: Seen<String>,
    /// What it means and what to do; absent if it is not in the catalogue.
    pub meaning: Seen<String>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusField {
    /// The section that documents it, such as `Device State`.
    pub section: String,
    /// Its name, such as `AzureAdJoined`.
    pub name: String,
    /// Its value as printed; unknown where it names a person and is therefore not kept.
    pub value: Seen<String>,
    /// What it says.
    pub meaning: String,
}
