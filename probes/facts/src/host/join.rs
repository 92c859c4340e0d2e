//! The machine's tie to a directory.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// The machine's tie to a directory.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct JoinFacts {
    /// DNS name of the Active Directory domain that the machine is joined to; absent if it is not.
    pub domain: Seen<String>,
    /// Whether the machine is joined to Entra ID (alone or beside a domain).
    pub entra_joined: Seen<bool>,
    /// The tenant that a machine joined to Entra ID belongs to, as its GUID in lower case;
    /// absent if not joined.
    #[serde(default)]
    pub entra_tenant: Seen<String>,
    /// Where the domain was found, such as `registry`, `sssd.conf`, `smb.conf`.
    pub source: Seen<String>,
    /// What the ties are together.
    #[serde(default)]
    pub kind: Seen<JoinKind>,
    /// Whether the user who ran the program has registered the machine with Entra ID as a work
    /// account's device. Wrong for services: each user has an own registration.
    #[serde(default)]
    pub registered: Seen<bool>,
    /// Windows: the tenant to which policy sends the join in place of the directory's service
    /// connection point, as its GUID in lower case; absent if the directory decides.
    #[serde(default)]
    pub policy_tenant: Seen<String>,
    /// Windows: the domain name of that tenant.
    #[serde(default)]
    pub policy_tenant_domain: Seen<String>,
    /// Windows: whether a federated join that fails is kept from being tried by synchronisation.
    #[serde(default)]
    pub fallback_off: Seen<bool>,
    /// Windows: whether policy keeps users from registering the machine with a work account.
    #[serde(default)]
    pub registration_blocked: Seen<bool>,
    /// Windows: whether policy keeps the machine from joining Entra ID by itself.
    #[serde(default)]
    pub automatic_join_off: Seen<bool>,
    /// Windows: tenants of which the system keeps settings though it is not joined to them, left
    /// from an earlier join.
    #[serde(default)]
    pub leftover_tenants: Seen<u32>,
}

/// What a machine's ties are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JoinKind {
    /// Neither a domain nor Entra ID.
    None,
    /// A domain of Active Directory alone.
    Domain,
    /// Entra ID alone.
    Entra,
    /// A domain and Entra ID.
    Hybrid,
    /// A domain, and the organisation's own registration service (AD FS).
    OnPremisesRegistered,
    /// None of these, but registered with Entra ID by a user's work account.
    Registered,
}
