//! Examples of rules, their facts in the form of a recording.

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use super::Compiler;
use crate::{
    Profile,
    facts::{FactPath, mark},
    rule::{Case, Rule},
    verdict::Verdict,
};

/// An example that is ready to run.
#[derive(Debug, Clone)]
pub struct CompiledCase {
    /// What it shows.
    pub name: String,
    /// The facts; what is not there is unknown.
    pub facts: Json,
    /// The profile.
    pub profile: Profile,
    /// The day of judging.
    pub as_of: Date,
    /// The verdict that it must have.
    pub expect: Verdict,
    /// The keys of the findings after the rule's id, sorted, if they matter.
    pub findings: Option<Vec<String>>,
}

impl Compiler<'_> {
    /// Every answer of an example's profile is asked, and fits its question.
    fn answers(&mut self, case: &Case) {
        for (id, answer) in &case.profile.attested {
            let questions = self.asked.questions;
            let stranger = || {
                let near = questions.near(id);
                format!("no attestation asks `{id}`{near}")
            };
            let problem = match questions.get(id) {
                Some(_) => questions.misfit(id, answer),
                None => Some(stranger()),
            };
            if let Some(problem) = problem {
                self.complain::<()>(case.name.referenced, problem);
            }
        }
    }

    pub(super) fn cases(&mut self, rule: &Rule) -> Vec<CompiledCase> {
        rule.cases
            .iter()
            .map(|case| self.case(rule, case))
            .collect()
    }

    fn case(&mut self, rule: &Rule, case: &Case) -> CompiledCase {
        let mut facts = Json::Object(Map::new());
        for (path, value) in &case.facts {
            let placed = match FactPath::parse(path) {
                Some(path) => mark::insert(&mut facts, &path, &value.value),
                None => Err(format!(
                    "`{path}` is no path such as directory.forest.level"
                )),
            };
            if let Err(problem) = placed {
                self.complain::<()>(value.referenced, problem);
            }
        }
        self.answers(case);
        let newest = rule.sources.iter().map(|source| source.as_of).max();
        CompiledCase {
            name: case.name.value.clone(),
            facts,
            profile: case.profile.clone(),
            as_of: case.as_of.or(newest).unwrap_or(Date::constant(2026, 1, 1)),
            expect: case.expect,
            findings: case.findings.clone(),
        }
    }
}
