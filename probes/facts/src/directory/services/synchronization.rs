//! Accounts by which directory synchronisation enters, and what they may do.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Principal;
use crate::seen::Seen;

/// Directory synchronisation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SynchronizationFacts {
    /// Everybody who holds both rights that replicate passwords (`DS-Replication-Get-Changes` and
    /// `-All`) on the domain's head, by entries of its access list that name them, sorted by name.
    /// Members of a group that is named are not listed.
    pub replicators: Seen<Vec<Principal>>,
    /// Accounts of synchronisation, sorted by name: those with a known name, and those that are not
    /// built in and hold both rights. A service that runs under a virtual account leaves none.
    pub accounts: Seen<Vec<SyncAccount>>,
    /// Groups named `ADSync…`, sorted: they are in the domain if the service was installed on a
    /// controller.
    pub groups: Seen<Vec<String>>,
    /// Containers that do not take over rights from above.
    pub inheritance: Seen<InheritanceFacts>,
}

/// An account of synchronisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SyncAccount {
    /// Account name.
    pub name: String,
    /// How it was recognised.
    pub kind: SyncAccountKind,
    /// Whether it may be used.
    pub enabled: Seen<bool>,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// When it was last changed, as the controller that was read has it.
    pub changed: Seen<Timestamp>,
    /// When its password was last set; absent if never.
    pub password_changed: Seen<Timestamp>,
    /// Its last logon, up to 14 days late; absent if it never logged on.
    pub last_logon: Seen<Timestamp>,
    /// Whether it was once in a protected group (`adminCount` is 1).
    pub admin_count: Seen<bool>,
    /// Names of the groups that it is directly in beside its primary group, sorted.
    pub member_of: Seen<Vec<String>>,
    /// Names of the groups that Windows protects because their members rule the domain (such as
    /// Domain Admins, Account Operators, Backup Operators) and that it is in, directly or through
    /// other groups of its domain, sorted. Unknown of exports.
    #[serde(default)]
    pub protected_groups: Seen<Vec<String>>,
    /// Whether it holds both rights that replicate passwords, itself.
    pub replicates: Seen<bool>,
    /// Rights that the domain's head gives it, itself, to pass on to users or for the head, sorted.
    /// A right that is given to a group or on a unit is not among them.
    pub rights: Seen<Vec<SyncRight>>,
    /// The server that the description names; absent if it names none that can be made out.
    pub server: Seen<SyncServer>,
    /// The tenant that the description names, lower case; absent if it names none.
    pub tenant: Seen<String>,
    /// Who may fetch the password of a managed service account, sorted; absent for other accounts.
    pub hosts: Seen<Vec<Principal>>,
}

/// How an account of synchronisation was recognised.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SyncAccountKind {
    /// By the name `MSOL_…`, with which Connect names its connector's account.
    Connect,
    /// By the name `AAD_…`, with which Connect names its service's account on a controller.
    ConnectService,
    /// By the names of cloud sync's managed service accounts, `provAgentgMSA` and `pGMSA_…`.
    CloudSync,
    /// By its rights alone.
    Rights,
}

/// What synchronisation needs to write.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SyncRight {
    /// Change passwords of users.
    ChangePassword,
    /// Reset passwords of users.
    ResetPassword,
    /// Undo the expiry of a password, on the domain's head.
    UnexpirePassword,
    /// Write `mS-DS-ConsistencyGuid` of users.
    WriteConsistencyGuid,
    /// Write `lockoutTime` of users.
    WriteLockoutTime,
    /// Write `proxyAddresses` of users, as Exchange hybrid needs it.
    WriteProxyAddresses,
    /// Write `pwdLastSet` of users.
    WritePasswordLastSet,
}

/// A server of synchronisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncServer {
    /// Its NetBIOS name, upper case.
    pub name: String,
    /// Its computer object; absent if the domain has none of that name.
    pub computer: Seen<SyncComputer>,
}

/// The computer object of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncComputer {
    /// Whether the account may be used.
    pub enabled: Seen<bool>,
    /// Whether it is a domain controller.
    pub controller: Seen<bool>,
    /// Operating system; absent if it does not say.
    pub operating_system: Seen<String>,
    /// Build number; absent if it does not say.
    pub build: Seen<u32>,
    /// Its last logon, up to 14 days late; absent if it never logged on.
    pub last_logon: Seen<Timestamp>,
}

/// Containers and organisational units that block inheritance of rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InheritanceFacts {
    /// How many organisational units there are.
    pub units: u32,
    /// How many of them block inheritance.
    pub blocked: u32,
    /// How many do not show their access list, so that nothing is known of them.
    pub hidden: u32,
    /// Distinguished names of the first hundred that block it, sorted.
    pub examples: Vec<String>,
}
