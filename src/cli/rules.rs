//! `waterline rules`: lists, explains and tests the onboarding minimums.

mod test;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::{Args, Subcommand};
use waterline_rules::{rule::Rule, source};

use super::{console::Console, options::PackOption, outputs::write_whole};
use crate::exit::{Exit, Usage};
use test::TestOptions;

/// What to do with the rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Lists the rules by id, with severity and targets.
    List(ListOptions),
    /// Explains one rule: why, what it reads, what to do, its cases, and who says so.
    Show(ShowOptions),
    /// Runs the rules' own cases, and sees whether one notices a changed threshold.
    Test(TestOptions),
    /// Writes a page for each rule, and an index.
    Docs(DocsOptions),
}

/// Options of `waterline rules show`.
#[derive(Debug, Args)]
pub struct ShowOptions {
    /// The rule's id
    id: String,
    #[command(flatten)]
    pack: PackOption,
}

/// Options of `waterline rules docs`.
#[derive(Debug, Args)]
pub struct DocsOptions {
    /// The folder to write to; pages that are there are written over
    folder: PathBuf,
    #[command(flatten)]
    pack: PackOption,
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
    #[command(flatten)]
    pack: PackOption,
}

/// Runs the command.
///
/// # Errors
/// If there is no such rule or target, or a pack cannot be read.
pub fn run(command: &RulesCommand, console: &Console) -> anyhow::Result<Exit> {
    match command {
        RulesCommand::List(options) => list(options, console),
        RulesCommand::Show(options) => explain(options, console),
        RulesCommand::Test(options) => test::run(options, console),
        RulesCommand::Docs(options) => docs(options, console),
    }
}

fn list(options: &ListOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.pack.read()?;
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

fn explain(options: &ShowOptions, console: &Console) -> anyhow::Result<Exit> {
    let (packs, id) = (&*options.pack.read_with_cases()?, &options.id);
    let Some(page) = packs.explain(id) else {
        let known = packs.rules().map(|rule| rule.id.value.as_str());
        let near = source::did_you_mean(id, known);
        return Err(Usage::new(format!("there is no rule `{id}`{near}")).into());
    };
    console.print(|out| out.write_all(page.as_bytes()))?;
    Ok(Exit::Ready)
}

fn docs(options: &DocsOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.pack.read_with_cases()?;
    let folder = &options.folder;
    fs_err::create_dir_all(folder)?;
    let pages = packs.pages();
    for (name, page) in &pages {
        let path = folder.join(name);
        write_whole(&path, |out| out.write_all(page.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let (count, folder) = (pages.len(), folder.display());
    console.say(format_args!("wrote {count} pages to {folder}"));
    Ok(Exit::Ready)
}
