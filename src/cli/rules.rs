//! `waterline rules`: lists, explains and tests the onboarding minimums.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use waterline_rules::{
    Packs,
    cases::CaseResults,
    folder,
    rule::Rule,
    source::{self, Source},
};

use super::console::Console;
use crate::exit::{Exit, Usage};

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Lists the rules by id, with severity and targets.
    List(ListOptions),
    /// Explains one rule: why, what it reads, what to do, and who says so.
    Show {
        /// The rule's id
        id: String,
    },
    /// Runs the rules' own cases.
    Test {
        /// A pack of rules, a folder of YAML files; else the built-in packs
        path: Option<PathBuf>,
    },
}

/// Options of `waterline rules list`.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// Only the rules of this target
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Only the ids, one a line
    #[arg(long)]
    ids: bool,
}

/// Runs the command.
///
/// # Errors
/// If there is no such rule or target, or a pack cannot be read.
pub fn run(command: &RulesCommand, console: &Console) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List(options) => list(options, console),
        RulesCommand::Show { id } => explain(id, console),
        RulesCommand::Test { path } => test(path.as_deref(), console),
    }
}

fn list(options: &ListOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = Packs::embedded();
    if let Some(target) = &options.target
        && packs.tree().get(target).is_none()
    {
        let known = packs
            .targets()
            .iter()
            .map(|target| target.id.value.as_str());
        let near = source::did_you_mean(target, known);
        return Err(Usage::new(format!("there is no target `{target}`{near}")).into());
    }
    let wanted = |rule: &&Rule| {
        let of = |target: &String| rule.targets.iter().any(|one| one.value == *target);
        options.target.as_ref().is_none_or(of)
    };
    console.print(|out| {
        for rule in packs.rules().filter(wanted) {
            match options.ids {
                true => writeln!(out, "{}", rule.id.value)?,
                false => write_row(rule, out)?,
            }
        }
        Ok(())
    })?;
    Ok(Exit::Ready)
}

fn write_row(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let targets: Vec<_> = rule
        .targets
        .iter()
        .map(|target| target.value.as_str())
        .collect();
    let weight = match rule.is_required() {
        true => "required",
        false => "advisory",
    };
    writeln!(out, "{}", rule.id.value)?;
    let text = format!(
        "{} ({}, {weight}; {})",
        rule.title,
        rule.severity.words(),
        targets.join(", ")
    );
    for line in textwrap::wrap(&text, textwrap::Options::new(76)) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn explain(id: &str, console: &Console) -> anyhow::Result<Exit> {
    let packs = Packs::embedded();
    let Some(rule) = packs.rule(id) else {
        let known = packs.rules().map(|rule| rule.id.value.as_str());
        let near = source::did_you_mean(id, known);
        return Err(Usage::new(format!("there is no rule `{id}`{near}")).into());
    };
    console.print(|out| out.write_all(rule.to_markdown().as_bytes()))?;
    Ok(Exit::Ready)
}

fn test(path: Option<&Path>, console: &Console) -> anyhow::Result<Exit> {
    let results = match path {
        None => Packs::embedded().test_cases(),
        Some(path) => test_folder(path)?,
    };
    console.print(|out| {
        for failure in &results.failures {
            writeln!(out, "{failure}")?;
        }
        let (rules, cases) = (results.rules, results.cases);
        writeln!(
            out,
            "{rules} rules, {cases} cases, {} wrong",
            results.failures.len()
        )
    })?;
    Ok(match results.failures.is_empty() {
        true => Exit::Ready,
        false => Exit::Failed,
    })
}

/// Runs the cases of a folder's rules, read together with the built-in packs: its rules may name
/// their targets and tasks, and stand in for built-in rules of the same file name.
fn test_folder(path: &Path) -> anyhow::Result<CaseResults> {
    let own = folder::sources(path).map_err(|error| Usage::new(error.to_string()))?;
    let name = |source: &Source| source.name.rsplit(['/', '\\']).next().map(str::to_owned);
    let mine: BTreeSet<_> = own.iter().filter_map(name).collect();
    let embedded = Packs::embedded_sources().into_iter();
    let others = embedded.filter(|source| name(source).is_none_or(|name| !mine.contains(&name)));
    let all: Vec<_> = others.chain(own).collect();
    let packs = Packs::read(&all).map_err(|faults| Usage::of(&faults))?;
    let of_folder = |rule: &str| mine.contains(&format!("{rule}.yaml"));
    let tested = packs.rules().filter(|rule| of_folder(&rule.id.value));
    let cases: Vec<_> = tested.map(|rule| rule.cases.len()).collect();
    let failures = packs.test_cases().failures.into_iter();
    Ok(CaseResults {
        rules: cases.len(),
        cases: cases.iter().sum(),
        failures: failures
            .filter(|failure| of_folder(&failure.rule))
            .collect(),
    })
}
