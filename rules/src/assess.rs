//! Assesses an environment: chooses the rules, judges each, and draws the conclusion.
//!
//! What a profile asks for and the packs do not have is an error, not a rule quietly left out.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use serde_json::Value as Json;
use waterline_facts::Environment;

use crate::{
    Assessment, Conclusion, Packs, Profile,
    compile::{Compiled, is_answer},
    conclude,
    expr::types::parameter,
    facts::{FactView, Kind},
    judge::Judge,
    judged::Judged,
    profile::Places,
    reconcile::reconcile,
    rule::{Rule, Target},
    source::{Fault, Source, did_you_mean},
    targets::UnknownTarget,
};

/// Why an environment was not assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessError {
    /// The profile chooses a target that is not there.
    #[error(transparent)]
    Target(#[from] UnknownTarget),
    /// The profile sets parameters that are not there, or to values of another type.
    #[error("{}", .0.join("\n"))]
    Parameters(Vec<String>),
}

/// A parameter of the profile that does not fit.
struct Misfit<'a> {
    rule: &'a str,
    name: &'a str,
    message: String,
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
        let misfits: Vec<String> = self.misfits(profile).map(|misfit| misfit.message).collect();
        if !misfits.is_empty() {
            return Err(AssessError::Parameters(misfits));
        }
        let started = environment.run.started.to_zoned(TimeZone::UTC);
        let as_of = as_of.unwrap_or_else(|| started.date());
        let view = FactView::new(&reconcile(environment, profile), profile, as_of);
        let rules = self.judge(&targets, view, profile);
        let mut assessment = conclude(&Conclusion {
            targets: &targets,
            rules: &rules,
            tasks: self.tasks(),
            profile,
            as_of,
        });
        assessment
            .notices
            .extend(self.idle_answers(profile, environment));
        assessment.notices.sort();
        Ok(assessment)
    }

    /// Reads a profile and holds it against the packs.
    ///
    /// # Errors
    /// Everything that is wrong, by place; the first fault only, if its form is wrong.
    pub fn read_profile(&self, source: &Source) -> Result<Profile, Vec<Fault>> {
        let profile = Profile::read(source).map_err(|fault| vec![fault])?;
        let places: Places = source.read().unwrap_or_default();
        let mut faults = Vec::new();
        for target in &places.targets {
            if let Err(problem) = self.tree().choose(&only(&target.value)) {
                faults.push(source.at(target.referenced, problem.to_string()));
            }
        }
        for misfit in self.misfits(&profile) {
            let place = places
                .parameters
                .get(misfit.rule)
                .and_then(|own| own.get(misfit.name));
            faults.push(match place {
                Some(value) => source.at(value.referenced, misfit.message),
                None => source.whole(misfit.message),
            });
        }
        faults.sort();
        match faults.is_empty() {
            true => Ok(profile),
            false => Err(faults),
        }
    }

    /// Judges the rules that gate any of these targets, by id.
    fn judge(
        &self,
        targets: &[&Target],
        view: FactView,
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
            .iter()
            .filter(|compiled| gates(&compiled.rule));
        rules
            .map(|compiled| (&compiled.rule, judge.judge(compiled)))
            .collect()
    }

    /// The parameters of a profile that do not fit.
    fn misfits<'a>(&'a self, profile: &'a Profile) -> impl Iterator<Item = Misfit<'a>> {
        let all = profile.parameters.iter();
        let all =
            all.flat_map(|(rule, own)| own.iter().map(move |(name, value)| (rule, name, value)));
        all.filter_map(|(rule, name, value)| {
            let message = self.misfit(rule, name, value)?;
            let message = format!("parameters of the profile: {message}");
            Some(Misfit {
                rule,
                name,
                message,
            })
        })
    }

    fn misfit(&self, id: &str, name: &str, value: &Json) -> Option<String> {
        let Some(rule) = self.compiled().iter().find(|rule| rule.rule.id.value == id) else {
            let near = did_you_mean(id, self.rules().map(|rule| rule.id.value.as_str()));
            return Some(format!("there is no rule `{id}`{near}"));
        };
        let Ok(wanted) = rule.parameters.field(name) else {
            let near = did_you_mean(name, rule.rule.params.keys().map(String::as_str));
            return Some(format!("rule `{id}` has no parameter `{name}`{near}"));
        };
        let fits = match (&wanted.kind, parameter(value).map(|given| given.kind)) {
            (Kind::Double, Ok(Kind::Int | Kind::Double)) => true,
            (Kind::List(_), Ok(Kind::List(_))) if value.as_array().is_some_and(Vec::is_empty) => {
                true
            }
            (wanted, given) => given.is_ok_and(|given| given == *wanted),
        };
        (!fits).then(|| {
            format!(
                "`{name}` of rule `{id}` is {}, not {value}",
                wanted.kind.words()
            )
        })
    }

    /// Answers that neither a rule nor an endpoint asks for, each a sentence.
    fn idle_answers(&self, profile: &Profile, environment: &Environment) -> Vec<String> {
        let network = environment.network.known();
        let endpoints = network.and_then(|network| network.endpoints.known());
        let asked = endpoints.into_iter().flatten();
        let asked = asked.flat_map(|endpoint| endpoint.questions.iter().cloned());
        let questions = self.compiled().iter().flat_map(questions);
        let questions: BTreeSet<String> = questions.chain(asked).collect();
        let idle = profile
            .attested
            .keys()
            .filter(|id| !questions.contains(*id));
        let notice = |id: &String| {
            let near = did_you_mean(id, questions.iter().map(String::as_str));
            format!("The profile answers `{id}`, which no rule asks{near}")
        };
        idle.map(notice).collect()
    }
}

/// The questions that a rule asks of the organisation.
fn questions(rule: &Compiled) -> impl Iterator<Item = String> {
    let applies = rule.applies.iter().flat_map(|applies| &applies.gates);
    let answers = rule
        .gates
        .iter()
        .chain(applies)
        .filter(|path| is_answer(path));
    answers.map(|path| path.to_string().replacen("profile.attested.", "", 1))
}

/// A profile that asks for one target.
fn only(target: &str) -> Profile {
    Profile {
        targets: vec![target.to_owned()],
        ..Profile::default()
    }
}
