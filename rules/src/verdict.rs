//! The words in which rules and targets are judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a rule.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The minimum is met: everything it needs was read, and holds.
    Met,
    /// The minimum is not met: what was read shows it.
    NotMet,
    /// Something it needs was not read; nothing is concluded.
    NotAssessed,
    /// It does not concern this environment or what was chosen.
    NotApplicable,
    /// Not met, and accepted by a waiver that is still in force.
    Waived,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotAssessed => "not assessed",
            Self::NotApplicable => "not applicable",
            Self::Waived => "waived",
        })
    }
}

/// How ready a target is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Every required rule was assessed and is met or waived.
    Ready,
    /// The same, and some advisory rule is not met or was not assessed.
    ReadyWithAdvisories,
    /// Some required rule is not met.
    NotReady,
    /// No required rule is known to be unmet, but some required rule was not assessed.
    NotAssessed,
}

/// How much a rule matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The target cannot be deployed, or is unsupported.
    Blocker,
    /// The target fails for some, or is unsafe.
    Major,
    /// Wants attention; the target works.
    Minor,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The severity in one word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Info => "info",
        }
    }

    /// Whether a rule of this severity is required for readiness.
    pub fn is_required(self) -> bool {
        matches!(self, Self::Blocker | Self::Major)
    }
}

/// How far the sources of a rule can be trusted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A vendor's page or code says so.
    Documented,
    /// A data set says so.
    Data,
    /// It follows from other sources; never a reason to block.
    Derived,
    /// Practice says so: several public scripts or reports agree, no page of the vendor does; never
    /// a reason to block.
    Field,
    /// General knowledge of the platform, not looked up; never a reason to block.
    #[serde(rename = "gk")]
    GeneralKnowledge,
    /// Not verified; never a reason to block.
    Unverified,
    /// A page says so, and is likely wrong; never a reason to block.
    Suspect,
}
