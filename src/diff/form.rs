//! The form in which changes are told to machines.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::FormatVersion;
use waterline_rules::{Readiness, Severity, assessment::RemainingWork};

use crate::report::Document;

/// Version of the form: fields are only added within a major version.
pub(super) const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// What changed between two runs, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// Version of this form.
    pub format: FormatVersion,
    /// The run that is compared with.
    pub old: RunPoint,
    /// The run that is compared.
    pub new: RunPoint,
    /// Targets whose readiness is another one, or that were chosen for one run only, by id.
    pub targets: Vec<TargetChange>,
    /// What changed: what got worse first, then by severity and key.
    pub changes: Vec<Change>,
    /// All runs that were named and how much each left to do, oldest first.
    pub history: Vec<RunPoint>,
    /// What the reader must know before trusting the rest, each a sentence.
    pub notices: Vec<String>,
}

/// A run and how much it left to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunPoint {
    /// When probing began.
    pub started: Timestamp,
    /// The day at which dates were judged.
    pub as_of: Date,
    /// Version of the program that judged.
    pub judged_by: String,
    /// How much was left to do.
    pub remaining_work: RemainingWork,
}

/// A target whose readiness is another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetChange {
    /// The target's id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// How ready it was; null if it was not chosen.
    pub was: Option<Readiness>,
    /// How ready it is; null if it is not chosen.
    pub is: Option<Readiness>,
}

/// A change of a finding, or of a rule's verdict where it has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The finding's key, or the rule's id.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// What is or was wrong, in one line.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// Whether readiness depends on it.
    pub required: bool,
    /// Whether it is for the better.
    pub direction: Direction,
    /// Why it changed.
    pub reason: Reason,
    /// The reason in words, with what was and what is.
    pub detail: String,
}

/// Whether a change is for the better.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is to be done, or less is known.
    Worse,
    /// Less is to be done, or more is known.
    Better,
    /// Neither.
    Neutral,
}

/// Why a finding or a verdict changed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The environment is no longer at fault, and that was seen.
    Fixed,
    /// The environment is at fault where it was not.
    NewFault,
    /// The same fault concerns more or fewer objects, hosts or machines.
    Extent,
    /// The older run's version had no such rule.
    NewRule,
    /// The newer run's version has no such rule.
    RuleGone,
    /// Another choice of targets.
    Chosen,
    /// The same facts, held against another threshold.
    ThresholdMoved,
    /// The same facts, judged at another day.
    DateMoved,
    /// The same facts, judged by rules of another version.
    RuleChanged,
    /// What had not been assessed now was.
    BecameAssessable,
    /// What had been assessed no longer was; what was found may be there still.
    CeasedToBeAssessable,
    /// It concerns the environment now.
    BecameApplicable,
    /// It no longer concerns the environment.
    CeasedToApply,
    /// A waiver accepts it now.
    WaiverBegan,
    /// No waiver accepts it any longer.
    WaiverEnded,
}

impl Reason {
    /// The reason in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::NewFault => "new fault",
            Self::Extent => "other extent",
            Self::NewRule => "new rule",
            Self::RuleGone => "rule gone",
            Self::Chosen => "other choice of targets",
            Self::ThresholdMoved => "threshold moved",
            Self::DateMoved => "date moved",
            Self::RuleChanged => "rule changed",
            Self::BecameAssessable => "now assessed",
            Self::CeasedToBeAssessable => "no longer assessed",
            Self::BecameApplicable => "now applies",
            Self::CeasedToApply => "no longer applies",
            Self::WaiverBegan => "waiver began",
            Self::WaiverEnded => "waiver ended",
        }
    }
}

impl Direction {
    /// The direction in one word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Neutral => "neutral",
        }
    }
}

impl RunPoint {
    pub(super) fn of(document: &Document) -> Self {
        Self {
            started: document.run.started,
            as_of: document.run.as_of,
            judged_by: document.run.judged_by.clone(),
            remaining_work: document.remaining_work.clone(),
        }
    }
}

impl Changes {
    /// The changes of one direction.
    pub fn of(&self, direction: Direction) -> impl Iterator<Item = &Change> {
        let all = self.changes.iter();
        all.filter(move |change| change.direction == direction)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.changes.is_empty()
    }
}
