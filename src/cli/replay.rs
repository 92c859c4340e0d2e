//! `waterline replay`: judge and plan what was recorded.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use clap::Args;
use waterline_facts::Seen;
use waterline_probes::catalog::Catalog;
use waterline_rules::{Assessment, Packs, Profile};

use super::{
    comparison::{self, ComparisonOptions, Target},
    console::Console,
    findings,
    options::JudgingOptions,
    outputs::{OutputOptions, Outputs},
    replays,
};
use crate::{exit::Exit, idfix::Comparison, recording, report::Report, run};

/// Options of `waterline replay`.
#[derive(Debug, Args)]
pub struct ReplayOptions {
    /// The recording: a folder, or a .waterline file. Several are judged at once, with one summary;
    /// `{name}` in the path of a report then stands for the name of each
    #[arg(required = true, value_name = "RECORDING")]
    pub(super) recordings: Vec<PathBuf>,
    /// Hold the verdicts against those in this file (JSON), and print the differences
    #[arg(
        long,
        value_name = "FILE",
        env = "WATERLINE_EXPECT",
        help_heading = "Expectations"
    )]
    pub(super) expect: Option<PathBuf>,
    /// Write the verdicts to that file instead
    #[arg(long, requires = "expect", help_heading = "Expectations")]
    pub(super) update: bool,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
    #[command(flatten)]
    pub(super) comparison: ComparisonOptions,
}

/// Runs the command.
///
/// # Errors
/// If the recording or an option cannot be used, or a report cannot be written.
pub fn run(options: &ReplayOptions, console: &Console) -> anyhow::Result<Exit> {
    let [path] = options.recordings.as_slice() else {
        return replays::run(options, console);
    };
    if options.expect.is_some() {
        return replays::run(options, console);
    }
    let packs = Packs::embedded();
    let profile = options.judging.profile.read(packs)?;
    if let Some(comparison) = options.comparison.start(console)? {
        return compare(options, path, comparison, console);
    }
    let outputs = options.output.outputs()?;
    let assessment = judge(
        (options, &options.output),
        path,
        &profile,
        &outputs,
        console,
    )?;
    Ok(Exit::of(&assessment, options.judging.fail_on))
}

/// Judges one recording and writes its reports.
///
/// # Errors
/// If it cannot be read, or a report not be written.
pub(super) fn judge(
    (options, output): (&ReplayOptions, &OutputOptions),
    path: &Path,
    profile: &Profile,
    outputs: &Outputs,
    console: &Console,
) -> anyhow::Result<Assessment> {
    let opened = recording::open(path)?;
    let mut environment = opened.environment.clone();
    let spool = findings::spool(output)?;
    let (objects, findings) = run::recheck(&opened, profile, spool)?;
    environment.objects = objects;
    let assessment = Packs::embedded().assess(&environment, profile, options.judging.as_of)?;
    let report = Report {
        environment: &environment,
        assessment: &assessment,
        organisation: &profile.organisation,
        tool_version: env!("CARGO_PKG_VERSION"),
        damage: &opened.problems,
        catalog: catalog(),
    };
    outputs.write(&report, console)?;
    findings::write(findings, output.folder()?, console)?;
    Ok(assessment)
}

/// The catalogue that is part of the program, read once for all recordings.
fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(Catalog::embedded);
    &CATALOG
}

/// The table of another tool in place of the report.
fn compare(
    options: &ReplayOptions,
    path: &Path,
    mut comparison: Comparison,
    console: &Console,
) -> anyhow::Result<Exit> {
    let target = Target::of(&options.output)?;
    let opened = recording::open(path)?;
    let directory = match comparison.take_recorded(&opened)? {
        Some(damage) => Seen::Unknown(damage),
        None => opened.environment.directory,
    };
    let line = options.judging.fail_on;
    comparison::finish(comparison, &directory, &target, line, console)
}
