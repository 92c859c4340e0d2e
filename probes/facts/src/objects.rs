//! Directory objects as they stream by, and what the object checks found in them.
//!
//! The list of checks is the table in [`checks`].

mod checks;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use checks::{ObjectCheck, ObjectFacts, Proposal, Violation, ViolationKind, Violations};

/// How many violations of one check are kept as examples; all are counted.
pub const SAMPLES: usize = 50;

/// How many other holders a sample of a duplicate names; all are counted in its fault.
pub const OTHERS: usize = 1_000;

/// How many UPN suffixes in use are kept, the most used ones.
pub const SUFFIXES: usize = 1_000;

/// One directory object, with the attributes that synchronisation carries or that decide whether and
/// how it is carried.
///
/// Texts are as the directory holds them, not trimmed or folded. An attribute is empty if the object
/// does not have it *or* the reader may not see it: directories do not tell these apart. Times are
/// seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryObject {
    /// What it is.
    pub kind: ObjectKind,
    /// Its own class, the last of `objectClass`, such as `inetOrgPerson`; empty if the export has
    /// none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub class: String,
    /// Distinguished name.
    pub dn: String,
    /// `objectGUID` in its usual text form; empty if the export has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guid: String,
    /// `cn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub common_name: Option<String>,
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
    /// `givenName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// `sn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// `proxyAddresses`, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxy_addresses: Vec<String>,
    /// `targetAddress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_address: Option<String>,
    /// `userAccountControl`, a set of bits; groups and contacts have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_control: Option<i32>,
    /// `groupType`, a set of bits; negative for security groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_type: Option<i32>,
    /// Groups: how many direct members (`member`); those by primary group are not among them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub members: u64,
    /// `primaryGroupID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_group: Option<u32>,
    /// Whether `isCriticalSystemObject` is true; such objects are not synchronised.
    #[serde(default, skip_serializing_if = "is_default")]
    pub critical: bool,
    /// Whether `adminCount` is 1: the account is or was in a protected group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub admin_count: bool,
    /// Whether `adminDescription` marks it as written back from the cloud (`User_…`, `Group_…`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub written_back: bool,
    /// Whether it has a mailbox on premises (`homeMDB`).
    #[serde(default, skip_serializing_if = "is_default")]
    pub mailbox: bool,
    /// Whether `msExchHideFromAddressLists` is true.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hidden_from_address_lists: bool,
    /// `msExchRecipientTypeDetails`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_type: Option<i64>,
    /// `mS-DS-ConsistencyGuid`, as a GUID if it is one, else in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consistency_guid: Option<String>,
    /// How many values `userCertificate` has; the certificates themselves are not kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub certificates: u32,
    /// How many values `userSMIMECertificate` has.
    #[serde(default, skip_serializing_if = "is_default")]
    pub smime_certificates: u32,
    /// Whether the password must be changed at the next logon (`pwdLastSet` is 0).
    #[serde(default, skip_serializing_if = "is_default")]
    pub password_must_change: bool,
    /// When the password was last set (`pwdLastSet`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_last_set_s: Option<i64>,
    /// When the account expires (`accountExpires`); none if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_expires_s: Option<i64>,
    /// When the object was made (`whenCreated`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_s: Option<i64>,
    /// `lastLogonTimestamp`; up to 14 days behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_logon_s: Option<i64>,
    /// Computers: `operatingSystem`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system: Option<String>,
    /// Computers: `operatingSystemVersion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_version: Option<String>,
}

/// Bits of `userAccountControl` (MS-ADTS 2.2.16).
pub mod account_control {
    /// The account is disabled.
    pub const DISABLED: i32 = 0x2;
    /// No password is required.
    pub const PASSWORD_NOT_REQUIRED: i32 = 0x20;
    /// The password never expires.
    pub const PASSWORD_NEVER_EXPIRES: i32 = 0x1_0000;
    /// A smart card is required to log on.
    pub const SMART_CARD_REQUIRED: i32 = 0x4_0000;
    /// Trusted for delegation to any service.
    pub const TRUSTED_FOR_DELEGATION: i32 = 0x8_0000;
}

impl DirectoryObject {
    /// An object with nothing but its kind and distinguished name.
    pub fn new(kind: ObjectKind, dn: impl Into<String>) -> Self {
        Self {
            kind,
            class: String::new(),
            dn: dn.into(),
            guid: String::new(),
            common_name: None,
            sam_account_name: None,
            user_principal_name: None,
            mail: None,
            mail_nickname: None,
            display_name: None,
            given_name: None,
            surname: None,
            proxy_addresses: Vec::new(),
            target_address: None,
            account_control: None,
            group_type: None,
            members: 0,
            primary_group: None,
            critical: false,
            admin_count: false,
            written_back: false,
            mailbox: false,
            hidden_from_address_lists: false,
            recipient_type: None,
            consistency_guid: None,
            certificates: 0,
            smime_certificates: 0,
            password_must_change: false,
            password_last_set_s: None,
            account_expires_s: None,
            created_s: None,
            last_logon_s: None,
            operating_system: None,
            operating_system_version: None,
        }
    }

    /// Whether all these bits of `userAccountControl` are set; none if it does not show them.
    pub fn has_control(&self, bits: i32) -> Option<bool> {
        self.account_control.map(|control| control & bits == bits)
    }

    /// Whether the account is known to be disabled.
    pub fn is_disabled(&self) -> bool {
        self.has_control(account_control::DISABLED) == Some(true)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
