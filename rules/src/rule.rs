//! What a pack says: rules, their tasks and cases, and the targets that they gate.
//!
//! These are the documents as people write them, one rule a file; nothing is checked here but the
//! form. Expressions keep their place in the file, so that whatever is wrong with one can be shown
//! there.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use waterline_facts::Reason;

use crate::{
    plan::{EffortHours, Level, PolicySetting, WaveId, effort::EffortForm},
    source::Spanned,
    verdict::{Confidence, Severity, Verdict},
};

/// One onboarding minimum.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Names the defect, in kebab case; the file is called the same. Frozen once released.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What is wrong when it is not met, in one line.
    pub title: String,
    /// The targets that it gates, by id.
    #[schemars(with = "Vec<String>")]
    pub targets: Vec<Spanned<String>>,
    /// How much it matters.
    pub severity: Severity,
    /// The version of the program that brought it.
    pub since: String,
    /// Facts that must be learned before `pass` runs, as paths; `[]` stands for every element of a
    /// list.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub needs: Vec<Spanned<String>>,
    /// CEL: whether it concerns this environment; absent where it always does.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub applies: Option<Spanned<String>>,
    /// Asks the minimum of each element of a list.
    #[serde(default)]
    pub each: Option<Each>,
    /// CEL: whether the minimum is met.
    #[schemars(with = "String")]
    pub pass: Spanned<String>,
    /// Thresholds that expressions name as `params.…`, the unit in the name. A profile may set
    /// another value within `bounds`.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    #[serde(default)]
    pub params: BTreeMap<String, Spanned<serde_json::Value>>,
    /// Within which bounds a profile may set a parameter, by its name; one without is fixed.
    #[schemars(with = "BTreeMap<String, Bounds>")]
    #[serde(default)]
    pub bounds: BTreeMap<String, Spanned<Bounds>>,
    /// Whether no waiver can accept it; only for blockers, and only where nothing works without.
    #[serde(default)]
    pub never_waivable: bool,
    /// CEL: how many objects, hosts or machines a finding concerns; absent where it is 1.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub affected: Option<Spanned<String>>,
    /// CEL: out of how many `affected` is, so that the work that remains falls with each one that is
    /// mended; absent where a finding counts as a whole.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub population: Option<Spanned<String>>,
    /// Why it matters.
    pub why: String,
    /// What can be the cause of it, the most telling first; see [`CausedBy`].
    #[serde(default)]
    pub caused_by: Vec<CausedBy>,
    /// Facts that show it, as paths; may begin with the name of `each`.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub evidence: Vec<Spanned<String>>,
    /// What to do when it is not met; absent only for a rule that merely informs.
    #[serde(default)]
    pub task: Option<TaskTemplate>,
    /// In place of `task`: the id of the task that another rule describes and that clears this
    /// finding too.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub task_ref: Option<Spanned<String>>,
    /// Who says so.
    pub sources: Vec<RuleSource>,
    /// Examples, each with the verdict that it must have; empty in packs that are prepared to judge by.
    pub cases: Vec<Case>,
}

/// Within which bounds a profile may set a parameter.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// The least, for a number, or the first for a date as text; absent where there is none.
    pub min: Option<serde_json::Value>,
    /// The greatest, for a number, or the last for a date as text; absent where there is none.
    pub max: Option<serde_json::Value>,
    /// The values to choose from, for text and for each value of a list; empty where any will do.
    pub one_of: Vec<serde_json::Value>,
}

/// Asks the minimum of each element of a list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The list, as a path; it counts as needed.
    #[schemars(with = "String")]
    pub of: Spanned<String>,
    /// The name of the element in expressions.
    #[serde(rename = "as")]
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// CEL: whether an element is concerned; absent where each is.
    #[schemars(with = "Option<String>")]
    #[serde(default, rename = "where")]
    pub concerned: Option<Spanned<String>>,
    /// CEL: what tells the element from the others, for the finding's key.
    #[schemars(with = "String")]
    pub key: Spanned<String>,
    /// The finding's title, with paths in braces filled in; absent for the rule's.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub title: Option<Spanned<String>>,
}

/// A rule whose defect can be the cause of another's. A finding then stands under its cause and has
/// no task of its own; its verdict stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CausedBy {
    /// The rule, by id; at least as severe.
    #[schemars(with = "String")]
    pub rule: Spanned<String>,
    /// CEL: which finding of it, as the end of its key; absent for the first.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub key: Option<Spanned<String>>,
    /// CEL: whether a finding can come of it; absent if no finding can, only not to be assessed.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// Reasons for which facts are not learned because of it: a rule that is not assessed for one of
    /// these is a consequence.
    #[serde(default)]
    pub gaps: Vec<Reason>,
}

