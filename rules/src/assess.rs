//! Assesses an environment: chooses the rules, judges each, and draws the conclusion.
//!
//! What a profile asks for and the packs do not have is an error, not a rule quietly left out.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use rayon::prelude::*;
use waterline_facts::Environment;

use crate::{
    Assessment, Conclusion, Packs, Profile, conclude,
    facts::FactView,
    judge::Judge,
    judged::Judged,
    reconcile::reconcile,
    rule::{Rule, Target},
    targets::UnknownTarget,
};

/// Why an environment was not assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessError {
    /// The profile chooses a target that is not there.
    #[error(transparent)]
    Target(#[from] UnknownTarget),
    /// The profile asks for what the packs do not have or do not allow: parameters, answers,
    /// waivers.
    #[error("{}", .0.join("\n"))]
    Misfits(Vec<String>),
}

impl Packs {
    /// Assesses an environment for the targets of a profile, at a day; absent for that of the run.
    /// What the run did not ask because its own profile was another one counts as unknown.
    ///
    /// # Errors
    /// What the profile asks for and the packs do not have.
    pub fn assess(
        &self,
        environment: &Environment,
        profile: &Profile,
        as_of: Option<Date>,
    ) -> Result<Assessment, AssessError> {
        let targets = self.tree().choose(profile)?;
        let misfits = self.misfits(profile).into_iter();
        let misfits: Vec<String> = misfits.map(|misfit| misfit.message).collect();
        if !misfits.is_empty() {
            return Err(AssessError::Misfits(misfits));
        }
        let started = environment.run.started.to_zoned(TimeZone::UTC);
        let as_of = as_of.unwrap_or_else(|| started.date());
        let view = FactView::new(
            &reconcile(environment, profile),
            self.wanted(),
            profile,
            as_of,
        );
        let rules = self.judge(&targets, &view, profile);
        let mut assessment = conclude(Conclusion {
            targets: &targets,
            rules,
            tasks: self.tasks(),
            questions: self.questions(),
            profile,
            as_of,
        });
        assessment
            .notices
            .extend(self.remarks(profile, environment));
        assessment.notices.sort();
        Ok(assessment)
    }

    /// Judges the rules that gate any of these targets, by id.
    fn judge(
        &self,
        targets: &[&Target],
        view: &FactView,
        profile: &Profile,
    ) -> Vec<(&Rule, Judged)> {
        let chosen: BTreeSet<&str> = targets
            .iter()
            .map(|target| target.id.value.as_str())
            .collect();
        let gates = |rule: &Rule| {
            rule.targets
                .iter()
                .any(|id| chosen.contains(id.value.as_str()))
        };
        let judge = Judge::new(view, profile);
        let rules = self
            .compiled()
            .par_iter()
            .filter(|compiled| gates(&compiled.rule));
        rules
            .map(|compiled| (&compiled.rule, judge.judge(compiled)))
            .collect()
    }
}
