//! Packs: the rules and targets, read and checked as a whole.
//!
//! The program carries its packs; others can be read from files. Everything that is wrong is told at
//! once, each with its place.

mod registers;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use rayon::prelude::*;

use crate::{
    attestations::Attestations,
    causes,
    compile::{Asked, Compiled, Condition, compile},
    confirm,
    disagreements::Disagreement,
    expr::Programs,
    facts::sieve::Wanted,
    misplaced::Misplaced,
    plan::TaskBook,
    rule::{Rule, Target},
    source::{Fault, Source, did_you_mean},
    targets::TargetTree,
};
use registers::Registers;

/// The packs that the program carries: name below `packs/`, text as written, the same as JSON.
const EMBEDDED: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The name of the file that holds the targets.
const TARGETS: &str = "targets.yaml";

impl Source {
    /// Whether this is the file of targets, by its name.
    pub fn holds_targets(&self) -> bool {
        self.file_name() == TARGETS
    }

    /// Whether this is the file of a rule, and none of a list that packs share.
    pub fn holds_rule(&self) -> bool {
        !self.holds_targets() && !registers::is_register(self.file_name())
    }
}

/// Rules and targets that are ready to judge.
#[derive(Debug)]
pub struct Packs {
    rules: Vec<Compiled>,
    targets: TargetTree,
    tasks: TaskBook,
    questions: Attestations,
    defaults: BTreeMap<String, Condition>,
    disagreements: Vec<Disagreement>,
    wanted: Wanted,
}

impl Packs {
    /// The packs that the program carries.
    pub fn embedded() -> &'static Self {
        static PACKS: LazyLock<Packs> = LazyLock::new(|| {
            Packs::read(&Packs::prepared_sources()).expect("a test reads the embedded packs")
        });
        &PACKS
    }

    /// The packs that the program carries, as they were written.
    pub fn embedded_sources() -> Vec<Source> {
        let sources = EMBEDDED.iter();
        sources
            .map(|(name, text, _)| Source::new(format!("packs/{name}"), *text))
            .collect()
    }

    /// The same packs as the build prepared them, to judge by: quick to read, without the cases of
    /// rules and without places for messages.
    pub fn prepared_sources() -> Vec<Source> {
        let sources = EMBEDDED.iter();
        sources
            .map(|(name, _, json)| Source::prepared(format!("packs/{name}"), *json))
            .collect()
    }

    /// Reads packs: one rule a file, the targets in `targets.yaml`, the questions to the
    /// organisation in `attestations.yaml`, the register of disagreements in `disagreements.yaml`.
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
        let mut reading = Reading::default();
        let read = sources.par_iter().map(|source| {
            let is_rule = source.holds_rule();
            is_rule.then(|| source.read::<Rule>())
        });
        for (source, rule) in sources.iter().zip(read.collect::<Vec<_>>()) {
            match rule {
                Some(rule) => reading.rule(source, rule),
                None => reading.list(source),
            }
        }
        reading.check_ids();
        let targets = reading.targets();
        let tasks = reading.tasks();
        reading.causes();
        let questions = reading.questions();
        let ids = reading.ids();
        let rules = reading.compile(&questions);
        let mut faults = reading.faults;
        let defaults = reading.registers.defaults(&mut faults);
        let disagreements = reading.registers.disagreements(ids.as_ref(), &mut faults);
        faults.sort();
        faults.dedup();
        let wanted = wanted(&rules, defaults.values());
        let packs = Self {
            wanted,
            tasks: tasks.with(questions.iter().map(confirm::task).collect()),
            rules,
            targets,
            questions,
            defaults,
            disagreements,
        };
        (packs, faults)
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

    /// The targets, in tree order.
    pub fn targets(&self) -> &[Target] {
        self.targets.targets()
    }

    /// The targets as a tree.
    pub fn tree(&self) -> &TargetTree {
        &self.targets
    }

    /// The questions to the organisation.
    pub fn questions(&self) -> &Attestations {
        &self.questions
    }

    /// The answers that facts suggest, by question.
    pub(crate) fn defaults(&self) -> &BTreeMap<String, Condition> {
        &self.defaults
    }

    /// The facts that the rules and questions read.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// The register of disagreements, by id.
    pub fn disagreements(&self) -> &[Disagreement] {
        &self.disagreements
    }

    /// The tasks that the rules describe, and those to confirm an answer.
    pub fn tasks(&self) -> &TaskBook {
        &self.tasks
    }
}

/// The facts that rules and conditions read.
fn wanted<'a>(rules: &[Compiled], conditions: impl Iterator<Item = &'a Condition>) -> Wanted {
    let mut wanted = Wanted::default();
    for rule in rules {
        rule.read(&mut |path| wanted.read(path));
        rule.shown(&mut |path| wanted.show(path));
    }
    for condition in conditions {
        condition.read(&mut |path| wanted.read(path));
    }
    wanted
}

/// Packs while they are read.
#[derive(Default)]
struct Reading<'a> {
    rules: Vec<Rule>,
    /// The file of each rule.
    files: Vec<&'a Source>,
    targets: Vec<(&'a Source, Target)>,
    registers: Registers<'a>,
    faults: Vec<Fault>,
    /// Whether a rule could not be read, so that its task is missing.
    unread: bool,
}