/// What to do, as a rule describes it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskTemplate {
    /// Stable id, unique among all rules.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What is done, in one line.
    pub title: String,
    /// The wave in which it is done.
    pub wave: WaveId,
    /// The role that does it, such as `directory-admin`.
    pub owner: String,
    /// Effort in hours: the likely one as a number, or `{low: …, likely: …, high: …}`.
    #[schemars(with = "EffortForm")]
    pub effort_hours: EffortHours,
    /// What may go wrong.
    pub risk: Level,
    /// What users notice: `none`, or in words.
    pub outage: String,
    /// Whether it can be taken back.
    pub reversible: bool,
    /// How to take it back, or what to keep in case.
    #[serde(default)]
    pub undo: String,
    /// What must be at hand before it begins besides other tasks, such as rights or tools.
    #[serde(default)]
    pub prerequisites: Vec<String>,
    /// The tasks that must be done before, by id.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub after: Vec<Spanned<String>>,
    /// The steps, in order.
    pub steps: Vec<String>,
    /// Settings of policies or of the registry that it sets, to be handed over as files.
    #[serde(default)]
    pub settings: Vec<PolicySetting>,
    /// How to see that it worked.
    pub verify: String,
}

/// Who says so.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// The address or the title of the page or data set.
    pub doc: String,
    /// When it was read, or its own date.
    pub as_of: Date,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// An example, with the verdict that it must have.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// Facts by path: a plain value is known, `(absent)` and `(unknown)` are what they say, and
    /// what is not named is unknown.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    #[serde(default)]
    pub facts: BTreeMap<String, Spanned<serde_json::Value>>,
    /// The profile, as far as it matters.
    #[serde(default)]
    pub profile: crate::Profile,
    /// The day of judging; absent for the day of the newest source.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// The verdict.
    pub expect: Verdict,
    /// The keys of the findings after the rule's id, sorted; absent if they do not matter.
    #[serde(default)]
    pub findings: Option<Vec<String>>,
}

/// A service or feature that one can onboard to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// Its name.
    pub title: String,
    /// What it is for, in one sentence.
    pub meaning: String,
    /// The target of which it is a part; absent at the top.
    #[schemars(with = "Option<String>")]
    #[serde(default)]
    pub parent: Option<Spanned<String>>,
    /// The targets that must be ready before it can be, by id; choosing it chooses them too.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub needs: Vec<Spanned<String>>,
    /// Whether it is judged where the profile chooses none.
    #[serde(default)]
    pub default: bool,
    /// For one that is not judged unless chosen: what the organisation decides by choosing it, in
    /// words such as `whether users sign in through federation servers`.
    #[serde(default)]
    pub choice: String,
}

impl Rule {
    /// How far its best source can be trusted; unverified if it has none.
    pub fn confidence(&self) -> Confidence {
        let best = self.sources.iter().map(|source| source.confidence).min();
        best.unwrap_or(Confidence::Unverified)
    }

    /// Whether readiness depends on it: severe enough, and certain enough to block anybody.
    pub fn is_required(&self) -> bool {
        let certain = matches!(self.confidence(), Confidence::Documented | Confidence::Data);
        self.severity.is_required() && certain
    }

    /// The id of its task; absent if it has none.
    pub fn task_id(&self) -> Option<&str> {
        let own = self.task.as_ref().map(|task| &task.id);
        own.or(self.task_ref.as_ref()).map(|id| id.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    const RULE: &str = r#"
id: forest-level-low
title: Forest functional level is low
targets: [core]
severity: blocker
since: 0.1.0
needs: [directory.forest.level]
pass: directory.forest.level >= params.min_level
params: {min_level: 2}
why: Because.
evidence: [directory.forest.level]
task:
  {id: raise, title: Raise it, wave: directory, owner: directory-admin, effort_hours: 2, risk: low,
   outage: none, reversible: false, steps: [Raise it.], verify: Look.}
sources: [{doc: a page, as_of: 2025-09-29, confidence: derived}]
cases: [{name: low, facts: {directory.forest.level: 1}, expect: not-met}]
"#;

    #[test]
    fn a_rule_reads_with_the_place_of_each_expression() {
        let rule: Rule = Source::new("a.yaml", RULE).read().unwrap();
        assert_eq!(rule.task_id(), Some("raise"));
        assert_eq!(rule.pass.referenced.line(), 8);
        assert_eq!(rule.params["min_level"].referenced.line(), 9);
        assert_eq!(rule.cases[0].facts["directory.forest.level"].value, 1);
    }

    #[test]
    fn a_source_that_does_not_document_a_minimum_never_makes_it_required() {
        let rule: Rule = Source::new("a.yaml", RULE).read().unwrap();
        assert!(rule.severity.is_required() && !rule.is_required());
    }
}
