//! `waterline replay`: judge and plan what was recorded.

use std::path::PathBuf;

use clap::Args;
use waterline_facts::Seen;
use waterline_probes::catalog::Catalog;

use super::{
    comparison::{self, ComparisonOptions, Target},
    console::Console,
    findings,
    options::JudgingOptions,
    outputs::OutputOptions,
    runs::BaselineOption,
};
use crate::{exit::Exit, idfix::Comparison, recording, report::Report, run};

/// Options of `waterline replay`.
#[derive(Debug, Args)]
pub struct ReplayOptions {
    /// The recording: a folder, or a .waterline file
    recording: PathBuf,
    #[command(flatten)]
    judging: JudgingOptions,
    #[command(flatten)]
    output: OutputOptions,
    #[command(flatten)]
    baseline: BaselineOption,
    #[command(flatten)]
    comparison: ComparisonOptions,
}

/// Runs the command.
///
/// # Errors
/// If the recording or an option cannot be used, or a report cannot be written.
pub fn run(options: &ReplayOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.judging.pack.read()?;
    let profile = options.judging.profile.read(packs)?;
    let overlay = options.judging.overlay(packs)?;
    if let Some(comparison) = options.comparison.start(console)? {
        return compare(options, comparison, console);
    }
    let outputs = options.output.outputs()?;
    let baseline = options.baseline.read(packs, &profile)?;
    let opened = recording::open(&options.recording)?;
    let mut environment = opened.environment.clone();
    let spool = findings::spool(&options.output)?;
    let (objects, mut findings) = run::recheck(&opened, &profile, spool)?;
    environment.objects = objects;
    let mut assessment = packs.assess(&environment, &profile, options.judging.as_of)?;
    overlay.lay_over(&mut assessment, &profile.schedule);
    let found = &mut findings;
    let fixed = findings::fix(
        &mut assessment,
        &environment,
        found,
        &options.output,
        console,
    );
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        profile: &profile,
        tool_version: env!("CARGO_PKG_VERSION"),
        damage: &opened.problems,
        catalog: &Catalog::embedded(),
        changes: None,
    };
    let changes = baseline.changes(&report.document(), &profile)?;
    let report = Report {
        changes: changes.as_ref(),
        ..report
    };
    outputs.write(&report, console)?;
    findings::write(findings, options.output.folder()?, console)?;
    fixed?;
    Ok(Exit::of(&assessment, options.judging.fail_on))
}

/// The table of another tool in place of the report.
fn compare(
    options: &ReplayOptions,
    mut comparison: Comparison,
    console: &Console,
) -> anyhow::Result<Exit> {
    let target = Target::of(&options.output)?;
    let opened = recording::open(&options.recording)?;
    let directory = match comparison.take_recorded(&opened)? {
        Some(damage) => Seen::Unknown(damage),
        None => opened.environment.directory,
    };
    let line = options.judging.fail_on;
    comparison::finish(comparison, &directory, &target, line, console)
}
