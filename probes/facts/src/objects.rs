//! Directory objects as they stream by, and what the object checks found in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// How many violations of one check are kept as examples; all are counted.
pub const SAMPLES: usize = 50;

/// How many other holders a sample of a duplicate names; all are counted in its fault.
pub const OTHERS: usize = 1_000;

/// How many UPN suffixes in use are kept, the most used ones.
pub const SUFFIXES: usize = 1_000;

/// One directory object, with the attributes that synchronisation carries.
///
/// Values are as the directory holds them, not trimmed or folded. An attribute is empty if the
/// object does not have it *or* the reader may not see it: directories do not tell these apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Distinguished name.
    pub dn: String,
    /// `objectGUID` in its usual text form; empty if the export has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guid: String,
    /// `sAMAccountName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sam_account_name: Option<String>,
    /// `userPrincipalName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_principal_name: Option<String>,
    /// `mail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// `mailNickname`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_nickname: Option<String>,
    /// `displayName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `proxyAddresses`, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxy_addresses: Vec<String>,
    /// `targetAddress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_address: Option<String>,
    /// Whether the account is disabled; false for groups and contacts.
    #[serde(default)]
    pub disabled: bool,
    /// Whether `isCriticalSystemObject` is true; such objects are not synchronised.
    #[serde(default)]
    pub critical: bool,
    /// Computers: `operatingSystem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<String>,
    /// Computers: `operatingSystemVersion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_version: Option<String>,
    /// `lastLogonTimestamp` as seconds since 1970; up to 14 days behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_logon_s: Option<i64>,
}

/// Kinds of directory objects.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A user or `inetOrgPerson`.
    User,
    /// A group.
    Group,
    /// A contact.
    Contact,
    /// A computer.
    Computer,
    /// A managed service account.
    ServiceAccount,
}

/// What the object checks found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ObjectFacts {
    /// How many objects were checked: users, groups and contacts.
    pub checked: u64,
    /// How many of these kinds were left out because synchronisation leaves them out: critical
    /// system objects, replication conflicts, its own accounts, Exchange's system mailboxes.
    pub left_out: u64,
    /// UPN suffixes in use, sorted by suffix, [`SUFFIXES`] at most.
    pub upn_suffixes: Seen<Vec<SuffixUse>>,
    /// Users without a user principal name.
    pub upn_missing: Seen<Violations>,
    /// User principal names with characters that the service does not take, or without a sound form.
    pub upn_malformed: Seen<Violations>,
    /// User principal names whose suffix cannot be a verified domain: not among the profile's
    /// domains if it names any, else not a public domain (`.local` and the like).
    pub upn_unroutable: Seen<Violations>,
    /// User principal names held by more than one object.
    pub upn_duplicate: Seen<Violations>,
    /// Addresses (mail, proxy addresses) held by more than one user, group or contact.
    pub address_duplicate: Seen<Violations>,
    /// Addresses of mail or SMTP kind without a sound form.
    pub address_malformed: Seen<Violations>,
    /// Attributes longer than the service takes.
    pub attribute_too_long: Seen<Violations>,
    /// Account names with characters that the service does not take.
    pub account_name_malformed: Seen<Violations>,
}

/// A UPN suffix and how many users have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SuffixUse {
    /// The suffix, lower case.
    pub suffix: String,
    /// Users with it, disabled ones included.
    pub users: u64,
    /// Whether its last part is a public top-level domain, so that it can be verified in a tenant.
    pub routable: bool,
}

/// The violations of one check.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Violations {
    /// How many objects violate it, each counted once.
    pub count: u64,
    /// The first [`SAMPLES`] faults by distinguished name; an object may have several.
    pub samples: Vec<Violation>,
}

/// One object that violates a check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Violation {
    /// Distinguished name of the object.
    pub dn: String,
    /// The attribute's LDAP name.
    pub attribute: String,
    /// Its value, cut at 300 characters; folded for duplicates; empty if the attribute is missing.
    pub value: String,
    /// What is wrong with it, in a few words.
    pub fault: String,
    /// The other objects that hold the value, by distinguished name, sorted, [`OTHERS`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}