impl<'a> Reading<'a> {
    /// Takes in a file that is a list.
    fn list(&mut self, source: &'a Source) {
        if !source.holds_targets() {
            self.registers.read(source, &mut self.faults);
            return;
        }
        match source.read::<Vec<Target>>() {
            Ok(targets) => self
                .targets
                .extend(targets.into_iter().map(|target| (source, target))),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Takes in a file with a rule.
    fn rule(&mut self, source: &'a Source, rule: Result<Rule, Fault>) {
        match rule {
            Ok(rule) => {
                self.rules.push(rule);
                self.files.push(source);
            }
            Err(fault) => {
                self.unread = true;
                self.faults.push(fault);
            }
        }
    }

    /// Every id is that of one rule.
    fn check_ids(&mut self) {
        let mut first: BTreeMap<&str, &Source> = BTreeMap::new();
        for (rule, file) in self.rules.iter().zip(&self.files) {
            let id = rule.id.value.as_str();
            if let Some(other) = first.get(id) {
                let message = format!("the id `{id}` is also that of {}", other.name);
                self.faults.push(file.at(rule.id.referenced, message));
            } else {
                first.insert(id, file);
            }
        }
    }

    /// The tree; empty if it is not sound. Every target that a rule gates is in it.
    fn targets(&mut self) -> TargetTree {
        let all = self.targets.iter().map(|(_, target)| target.clone());
        let tree = TargetTree::new(all.collect()).unwrap_or_else(|misplaced| {
            for fault in misplaced {
                let file = self
                    .targets
                    .iter()
                    .find(|(_, target)| target.id.value == fault.id);
                self.faults
                    .extend(file.map(|(file, _)| file.at(fault.place, fault.message)));
            }
            TargetTree::default()
        });
        let ids = || {
            self.targets
                .iter()
                .map(|(_, target)| target.id.value.as_str())
        };
        for (rule, file) in self.rules.iter().zip(&self.files) {
            for target in rule
                .targets
                .iter()
                .filter(|target| !ids().any(|id| id == target.value))
            {
                let near = did_you_mean(&target.value, ids());
                let message = format!("there is no target `{}`{near}", target.value);
                self.faults.push(file.at(target.referenced, message));
            }
        }
        tree
    }

    /// The tasks; none if they are not sound. Where a rule could not be read its task is missing, so
    /// nothing is said of tasks then.
    fn tasks(&mut self) -> TaskBook {
        TaskBook::new(&self.rules).unwrap_or_else(|misplaced| {
            if !self.unread {
                let faults: Vec<Fault> = misplaced
                    .into_iter()
                    .map(|fault| self.place(fault))
                    .collect();
                self.faults.extend(faults);
            }
            TaskBook::default()
        })
    }

    /// Every cause is a rule that there is, as severe at least, and none causes itself in the end.
    /// Where a rule could not be read it is missing, so unknown ones are not told then.
    fn causes(&mut self) {
        let faults: Vec<Fault> = causes::misplaced(&self.rules, self.unread)
            .into_iter()
            .map(|fault| self.place(fault))
            .collect();
        self.faults.extend(faults);
    }

    /// A fault of a rule in its file.
    fn place(&self, fault: Misplaced) -> Fault {
        let rules = self.rules.iter().zip(&self.files);
        let mut file = rules.filter(|(rule, _)| rule.id.value == fault.id);
        match file.next() {
            Some((_, file)) => file.at(fault.place, fault.message),
            None => Source::new(fault.id, "").whole(fault.message),
        }
    }

    /// The ids of all rules; nothing where one could not be read, so that it may be any.
    fn ids(&self) -> Option<BTreeSet<String>> {
        let ids = self.rules.iter().map(|rule| rule.id.value.clone());
        (!self.unread).then(|| ids.collect())
    }

    /// The questions; each is sound, and for targets that there are.
    fn questions(&mut self) -> Attestations {
        let ids = self.targets.iter().map(|(_, target)| &*target.id.value);
        self.faults
            .extend(self.registers.question_faults(&ids.collect()));
        self.registers.attestations()
    }

    fn compile(&mut self, questions: &Attestations) -> Vec<Compiled> {
        let rules = std::mem::take(&mut self.rules);
        let profile = questions.profile();
        let programs = match self.files.iter().any(|file| file.is_written()) {
            true => Programs::written(),
            false => Programs::prepared(),
        };
        let results = rules.into_par_iter().zip(&self.files).map(|(rule, file)| {
            compile(
                file,
                rule,
                &Asked {
                    questions,
                    profile: &profile,
                    programs: &programs,
                },
            )
        });
        let mut compiled = Vec::new();
        for result in results.collect::<Vec<_>>() {
            match result {
                Ok(rule) => compiled.push(rule),
                Err(faults) => self.faults.extend(faults),
            }
        }
        compiled.sort_by(|a, b| a.rule.id.value.cmp(&b.rule.id.value));
        compiled
    }
}
