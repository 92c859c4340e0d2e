//! `waterline assess`: probe, judge, plan.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use waterline_facts::{HostsFacts, ProbeId, Seen};
use waterline_probes::catalog::Catalog;
use waterline_rules::{Assessment, Packs, Profile};

use super::{
    comparison::{self, ComparisonOptions, Target},
    console::{Console, printable},
    findings,
    options::{JudgingOptions, ProbingOptions, SigningOptions},
    outputs::OutputOptions,
    probing,
    runs::BaselineOption,
};
use crate::{
    exit::{Exit, Usage},
    hosts,
    idfix::Comparison,
    recording::RecordingWriter,
    report::{Contacts, Format, Report},
    run::{Outcome, RunSettings, Takers, log::RunLog},
};

/// Recordings of machines that are named on the terminal if they did not count.
const NAMED: usize = 20;

/// Options of `waterline assess`.
#[derive(Debug, Args)]
pub struct AssessOptions {
    #[command(flatten)]
    probing: ProbingOptions,
    #[command(flatten)]
    judging: JudgingOptions,
    #[command(flatten)]
    output: OutputOptions,
    #[command(flatten)]
    baseline: BaselineOption,
    #[command(flatten)]
    comparison: ComparisonOptions,
    /// Keep the facts at this path: a folder, or a file if it ends in .waterline
    #[arg(
        long,
        value_name = "PATH",
        env = "WATERLINE_RECORD",
        help_heading = "Reports"
    )]
    record: Option<PathBuf>,
    /// Judge also the machines whose recordings are in this folder; may be given several times
    #[arg(
        long,
        value_name = "DIR",
        env = "WATERLINE_HOSTS",
        help_heading = "Probing"
    )]
    hosts: Vec<PathBuf>,
    #[command(flatten)]
    signing: SigningOptions,
    /// List who would be contacted and why, and contact nobody; as JSON with --report json
    #[arg(long, help_heading = "Probing")]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// If an option or file cannot be used, or something cannot be written; whatever else was asked
/// for is written all the same.
pub fn run(options: &AssessOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.judging.pack.read()?;
    let profile = options.judging.profile.read(packs)?;
    let overlay = options.judging.overlay(packs)?;
    let mut settings = settings(packs, &options.probing, &profile, console)?;
    if options.comparison.is_wanted() && !options.probing.is_limited() {
        settings.only = BTreeSet::from([ProbeId::Directory]);
    }
    if options.dry_run {
        return dry_run(&settings, &options.output, console);
    }
    if !options.hosts.is_empty() {
        settings.hosts = Seen::Known(machines(&options.hosts, console)?);
    }
    if let Some(comparison) = options.comparison.start(console)? {
        return compare(options, settings, comparison, console);
    }
    let outputs = options.output.outputs()?;
    let baseline = options.baseline.read(packs, &profile)?;
    let path = options
        .record
        .clone()
        .or_else(|| options.output.recording());
    let takers = Takers {
        recording: recording(path.as_deref(), options, console)?,
        findings: findings::spool(&options.output)?,
        comparison: None,
    };
    let catalog = settings.network.catalog.clone();
    let (mut outcome, recorded) = probe(settings, path.as_deref(), takers, console)?;
    let mut assessment = packs.assess(&outcome.environment, &profile, options.judging.as_of)?;
    overlay.lay_over(&mut assessment, &profile.schedule);
    let found = &mut outcome.findings;
    let fixed = findings::fix(
        &mut assessment,
        &outcome.environment,
        found,
        &options.output,
        console,
    );
    let report = report(&outcome, &assessment, &profile, &catalog);
    // A baseline that does not fit must not cost the reports of a run that is over.
    let changes = baseline.changes(&report.document(), &profile);
    let report = Report {
        changes: changes.as_ref().ok().and_then(Option::as_ref),
        ..report
    };
    outputs.write(&report, console)?;
    findings::write(outcome.findings, options.output.folder()?, console)?;
    fixed?;
    recorded?;
    changes?;
    Ok(Exit::of(&assessment, options.judging.fail_on))
}

