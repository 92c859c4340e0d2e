//! What the organisation wants: targets, cloud, domains, attested answers, thresholds, waivers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the organisation wants. Every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The organisation's name, as reports show it.
    pub organisation: String,
    /// Ids of the targets to judge; empty for those that need no choice.
    pub targets: Vec<String>,
    /// The cloud of the tenant.
    pub cloud: Cloud,
    /// DNS name of the Active Directory domain; empty for that of the machine.
    pub directory_domain: String,
    /// The public domains: UPN suffixes and mail domains that are, or will be, verified in the
    /// tenant.
    pub domains: Vec<String>,
    /// Facts that no probe can see, answered by the organisation: question id to answer.
    pub attested: BTreeMap<String, bool>,
    /// Thresholds of rules, where they differ: rule id to parameter to value.
    pub parameters: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// Findings that are accepted.
    pub waivers: Vec<Waiver>,
}

/// The cloud of the tenant.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Worldwide, GCC included.
    #[default]
    Commercial,
    /// GCC High and Azure Government.
    Usgov,
    /// US Department of Defense.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

/// A decision to accept a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// A rule's id or a finding's key.
    pub finding: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds.
    pub expires: Date,
}
