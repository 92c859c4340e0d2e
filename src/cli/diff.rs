//! `waterline diff`: what changed between runs, and why.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use waterline_rules::Packs;

use super::{
    console::Console,
    options::{JudgingOptions, ProfileOption},
    outputs::write_whole,
    runs::{self, EarlierRun},
};
use crate::{
    diff::{Changes, Direction, Reason},
    exit::{Exit, FailOn, Usage},
    report::{Layout, changes},
};

/// Options of `waterline diff`.
#[derive(Debug, Args)]
pub struct DiffOptions {
    /// Runs, oldest first: recordings, or reports as JSON; changes are told from the first to the
    /// last, and remaining work of all
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    runs: Vec<PathBuf>,
    #[command(flatten)]
    judging: JudgingOptions,
    /// What the organisation wanted at the first run, if that was something else
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    old_profile: Option<PathBuf>,
    /// How changes are told
    #[arg(long, value_enum, default_value_t, help_heading = "Reports")]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For reading
    #[default]
    Text,
    /// For machines
    Json,
}

/// Runs the command.
///
/// # Errors
/// If a run cannot be read, they are of different environments, or nothing can be written.
pub fn run(options: &DiffOptions, console: &Console) -> anyhow::Result<Exit> {
    if let Some(path) = options.output.as_deref().filter(|path| path.is_dir()) {
        let message = format!("--output: {} is a folder; name a file", path.display());
        return Err(Usage::new(message).into());
    }
    let changes = changes_of(options)?;
    write(options, &changes, console)?;
    Ok(exit(&changes, options.judging.fail_on))
}

fn changes_of(options: &DiffOptions) -> anyhow::Result<Changes> {
    let packs = Packs::embedded();
    let profile = options.judging.profile.read(packs)?;
    let old_profile = match &options.old_profile {
        Some(file) => ProfileOption::of(file.clone()).read(packs)?,
        None => profile.clone(),
    };
    let as_of = options.judging.as_of;
    let [first, between @ .., last] = &options.runs[..] else {
        return Err(Usage::new("name two runs or more, oldest first").into());
    };
    let old = EarlierRun::read(first, packs, &old_profile, as_of)?;
    let between = between.iter();
    let between = between.map(|path| EarlierRun::read(path, packs, &profile, as_of));
    let between: Vec<EarlierRun> = between.collect::<Result<_, _>>()?;
    let new = EarlierRun::read(last, packs, &profile, as_of)?;
    runs::changes(&old, &between, &new.document, (packs, &profile))
}

fn write(options: &DiffOptions, changes: &Changes, console: &Console) -> anyhow::Result<()> {
    let render = |layout: Layout, out: &mut dyn std::io::Write| match options.format {
        Format::Text => changes::write(changes, layout, out),
        Format::Json => changes::write_json(changes, out),
    };
    let Some(path) = &options.output else {
        return console.print(|out| render(console.layout(), out));
    };
    let written = write_whole(path, |out| render(Layout::default(), out));
    written.with_context(|| format!("cannot write the changes to {}", path.display()))?;
    console.say(format_args!("wrote {}", path.display()));
    Ok(())
}

/// The code for what got worse: a new requirement that is not met as a target that is not ready,
/// one that is no longer assessed as a target that is not assessed.
fn exit(changes: &Changes, line: FailOn) -> Exit {
    let worse = || changes.of(Direction::Worse);
    let unread = |reason| reason == Reason::CeasedToBeAssessable;
    let fault = worse().any(|change| change.required && !unread(change.reason));
    let advice = worse().any(|change| !change.required && !unread(change.reason));
    let lost = worse().any(|change| change.required && unread(change.reason));
    match line {
        FailOn::Never => Exit::Ready,
        _ if fault => Exit::NotReady,
        FailOn::Advisory if advice => Exit::NotReady,
        FailOn::NotAssessed | FailOn::Advisory if lost => Exit::NotAssessed,
        _ => Exit::Ready,
    }
}
