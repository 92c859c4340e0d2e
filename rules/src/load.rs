//! Packs: the rules and targets, read and checked as a whole.
//!
//! The program carries its packs; others can be read from files. Everything that is wrong is told at
//! once, each with its place.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use waterline_facts::Environment;

use crate::{
    Profile,
    compile::{Compiled, compile},
    facts::FactView,
    judge::Judge,
    judged::Judged,
    rule::{Rule, Target},
    source::{Fault, Source, did_you_mean},
};

/// The packs that the program carries: name below `packs/`, text.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The name of the file that holds the targets.
const TARGETS: &str = "targets.yaml";

/// Rules and targets that are ready to judge.
#[derive(Debug)]
pub struct Packs {
    rules: Vec<Compiled>,
    targets: Vec<Target>,
}

/// A rule as written, and the file that it was read from.
type Written<'a> = (&'a Source, Rule);

impl Packs {
    /// The packs that the program carries.
    pub fn embedded() -> &'static Self {
        static PACKS: LazyLock<Packs> = LazyLock::new(|| {
            Packs::read(&Packs::embedded_sources()).expect("a test reads the embedded packs")
        });
        &PACKS
    }

    /// The texts of the packs that the program carries.
    pub fn embedded_sources() -> Vec<Source> {
        let sources = EMBEDDED.iter();
        sources
            .map(|(name, text)| Source::new(format!("packs/{name}"), *text))
            .collect()
    }

    /// Reads packs: one rule a file, and the targets in `targets.yaml`.
    ///
    /// # Errors
    /// Everything that is wrong, by file and place.
    pub fn read(sources: &[Source]) -> Result<Self, Vec<Fault>> {
        let (packs, faults) = Self::read_sound(sources);
        match faults.is_empty() {
            true => Ok(packs),
            false => Err(faults),
        }
    }

    /// Reads what is sound of packs, and tells what is not; for those who write rules, never to
    /// judge by.
    pub fn read_sound(sources: &[Source]) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut targets = Vec::new();
        let mut written = Vec::new();
        for source in sources {
            if source.name.rsplit('/').next() == Some(TARGETS) {
                keep(source.read::<Vec<Target>>(), &mut faults)
                    .into_iter()
                    .for_each(|list| {
                        targets.extend(list.into_iter().map(|target| (source, target)))
                    });
            } else if let Some(rule) = keep(source.read::<Rule>(), &mut faults) {
                written.push((source, rule));
            }
        }
        faults.extend(check_ids(&written));
        faults.extend(check_targets(&written, &targets));
        let mut rules = Vec::new();
        for (source, rule) in written {
            match compile(source, rule) {
                Ok(rule) => rules.push(rule),
                Err(others) => faults.extend(others),
            }
        }
        rules.sort_by(|a, b| a.rule.id.value.cmp(&b.rule.id.value));
        faults.sort();
        faults.dedup();
        let targets = targets.into_iter().map(|(_, target)| target).collect();
        (Self { rules, targets }, faults)
    }

    /// The rules, by id.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// One rule.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules().find(|rule| rule.id.value == id)
    }

    /// The rules, ready to judge, by id.
    pub fn compiled(&self) -> &[Compiled] {
        &self.rules
    }

    /// The targets, in the order of their file.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Judges every rule by itself, by id; which of them matter is not asked.
    pub fn judge(
        &self,
        environment: &Environment,
        profile: &Profile,
        as_of: Date,
    ) -> Vec<(&Rule, Judged)> {
        let judge = Judge::new(FactView::new(environment, profile, as_of), profile);
        let rules = self.rules.iter();
        rules
            .map(|compiled| (&compiled.rule, judge.judge(compiled)))
            .collect()
    }
}

/// A value, or its fault among the others.
fn keep<T>(read: Result<T, Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

/// Every id is that of one rule.
fn check_ids(written: &[Written<'_>]) -> Vec<Fault> {
    let mut first: BTreeMap<&str, &Source> = BTreeMap::new();
    let mut faults = Vec::new();
    for (source, rule) in written {
        let id = rule.id.value.as_str();
        match first.get(id) {
            Some(other) => {
                let message = format!("the id `{id}` is also that of {}", other.name);
                faults.push(source.at(rule.id.referenced, message));
            }
            None => _ = first.insert(id, source),
        }
    }
    faults
}

/// Every target that a rule gates is there.
fn check_targets(written: &[Written<'_>], targets: &[(&Source, Target)]) -> Vec<Fault> {
    let ids = || targets.iter().map(|(_, target)| target.id.value.as_str());
    let mut faults = Vec::new();
    for (source, rule) in written {
        for target in &rule.targets {
            if !ids().any(|id| id == target.value) {
                let near = did_you_mean(&target.value, ids());
                let message = format!("there is no target `{}`{near}", target.value);
                faults.push(source.at(target.referenced, message));
            }
        }
    }
    faults
}
