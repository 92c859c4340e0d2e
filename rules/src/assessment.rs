//! The result of judging: rules, targets, findings, the plan, and what remains to be done.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    judged::Suspect,
    plan::Plan,
    verdict::{Confidence, Readiness, Severity, Verdict},
};

/// The result of judging an environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The day at which dates were judged: that of the run, or of `--as-of`.
    pub as_of: Date,
    /// Every chosen target, in tree order.
    pub targets: Vec<TargetResult>,
    /// Every rule of the chosen targets, by id.
    pub rules: Vec<RuleResult>,
    /// What is not met, blockers first, then by key.
    pub findings: Vec<Finding>,
    /// What to do about the findings, and in which order.
    pub plan: Plan,
    /// How much is left to do.
    pub remaining_work: RemainingWork,
    /// What the profile asks for that had no effect, such as a waiver that expired or names no
    /// finding; each a sentence.
    pub notices: Vec<String>,
}

/// How ready one target is.
///
/// Counts and lists cover the target itself, its parts and the targets that it needs, and theirs in
/// turn, each rule once; so they explain its readiness. A waived rule is assessed and met here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetResult {
    /// The target's id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The target of which it is a part, whether that was chosen or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How ready it is. Not assessed also where no required rule is open but nothing was judged:
    /// for the target as a whole, or for one that it waits for.
    pub readiness: Readiness,
    /// Required rules, but for those found not applicable.
    pub required: u32,
    /// Required rules that are met or waived; at most `assessed`.
    pub met: u32,
    /// Required rules that are met, not met or waived; at most `required`.
    pub assessed: u32,
    /// Advisory rules that are not met.
    pub advisories: u32,
    /// Required rules that are not met, by id.
    pub blocked_by: Vec<String>,
    /// Required rules that were not assessed, by id.
    pub not_assessed: Vec<String>,
}

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleResult {
    /// The rule's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// How far its sources can be trusted.
    pub confidence: Confidence,
    /// Whether readiness depends on it.
    pub required: bool,
    /// The targets that it gates.
    pub targets: Vec<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Why, where the verdict alone does not say it: what was not read, or why it does not apply.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What would assess it, each a sentence; empty unless not assessed, wholly or in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_assess: Vec<String>,
    /// The key of the finding that is the cause: of the rule's not being assessed, or of all its
    /// findings; absent if none was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<String>,
}

/// A rule that is not met, or one thing among many for which it is not met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable key: the rule's id, and after a `/` the thing concerned where a rule asks the same
    /// of many, such as `core-endpoint-unreachable/login.microsoftonline.com:443`.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// Whether a waiver accepts it.
    pub waived: bool,
    /// Why it matters.
    pub why: String,
    /// The facts that show it.
    pub evidence: Vec<Evidence>,
    /// How many objects, hosts or machines are concerned; 1 where it is the environment itself.
    pub affected: u64,
    /// Which part of what its rule asks about it is, above 0 to 1: one of the things that the rule
    /// was asked of, or those affected out of all; 1 where neither is told.
    #[serde(default = "whole")]
    pub share: f64,
    /// The nearest change of facts with which it would be met, such as
    /// `` `directory.forest.level` were 4 or more, not 2``; empty where the rule's expression is no
    /// comparison.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub would_be_met_if: String,
    /// The task that clears it; absent if the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The key of the finding that is its cause, whose task clears this one too; absent if it stands
    /// for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<String>,
    /// Its consequences, sorted: findings by key, and rules that were not assessed by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<String>,
    /// What may be its cause, before that is settled.
    #[serde(skip)]
    pub suspects: Vec<Suspect>,
}

/// A fact shown with a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The fact's path, such as `directory.forest.level`.
    pub path: String,
    /// Its value as JSON; null if known to be absent.
    pub value: serde_json::Value,
}

/// All of it, where nothing is told.
fn whole() -> f64 {
    1.0
}

/// How much is left to do: falls with each fix, has no cap, and is not a percentage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RemainingWork {
    /// The sum of the weights of `parts`.
    #[serde(default)]
    pub weight: f64,
    /// What it is made of, the weightiest first, then by rule.
    #[serde(default)]
    pub parts: Vec<WorkPart>,
    /// Findings of severity blocker that no waiver accepts and that have no cause among the others.
    pub blockers: u32,
    /// Findings of severity major that no waiver accepts and that have no cause among the others.
    pub majors: u32,
    /// Findings of severity minor that no waiver accepts and that have no cause among the others.
    pub minors: u32,
    /// Findings of severity info that no waiver accepts and that have no cause among the others.
    pub infos: u32,
    /// Findings and rules not assessed that are consequences of other findings. Such findings are
    /// not in the counts above.
    #[serde(default)]
    pub consequences: u32,
    /// Sum of the effort of all tasks of the plan, in hours.
    pub effort_hours: f64,
    /// Required rules that were not assessed.
    pub not_assessed: u32,
}

/// What one rule leaves to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkPart {
    /// The rule.
    pub rule: String,
    /// Its severity, which gives the weight.
    pub severity: Severity,
    /// Its findings that no waiver accepts and that have no cause among the others.
    pub findings: u32,
    /// The share affected: the sum of theirs.
    pub share: f64,
    /// The weight of the severity times the share.
    pub weight: f64,
}
