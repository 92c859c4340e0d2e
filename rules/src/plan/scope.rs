//! What a task is about: how many things, of which kind, and the first of them by name.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assessment::Finding;

/// How many things are named in the plan itself; the file beside it names all.
pub const NAMED: usize = 10;

/// What a task is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// What is counted.
    pub kind: ScopeKind,
    /// How many there are at least; the same as the task's `affected`.
    pub count: u64,
    /// The first of them by name, ten at most; empty where the thing has no name of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
}

/// What a task's scope counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    /// The environment as a whole, such as a setting of the forest.
    #[default]
    Environment,
    /// Single things of which a rule asks the same: hosts, endpoints, records, controllers.
    Things,
    /// Objects of the directory.
    Objects,
}

impl ScopeKind {
    /// The unit, for a count of one or of several.
    pub fn words(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Environment, _) => "the environment",
            (Self::Things, 1) => "thing",
            (Self::Things, _) => "things",
            (Self::Objects, 1) => "object",
            (Self::Objects, _) => "objects",
        }
    }
}

impl Scope {
    /// The scope of findings that one task clears, some of which are of object checks.
    pub(super) fn of(findings: &[&Finding], affected: u64, is_of_objects: bool) -> Self {
        let names: BTreeSet<&str> = match is_of_objects {
            true => findings
                .iter()
                .flat_map(|finding| objects(finding))
                .collect(),
            false => findings
                .iter()
                .filter_map(|finding| thing(finding))
                .collect(),
        };
        let kind = match (is_of_objects, names.is_empty()) {
            (true, _) => ScopeKind::Objects,
            (false, false) => ScopeKind::Things,
            (false, true) => ScopeKind::Environment,
        };
        Self {
            kind,
            count: affected,
            named: names.into_iter().take(NAMED).map(str::to_owned).collect(),
        }
    }
}

/// The thing that a finding is about, as its key names it.
pub fn thing(finding: &Finding) -> Option<&str> {
    let rest = finding.key.strip_prefix(finding.rule.as_str())?;
    rest.strip_prefix('/')
}

/// The distinguished names among the samples that a finding shows.
fn objects(finding: &Finding) -> impl Iterator<Item = &str> {
    let values = finding.evidence.iter().map(|evidence| &evidence.value);
    let samples = values.filter_map(|value| value.get("samples").unwrap_or(value).as_array());
    samples
        .flatten()
        .filter_map(|sample| sample.get("dn")?.as_str())
}
