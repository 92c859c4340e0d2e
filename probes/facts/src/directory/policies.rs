//! Password policies of a domain, and the limits within which controllers answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// What a password has to be, and when an account is locked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PasswordPolicy {
    /// After how many days a password expires; absent if never.
    pub maximum_age_days: Seen<f64>,
    /// How many characters it has at least; 0 allows an empty one.
    pub minimum_length: Seen<u32>,
    /// How many former passwords may not be used again.
    pub history: Seen<u32>,
    /// Whether it must have characters of several kinds.
    pub complexity: Seen<bool>,
    /// Whether it is stored so that it can be decrypted.
    pub reversible: Seen<bool>,
    /// After how many wrong passwords an account is locked; 0 means never.
    pub lockout_threshold: Seen<u32>,
    /// For how many minutes it stays locked; absent if until an administrator unlocks it.
    pub lockout_minutes: Seen<f64>,
    /// Within how many minutes wrong passwords are counted together; absent if for ever.
    pub lockout_window_minutes: Seen<f64>,
}

/// A password policy for some users or groups of a domain (`msDS-PasswordSettings`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FineGrainedPolicy {
    /// Its name.
    pub name: String,
    /// Of several that apply to a user the one with the lowest number wins, from 1 up.
    pub precedence: Seen<u32>,
    /// To how many users and groups it is linked.
    pub applies_to: u64,
    /// How old a password must be before its user may change it, in days; 0 for at once.
    pub minimum_password_age_days: Seen<f64>,
    /// All else.
    pub policy: PasswordPolicy,
}

/// Limits within which controllers answer searches (`queryPolicy`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LdapPolicy {
    /// Its name; `Default Query Policy` applies wherever no other is set.
    pub name: String,
    /// The limits, sorted by name; unknown if they may not be seen.
    pub limits: Seen<Vec<LdapLimit>>,
    /// How many addresses are refused.
    pub denied_addresses: u64,
}

/// One limit of an LDAP policy (`lDAPAdminLimits`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LdapLimit {
    /// Its name, such as `MaxPageSize`.
    pub name: String,
    /// Its value: a number of entries, values, bytes or seconds, as the name says.
    pub value: i64,
}
