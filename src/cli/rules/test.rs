//! `waterline rules test`: each case of each rule, and each threshold made another one.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use waterline_rules::{
    Packs,
    cases::{CaseResults, FailureKind},
    folder,
    mutation::MutationResults,
};

use super::super::console::Console;
use crate::exit::{Exit, Usage};

/// Options of `waterline rules test`.
#[derive(Debug, Args)]
pub struct TestOptions {
    /// A pack of your own, a folder of YAML files; else the built-in packs
    #[arg(value_name = "FOLDER")]
    path: Option<PathBuf>,
    /// The same, as other commands take it
    #[arg(
        long,
        value_name = "FOLDER",
        env = "WATERLINE_PACK",
        conflicts_with = "path"
    )]
    pack: Option<PathBuf>,
    /// Also make each threshold another one, and name those of which no case takes notice
    #[arg(long)]
    thresholds: bool,
}

/// Rules to test: those of a pack of one's own among all, or all.
struct Tested {
    packs: Packs,
    own: Option<BTreeSet<String>>,
}

/// Runs the command.
///
/// # Errors
/// If a pack cannot be read.
pub(super) fn run(options: &TestOptions, console: &Console) -> anyhow::Result<Exit> {
    let tested = tested(options)?;
    let cases = tested.cases();
    let thresholds = options.thresholds.then(|| tested.thresholds());
    console.print(|out| {
        for failure in &cases.failures {
            writeln!(out, "{failure}")?;
        }
        for survivor in thresholds.iter().flat_map(|results| &results.survivors) {
            writeln!(out, "{survivor}")?;
        }
        writeln!(out, "{}", summary(&cases))?;
        if let Some(results) = &thresholds {
            let (tried, unnoticed) = (results.tried, results.survivors.len());
            writeln!(out, "{tried} thresholds changed, {unnoticed} unnoticed")?;
        }
        Ok(())
    })?;
    let unnoticed = thresholds.is_some_and(|results| !results.survivors.is_empty());
    Ok(match cases.failures.is_empty() && !unnoticed {
        true => Exit::Ready,
        false => Exit::Failed,
    })
}

fn tested(options: &TestOptions) -> Result<Tested, Usage> {
    let read = |sources: &[_]| Packs::read(sources).map_err(|faults| Usage::of(&faults));
    let Some(path) = options.path.as_ref().or(options.pack.as_ref()) else {
        return Ok(Tested {
            packs: read(&Packs::embedded_sources())?,
            own: None,
        });
    };
    let pack = folder::own_pack(path).map_err(|error| Usage::new(error.to_string()))?;
    Ok(Tested {
        packs: read(&pack.sources)?,
        own: Some(pack.rules),
    })
}

impl Tested {
    fn is_tested(&self, rule: &str) -> bool {
        self.own.as_ref().is_none_or(|own| own.contains(rule))
    }

    fn cases(&self) -> CaseResults {
        let tested = self
            .packs
            .rules()
            .filter(|rule| self.is_tested(&rule.id.value));
        let counts: Vec<usize> = tested.map(|rule| rule.cases.len()).collect();
        let mut failures = self.packs.test_cases().failures;
        failures.retain(|failure| self.is_tested(&failure.rule));
        CaseResults {
            rules: counts.len(),
            cases: counts.iter().sum(),
            failures,
        }
    }

    fn thresholds(&self) -> MutationResults {
        self.packs.test_thresholds(|rule| self.is_tested(rule))
    }
}

/// The figures on one line, wrong verdicts by kind.
fn summary(results: &CaseResults) -> String {
    let of = |kind: FailureKind| {
        let failures = results.failures.iter();
        failures.filter(|failure| failure.kind == kind).count()
    };
    let kinds: Vec<String> = FailureKind::ALL
        .into_iter()
        .filter(|kind| of(*kind) > 0)
        .map(|kind| format!("{} {}", of(kind), kind.words()))
        .collect();
    let (rules, cases, wrong) = (results.rules, results.cases, results.failures.len());
    match kinds.as_slice() {
        [] => format!("{rules} rules, {cases} cases, {wrong} wrong"),
        kinds => format!(
            "{rules} rules, {cases} cases, {wrong} wrong: {}",
            kinds.join(", ")
        ),
    }
}
