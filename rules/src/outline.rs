//! What there is to onboard to, with what judging it takes: the tree as people choose from it.

use std::collections::BTreeSet;

use crate::{
    Packs, attestations::Attestation, compile::Compiled, fitting::questions, rule::Target,
};

/// A target, with what judging it takes. Rules are those that gate the target itself; its readiness
/// counts those of its parts and needs too.
#[derive(Debug)]
pub struct Outline<'a> {
    /// The target.
    pub target: &'a Target,
    /// How many targets it lies below.
    pub depth: usize,
    /// What is probed for it: the roots of the facts that its rules read, sorted.
    pub probed: BTreeSet<&'a str>,
    /// What is asked of the organisation for it, by id.
    pub asked: Vec<&'a Attestation>,
    /// How many rules gate it.
    pub rules: usize,
    /// How many of them are required.
    pub required: usize,
}

impl Packs {
    /// Every target in tree order, with what judging it takes.
    pub fn outline(&self) -> Vec<Outline<'_>> {
        self.targets()
            .iter()
            .map(|target| self.outlined(target))
            .collect()
    }

    fn outlined<'a>(&'a self, target: &'a Target) -> Outline<'a> {
        let gates = |one: &&Compiled| {
            let mut targets = one.rule.targets.iter();
            targets.any(|id| id.value == target.id.value)
        };
        let rules: Vec<&Compiled> = self.compiled().iter().filter(gates).collect();
        let mut ids: BTreeSet<String> = rules.iter().flat_map(|rule| questions(rule)).collect();
        let declared = self.questions().iter().filter(|question| {
            let mut targets = question.targets.iter();
            targets.any(|id| id.value == target.id.value)
        });
        ids.extend(declared.map(|question| question.id.value.clone()));
        Outline {
            target,
            depth: self.depth(target),
            probed: rules.iter().flat_map(|rule| probed(rule)).collect(),
            asked: ids
                .iter()
                .filter_map(|id| self.questions().get(id))
                .collect(),
            required: rules.iter().filter(|one| one.rule.is_required()).count(),
            rules: rules.len(),
        }
    }

    /// How many targets one lies below; the tree has no circles.
    fn depth(&self, target: &Target) -> usize {
        let parent = |target: &&Target| {
            let parent = target.parent.as_ref()?;
            self.tree().get(&parent.value)
        };
        std::iter::successors(Some(target), parent).count() - 1
    }
}

/// The roots of facts that probes learn.
const PROBED: [&str; 8] = [
    "browsers",
    "directory",
    "dns",
    "host",
    "hosts",
    "network",
    "objects",
    "run",
];

/// The roots of the facts that a rule reads.
fn probed(rule: &Compiled) -> impl Iterator<Item = &'static str> {
    let lists = rule.each.iter().map(|each| &each.element.of);
    let conditions = rule.applies.iter().flat_map(|applies| &applies.gates);
    let read = rule.gates.iter().chain(lists).chain(conditions);
    read.filter_map(|path| match path.root() {
        "patterns" => Some("network"),
        root => PROBED.into_iter().find(|known| *known == root),
    })
}
