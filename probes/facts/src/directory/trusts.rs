//! Trusts between domains and forests.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EncryptionType;
use crate::seen::Seen;

/// A trust, as the domain that was read holds it (`trustedDomain` below `CN=System`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrustFacts {
    /// DNS name of the other side, lower case, or its NetBIOS name for a trust with Windows NT.
    pub partner: String,
    /// NetBIOS name of the other side.
    pub netbios_name: Seen<String>,
    /// Who trusts whom.
    pub direction: Seen<TrustDirection>,
    /// What the other side is.
    pub kind: Seen<TrustKind>,
    /// What the trust is set to, in the order of [`TrustAttribute`]; bits that have no name there
    /// are left out.
    pub attributes: Seen<Vec<TrustAttribute>>,
    /// Whether security identifiers of domains other than the partner's are filtered out of what
    /// comes from there. Absent where nothing is to be filtered: within the forest, and where only
    /// the other side trusts. Derived from `trustAttributes` (MS-ADTS 6.1.6.7.9): a forest trust
    /// filters unless it is treated as external, any other trust filters if it is quarantined.
    pub sid_filtering: Seen<bool>,
    /// Encryption types of the trust's tickets; absent if none are set, which means RC4 on
    /// controllers without the updates of November 2022 and AES with newer ones.
    pub encryption_types: Seen<Vec<EncryptionType>>,
    /// When the object was last changed. That is told by each controller for itself and also moves
    /// when the password of the trust is changed, by default every 30 days.
    pub changed: Seen<Timestamp>,
}

/// Who trusts whom (`trustDirection`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrustDirection {
    /// Nobody: the trust is switched off (0).
    Disabled,
    /// The other side trusts this domain (1): this domain's users can be let in there.
    Inbound,
    /// This domain trusts the other side (2): its users can be let in here.
    Outbound,
    /// Both (3).
    TwoWay,
}

/// What the other side of a trust is (`trustType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrustKind {
    /// A domain without Active Directory, as of Windows NT (1).
    Downlevel,
    /// An Active Directory domain (2).
    ActiveDirectory,
    /// A Kerberos realm that is not of Windows (3).
    Realm,
    /// A DCE realm (4); historic.
    Dce,
    /// A cloud tenant (5).
    Cloud,
}

/// A bit of `trustAttributes` (MS-ADTS 6.1.6.7.9), in the order of the bits.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TrustAttribute {
    /// Domains beyond the partner are not trusted (0x1).
    NonTransitive,
    /// Only Windows 2000 and later may use it (0x2).
    UplevelOnly,
    /// Security identifiers of other domains are filtered out (0x4).
    Quarantined,
    /// It joins two forests (0x8).
    ForestTransitive,
    /// Users are let in only where they are allowed to authenticate (0x10): selective
    /// authentication.
    SelectiveAuthentication,
    /// Both sides are in this forest (0x20).
    WithinForest,
    /// A forest trust that filters no more than an external one (0x40).
    TreatAsExternal,
    /// Keys of a realm are RC4 keys (0x80).
    Rc4Keys,
    /// Tickets are not delegated across it (0x200).
    NoDelegation,
    /// Privileged identities come from the other forest (0x400).
    PrivilegedAccess,
    /// Tickets are delegated across it (0x800).
    Delegation,
}

impl TrustAttribute {
    /// The attributes that are set in a value of `trustAttributes`.
    pub fn of_bits(bits: u32) -> Vec<Self> {
        let known = [
            (0x1, Self::NonTransitive),
            (0x2, Self::UplevelOnly),
            (0x4, Self::Quarantined),
            (0x8, Self::ForestTransitive),
            (0x10, Self::SelectiveAuthentication),
            (0x20, Self::WithinForest),
            (0x40, Self::TreatAsExternal),
            (0x80, Self::Rc4Keys),
            (0x200, Self::NoDelegation),
            (0x400, Self::PrivilegedAccess),
            (0x800, Self::Delegation),
        ];
        let set = known.iter().filter(|(mask, _)| bits & mask != 0);
        set.map(|(_, attribute)| *attribute).collect()
    }
}
