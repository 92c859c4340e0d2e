//! The record of a verification: what was found, when, with which rights, and who signs for it.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::{FormatVersion, ProbeId, run::Rights};
use waterline_rules::{Verdict, assessment::TargetResult, plan::WaveId};

/// Version of the record's form: fields are only added within a major version.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Version of this form.
    pub format: FormatVersion,
    /// The plan that was verified.
    pub plan: PlanOrigin,
    /// The run that verified it.
    pub run: VerifyingRun,
    /// Who signs for it; empty if nobody is named.
    pub signed_by: String,
    /// How many tasks came to what.
    pub totals: Totals,
    /// Each task that was looked at, in the order of the plan.
    pub tasks: Vec<VerifiedTask>,
    /// Rules that were met when the plan was made and are not met now, by id.
    pub regressions: Vec<Regression>,
    /// Each target, in tree order: whether it may be enabled.
    pub gate: Vec<Gate>,
}

/// The plan that was verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanOrigin {
    /// SHA-256 of the report's file, in hexadecimal.
    pub sha256: String,
    /// The organisation that it names; may be empty.
    pub organisation: String,
    /// When the run began of which it was made.
    pub started: Timestamp,
    /// The day at which it was judged.
    pub as_of: Date,
    /// Version of the program that made it.
    pub judged_by: String,
}

/// The run that verified a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerifyingRun {
    /// When probing began.
    pub started: Timestamp,
    /// The day at which was judged.
    pub as_of: Date,
    /// Version of the program that judged.
    pub judged_by: String,
    /// The rights with which the probes ran.
    pub rights: Rights,
    /// The probes that ran.
    pub probes: Vec<ProbeId>,
    /// Whether the user interrupted it.
    pub interrupted: bool,
}

/// How many tasks came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Tasks that are done.
    pub done: u32,
    /// Tasks that are not.
    pub not_done: u32,
    /// Tasks whose findings are gone while others of the same rules came.
    pub regressed: u32,
    /// Tasks of which it cannot be told.
    pub cannot_tell: u32,
}

/// What became of one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerifiedTask {
    /// Its id.
    pub id: String,
    /// What was to be done.
    pub title: String,
    /// Its wave.
    pub wave: WaveId,
    /// Who was to do it.
    pub owner: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: String,
    /// What shows it: each of its rules, by id.
    pub evidence: Vec<RuleEvidence>,
}

/// What became of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// None of its findings is there any more, and all that its rules ask was assessed.
    Done,
    /// Some of its findings are still there.
    NotDone,
    /// Its findings are gone, but its rules have others that the plan did not know.
    Regressed,
    /// What its rules ask was not assessed, wholly or in part.
    CannotTell,
}

impl Outcome {
    /// The outcome in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not done",
            Self::Regressed => "regressed",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// What a rule said in the verifying run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleEvidence {
    /// The rule.
    pub rule: String,
    /// Its verdict; not assessed also for a rule that this version does not have.
    pub verdict: Verdict,
    /// Why, where the verdict alone does not say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Its findings, by key, the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// How many objects, hosts or machines its findings concern, now.
    pub affected: u64,
    /// The same when the plan was made.
    pub affected_before: u64,
    /// The facts that it looked at, by path, as far as they are single values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<LookedAt>,
}

/// A fact that a rule looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LookedAt {
    /// Its path.
    pub path: String,
    /// Its value; null if known to be absent.
    pub value: serde_json::Value,
}

/// A rule that was met when the plan was made and is not met now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Regression {
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Its findings, by key, the first hundred.
    pub findings: Vec<String>,
}

/// Whether a target may be enabled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// The target, by the verdicts of now where a rule was looked at again, and those of the plan's
    /// own run elsewhere.
    pub target: TargetResult,
    /// Whether it may be enabled: all that is required was assessed and is met or waived.
    pub may_enable: bool,
    /// Required rules among these whose verdict is that of the plan's own run.
    pub carried_over: u32,
}
