//! Holds a profile against the packs: what it asks for that they do not have, or do not allow.
//!
//! Each misfit is shown where the profile says it, and none is quietly left out. What merely has no
//! effect, such as an answer that no rule asks, is a notice and not a misfit.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use waterline_facts::Environment;

use crate::{
    Packs, Profile,
    bounds::plain,
    compile::{Compiled, is_answer},
    expr::types::parameter,
    facts::Kind,
    profile::Places,
    source::{Fault, Source, did_you_mean},
};

/// Something of a profile that does not fit.
pub(crate) struct Misfit<'a> {
    spot: Spot<'a>,
    pub(crate) message: String,
}

/// Where in a profile something stands.
enum Spot<'a> {
    Parameter(&'a str, &'a str),
    Answer(&'a str),
    Waiver(usize),
}

impl Packs {
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
        let misfits = self.misfits(&profile).into_iter();
        faults.extend(misfits.map(|misfit| misfit.fault(source, &places)));
        faults.sort();
        match faults.is_empty() {
            true => Ok(profile),
            false => Err(faults),
        }
    }

    /// What of a profile does not fit, but for its targets.
    pub(crate) fn misfits<'a>(&self, profile: &'a Profile) -> Vec<Misfit<'a>> {
        let mut misfits = Vec::new();
        for (rule, own) in &profile.parameters {
            for (name, value) in own {
                let message = self.parameter_misfit(rule, name, value);
                misfits.extend(message.map(|message| Misfit {
                    spot: Spot::Parameter(rule, name),
                    message: format!("parameters of the profile: {message}"),
                }));
            }
        }
        for (id, answer) in &profile.attested {
            let message = self.questions().misfit(id, answer);
            misfits.extend(message.map(|message| Misfit {
                spot: Spot::Answer(id),
                message,
            }));
        }
        misfits.extend(self.refused_waivers(profile));
        misfits
    }

    fn parameter_misfit(&self, id: &str, name: &str, value: &Json) -> Option<String> {
        let Some(rule) = self.compiled().iter().find(|rule| rule.rule.id.value == id) else {
            let near = did_you_mean(id, self.rules().map(|rule| rule.id.value.as_str()));
            return Some(format!("there is no rule `{id}`{near}"));
        };
        let Ok(wanted) = rule.parameters.field(name) else {
            let near = did_you_mean(name, rule.rule.params.keys().map(String::as_str));
            return Some(format!("rule `{id}` has no parameter `{name}`{near}"));
        };
        if !is_of_kind(value, &wanted.kind) {
            let words = wanted.kind.words();
            return Some(format!("`{name}` of rule `{id}` is {words}, not {value}"));
        }
        match rule.rule.bounds.get(name) {
            None => Some(format!(
                "`{name}` of rule `{id}` is fixed: the rule gives no bounds in which to set it"
            )),
            Some(bounds) if !bounds.value.hold(value) => Some(format!(
                "`{name}` of rule `{id}` may be {}, not {}",
                bounds.value.words(),
                plain(value)
            )),
            Some(_) => None,
        }
    }

    /// Waivers of rules that no waiver can accept.
    fn refused_waivers<'a>(&self, profile: &'a Profile) -> impl Iterator<Item = Misfit<'a>> {
        let waivers = profile.waivers.iter().enumerate();
        waivers.filter_map(|(index, waiver)| {
            let rule = self.rule(waiver.rule())?;
            rule.never_waivable.then(|| Misfit {
                spot: Spot::Waiver(index),
                message: format!(
                    "no waiver can accept `{}`: nothing works while it is not met",
                    rule.id.value
                ),
            })
        })
    }

    /// What a profile asks for that has no effect or an effect worth knowing, each a sentence.
    pub(crate) fn remarks(&self, profile: &Profile, environment: &Environment) -> Vec<String> {
        let mut remarks = self.idle_answers(profile, environment);
        remarks.extend(self.overridden(profile));
        remarks.extend(self.tree().left_out(profile));
        remarks
    }

    /// Thresholds that the profile sets in place of a rule's own.
    fn overridden(&self, profile: &Profile) -> Vec<String> {
        let mut remarks = Vec::new();
        for rule in self.rules() {
            for (name, value) in profile.parameters.get(&rule.id.value).into_iter().flatten() {
                let own = rule.params.get(name).map(|own| &own.value);
                if let Some(own) = own.filter(|own| *own != value) {
                    let (id, own, value) = (&rule.id.value, plain(own), plain(value));
                    remarks.push(format!(
                        "rule `{id}` is judged with {name} {value} in place of {own}, as the profile says"
                    ));
                }
            }
        }
        remarks
    }

    /// Answers that neither a rule nor an endpoint asks for.
    fn idle_answers(&self, profile: &Profile, environment: &Environment) -> Vec<String> {
        let network = environment.network.known();
        let endpoints = network.and_then(|network| network.endpoints.known());
        let asked = endpoints.into_iter().flatten();
        let asked = asked.flat_map(|endpoint| endpoint.questions.iter().cloned());
        let questions = self.compiled().iter().flat_map(questions);
        let questions: BTreeSet<String> = questions.chain(asked).collect();
        let answers = profile.attested.keys();
        let idle = answers.filter(|id| !questions.contains(*id));
        let notice = |id: &String| {
            let near = did_you_mean(id, questions.iter().map(String::as_str));
            format!("The profile answers `{id}`, which no rule asks{near}")
        };
        idle.map(notice).collect()
    }
}

impl Misfit<'_> {
    /// The misfit at its place in the profile's file.
    fn fault(self, source: &Source, places: &Places) -> Fault {
        let place = match self.spot {
            Spot::Parameter(rule, name) => {
                let own = places.parameters.get(rule);
                own.and_then(|own| own.get(name))
                    .map(|value| value.referenced)
            }
            Spot::Answer(id) => places.attested.get(id).map(|value| value.referenced),
            Spot::Waiver(index) => places.waiver(index),
        };
        match place {
            Some(place) => source.at(place, self.message),
            None => source.whole(self.message),
        }
    }
}

/// Whether a value can stand in for a parameter of this type.
fn is_of_kind(value: &Json, wanted: &Kind) -> bool {
    match (wanted, parameter(value).map(|given| given.kind)) {
        (Kind::Double, Ok(Kind::Int | Kind::Double)) => true,
        (Kind::List(_), Ok(Kind::List(_))) if value.as_array().is_some_and(Vec::is_empty) => true,
        (wanted, given) => given.is_ok_and(|given| given == *wanted),
    }
}

/// The questions that a rule asks of the organisation.
pub(crate) fn questions(rule: &Compiled) -> impl Iterator<Item = String> {
    let applies = rule.applies.iter().flat_map(|applies| &applies.gates);
    let each = rule.each.iter().flat_map(|each| &each.concerned);
    let concerned = each.flat_map(|concerned| &concerned.gates);
    let answers = rule
        .gates
        .iter()
        .chain(applies)
        .chain(concerned)
        .filter(|path| is_answer(path));
    answers.filter_map(|path| {
        let path = path.to_string();
        let id = path.strip_prefix("profile.attested.")?;
        Some(id.trim_end_matches("[]").to_owned())
    })
}

/// A profile that asks for one target.
fn only(target: &str) -> Profile {
    Profile {
        targets: vec![target.to_owned()],
        ..Profile::default()
    }
}
