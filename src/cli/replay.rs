//! `waterline replay`: judge and plan what was recorded.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use waterline_facts::Seen;
use waterline_rules::{Assessment, Packs, Profile, plan::Overlay};

use super::{
    comparison::{self, ComparisonOptions, Target},
    console::{Console, printable},
    findings,
    options::JudgingOptions,
    outputs::{OutputOptions, Outputs},
    replays,
    runs::{Baseline, BaselineOption},
};
use crate::{
    exit::Exit,
    idfix::Comparison,
    recording,
    reinterpret::{Account, reinterpret},
    report::Report,
    run,
};

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
    /// Derive the facts anew from the raw evidence in the recording, with the probes of this version,
    /// and say what could not be derived
    #[arg(long)]
    pub(super) reinterpret: bool,
    #[command(flatten)]
    pub(super) judging: JudgingOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
    #[command(flatten)]
    pub(super) baseline: BaselineOption,
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
    if let Some(comparison) = options.comparison.start(console)? {
        return compare(options, path, comparison, console);
    }
    let packs = &*options.judging.pack.read()?;
    let judge = Judge::new(options, packs, console)?;
    let outputs = options.output.outputs()?;
    let assessment = judge.judge(path, &options.output, &outputs)?;
    Ok(Exit::of(&assessment, options.judging.fail_on))
}

/// What recordings are judged by.
pub(super) struct Judge<'a> {
    packs: &'a Packs,
    profile: Profile,
    overlay: Overlay,
    baseline: Baseline<'a>,
    as_of: Option<Date>,
    reinterpret: bool,
    console: &'a Console,
}

impl<'a> Judge<'a> {
    /// Reads what the options name.
    ///
    /// # Errors
    /// If one of the files cannot be used.
    pub fn new(
        options: &ReplayOptions,
        packs: &'a Packs,
        console: &'a Console,
    ) -> anyhow::Result<Self> {
        let profile = options.judging.profile.read(packs)?;
        Ok(Self {
            overlay: options.judging.overlay(packs)?,
            baseline: options.baseline.read(packs, &profile)?,
            as_of: options.judging.as_of,
            reinterpret: options.reinterpret,
            packs,
            profile,
            console,
        })
    }

    /// Judges one recording and writes its reports and files.
    ///
    /// # Errors
    /// If it cannot be read, or a report or file not be written.
    pub fn judge(
        &self,
        path: &Path,
        output: &OutputOptions,
        outputs: &Outputs,
    ) -> anyhow::Result<Assessment> {
        let Self {
            profile, console, ..
        } = self;
        let opened = recording::open(path)?;
        let mut environment = opened.environment.clone();
        if self.reinterpret {
            tell(&reinterpret(&opened, &mut environment), path, console);
        }
        let spool = findings::spool(output)?;
        let (objects, mut findings) = run::recheck(&opened, profile, spool)?;
        environment.objects = objects;
        let mut assessment = self.packs.assess(&environment, profile, self.as_of)?;
        self.overlay.lay_over(&mut assessment, &profile.schedule);
        let found = &mut findings;
        let fixed = findings::fix(&mut assessment, &environment, found, output, console);
        let report = Report {
            environment: &environment,
            assessment: &assessment,
            profile,
            tool_version: env!("CARGO_PKG_VERSION"),
            damage: &opened.problems,
            catalog: None,
            changes: None,
        };
        let changes = self.baseline.changes(&report.document(), profile)?;
        let report = Report {
            changes: changes.as_ref(),
            ..report
        };
        outputs.write(&report, console)?;
        findings::write(findings, output.folder()?, console)?;
        fixed?;
        Ok(assessment)
    }
}

/// Says what was derived anew, and what not.
fn tell(account: &Account, path: &Path, console: &Console) {
    for (probe, outcome) in account.probes() {
        let told = format!("{}: {probe}: {outcome}", path.display());
        console.say(printable(&told));
    }
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
