//! What packs say beside rules and targets: the questions to the organisation, and the register of
//! disagreements.
//!
//! Both are lists in files of a fixed name, in any folder of a pack.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    attestations::{AnswerKind, Attestation, Attestations},
    compile::Condition,
    disagreements::Disagreement,
    expr::{Programs, Wanted, types::Names},
    source::{Fault, Source, Spanned, did_you_mean},
};

/// The file of questions.
const ATTESTATIONS: &str = "attestations.yaml";

/// The file of disagreements.
const DISAGREEMENTS: &str = "disagreements.yaml";

/// Whether a file of this name is read here.
pub(super) fn is_register(name: &str) -> bool {
    matches!(name, ATTESTATIONS | DISAGREEMENTS)
}

/// The lists as they are read, each entry with its file.
#[derive(Default)]
pub(super) struct Registers<'a> {
    questions: Vec<(&'a Source, Attestation)>,
    disagreements: Vec<(&'a Source, Disagreement)>,
}

impl<'a> Registers<'a> {
    /// Reads a file that is a register, by its name.
    pub(super) fn read(&mut self, source: &'a Source, faults: &mut Vec<Fault>) {
        match source.file_name() {
            ATTESTATIONS => collect(source, &mut self.questions, faults),
            _ => collect(source, &mut self.disagreements, faults),
        }
    }

    /// The questions, whatever is wrong with them.
    pub(super) fn attestations(&self) -> Attestations {
        Attestations::new(self.questions.iter().map(|(_, one)| one.clone()))
    }

    /// What is wrong with the questions: by themselves, two of one id, or a target that is not
    /// there.
    pub(super) fn question_faults(&self, targets: &BTreeSet<&str>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let ids = self.questions.iter().map(|(file, one)| (*file, &one.id));
        faults.extend(twice(ids));
        for (file, one) in &self.questions {
            let wrong = one.faults().into_iter();
            faults.extend(wrong.map(|message| file.at(one.id.referenced, message)));
            faults.extend(strangers(file, &one.targets, targets, "target"));
        }
        faults
    }

    /// The answers that facts suggest, by question.
    pub(super) fn defaults(&self, faults: &mut Vec<Fault>) -> BTreeMap<String, Condition> {
        let mut defaults = BTreeMap::new();
        let programs = Programs::written();
        for (file, one) in &self.questions {
            let wanted = match one.kind {
                AnswerKind::YesNo => Wanted::Bool,
                AnswerKind::Number => Wanted::Int,
                _ => Wanted::Text,
            };
            let Some(text) = &one.default else { continue };
            let names = Names::default();
            match programs.expression(&text.value, &names, wanted) {
                Ok(expression) => {
                    defaults.insert(one.id.value.clone(), expression.with_gates(&names));
                }
                Err(problems) => faults.extend(file.problems(text, problems)),
            }
        }
        defaults
    }

    /// The disagreements, by id, and what is wrong with them.
    pub(super) fn disagreements(
        self,
        rules: Option<&BTreeSet<String>>,
        faults: &mut Vec<Fault>,
    ) -> Vec<Disagreement> {
        let rules: Option<BTreeSet<&str>> =
            rules.map(|rules| rules.iter().map(String::as_str).collect());
        let ids = self
            .disagreements
            .iter()
            .map(|(file, one)| (*file, &one.id));
        faults.extend(twice(ids));
        for (file, one) in &self.disagreements {
            let wrong = one.faults().into_iter();
            faults.extend(wrong.map(|message| file.at(one.id.referenced, message)));
            if let Some(rules) = &rules {
                faults.extend(strangers(file, &one.rules, rules, "rule"));
            }
        }
        let mut all: Vec<_> = self.disagreements.into_iter().map(|(_, one)| one).collect();
        all.sort_by(|a, b| a.id.value.cmp(&b.id.value));
        all
    }
}

/// Reads a list into what was read before.
fn collect<'a, T: serde::de::DeserializeOwned>(
    source: &'a Source,
    into: &mut Vec<(&'a Source, T)>,
    faults: &mut Vec<Fault>,
) {
    match source.read::<Vec<T>>() {
        Ok(all) => into.extend(all.into_iter().map(|one| (source, one))),
        Err(fault) => faults.push(fault),
    }
}

/// Ids that were there before.
fn twice<'b>(ids: impl Iterator<Item = (&'b Source, &'b Spanned<String>)>) -> Vec<Fault> {
    let mut first: BTreeMap<&str, (&Source, u64)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (file, id) in ids {
        let line = id.referenced.line();
        match first.get(id.value.as_str()) {
            Some((other, at)) => {
                let message = format!(
                    "`{}` is already there in {} line {at}",
                    id.value, other.name
                );
                faults.push(file.at(id.referenced, message));
            }
            None => _ = first.insert(&id.value, (file, line)),
        }
    }
    faults
}

/// Names of things that are not there.
fn strangers(
    file: &Source,
    names: &[Spanned<String>],
    known: &BTreeSet<&str>,
    what: &str,
) -> Vec<Fault> {
    let strange = names.iter().filter(|name| !known.contains(&*name.value));
    let fault = |name: &Spanned<String>| {
        let near = did_you_mean(&name.value, known.iter().copied());
        file.at(
            name.referenced,
            format!("there is no {what} `{}`{near}", name.value),
        )
    };
    strange.map(fault).collect()
}