/// What the recordings of other machines say, and which of them did not count.
///
/// # Errors
/// If a folder cannot be listed, or there is no recording of a machine.
fn machines(folders: &[PathBuf], console: &Console) -> anyhow::Result<HostsFacts> {
    let facts = hosts::read(folders)?;
    for remark in facts.remarks.iter().take(NAMED) {
        let words = format!("{}: {}", remark.name, remark.detail);
        console.warn(printable(&words));
    }
    let over = facts.passed_over;
    let all = over.foreign + over.damaged + over.duplicate + over.in_part;
    if let Some(more @ 1..) = all.checked_sub(NAMED as u64) {
        console.warn(format_args!(
            "{more} more did not count, or not whole; the recording of this run names them"
        ));
    }
    console.say(format_args!(
        "read the recordings of {} machines; passed over {} foreign, {} damaged and {} older ones",
        facts.machines, over.foreign, over.damaged, over.duplicate
    ));
    Ok(facts)
}

/// The table of another tool in place of the report.
fn compare(
    options: &AssessOptions,
    settings: RunSettings,
    comparison: Comparison,
    console: &Console,
) -> anyhow::Result<Exit> {
    let target = Target::of(&options.output)?;
    let path = options.record.as_deref();
    let takers = Takers {
        recording: recording(path, options, console)?,
        findings: None,
        comparison: Some(comparison),
    };
    let (outcome, recorded) = probe(settings, path, takers, console)?;
    let comparison = outcome.comparison.context("the table was lost")?;
    let directory = &outcome.environment.directory;
    let line = options.judging.fail_on;
    let exit = comparison::finish(comparison, directory, &target, line, console)?;
    recorded.map(|()| exit)
}

/// The recording at this path, empty yet, if there is one to be made.
fn recording(
    path: Option<&Path>,
    options: &AssessOptions,
    console: &Console,
) -> anyhow::Result<Option<RecordingWriter>> {
    let key = options.signing.key(console)?;
    let writer = path.map(RecordingWriter::create).transpose()?;
    if key.is_some() && writer.is_none() {
        let message = "--sign needs --record or --out: there is no recording to sign";
        return Err(Usage::new(message).into());
    }
    Ok(writer.map(|writer| writer.signed_by(key)))
}

/// Probes, and records at the path if there is one. Gives what was learned, and whether it was
/// recorded.
fn probe(
    settings: RunSettings,
    path: Option<&Path>,
    takers: Takers,
    console: &Console,
) -> anyhow::Result<(Outcome, anyhow::Result<()>)> {
    let log = RunLog::start(console.log_level());
    let mut outcome = probing::probe(settings, takers, console)?;
    let recorded = finish(&mut outcome, &log);
    if let (Some(path), Ok(())) = (path, &recorded) {
        console.say(format_args!("recorded {}", path.display()));
    }
    Ok((outcome, recorded))
}

/// What the probes are told for the targets of a profile.
///
/// # Errors
/// If the profile names a target that there is not, or an option cannot be used.
pub(super) fn settings(
    packs: &Packs,
    probing: &ProbingOptions,
    profile: &Profile,
    console: &Console,
) -> anyhow::Result<RunSettings> {
    let chosen = packs.tree().choose(profile);
    let chosen = chosen.map_err(|error| Usage::new(error.to_string()))?;
    let targets = chosen
        .iter()
        .map(|target| target.id.value.clone())
        .collect();
    probing.settings(profile.clone(), targets, console)
}

/// Gives the recording its name, if one was asked for.
///
/// # Errors
/// If it cannot be written.
pub(super) fn finish(outcome: &mut Outcome, log: &RunLog) -> anyhow::Result<()> {
    if let Some(error) = outcome.recording_error.take() {
        return Err(error.into());
    }
    if let Some(recording) = outcome.recording.take() {
        recording.finish(&outcome.environment, &log.entries())?;
    }
    Ok(())
}

fn report<'a>(
    outcome: &'a Outcome,
    assessment: &'a Assessment,
    profile: &'a Profile,
    catalog: &'a Catalog,
) -> Report<'a> {
    Report {
        environment: &outcome.environment,
        assessment,
        profile,
        tool_version: env!("CARGO_PKG_VERSION"),
        damage: &[],
        catalog: Some(catalog),
        changes: None,
    }
}

/// Lists who would be contacted and why, as JSON if such a report is wanted on standard output.
fn dry_run(
    settings: &RunSettings,
    output: &OutputOptions,
    console: &Console,
) -> anyhow::Result<Exit> {
    let contacts = settings.contacts();
    let contacts = Contacts::of(&contacts, settings);
    match output.standard() {
        Some(Format::Json) => console.print(|out| contacts.write_json(out))?,
        _ => console.print(|out| contacts.write(console.layout(), out))?,
    }
    Ok(Exit::Ready)
}
