//! `waterline verify`: which tasks of a plan are done now, and which targets may be enabled.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, ValueEnum};
use waterline_facts::Environment;
use waterline_rules::{
    Packs, Profile,
    plan::{Overlay, Task},
    source::did_you_mean,
};

use super::{
    assess,
    console::Console,
    options::{JudgingOptions, ProbingOptions},
    outputs::write_whole,
    probing,
};
use crate::{
    exit::{Exit, Usage},
    recording,
    run::{self, Takers},
    verify::{self, PlanFile, Record, Verification},
};

/// Options of `waterline verify`.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// The plan: the JSON report of an earlier run, or the folder of --out that holds it
    plan: PathBuf,
    /// Hold the plan against this recording, and contact nobody
    #[arg(long, value_name = "RECORDING", env = "WATERLINE_REPLAY")]
    replay: Option<PathBuf>,
    /// Look at these tasks alone, by id
    #[arg(long, value_name = "TASKS", value_delimiter = ',')]
    task: Vec<String>,
    /// Write the record of the verification to this file: tasks, gate, date, rights, evidence (JSON)
    #[arg(long, value_name = "FILE", help_heading = "Record")]
    sign_off: Option<PathBuf>,
    /// Who signs for the record
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true,
        help_heading = "Record"
    )]
    signed_by: String,
    /// What standard output shows
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        help_heading = "Record"
    )]
    show: Show,
    #[command(flatten)]
    probing: ProbingOptions,
    #[command(flatten)]
    judging: JudgingOptions,
}

/// What standard output shows.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Show {
    /// The record for reading
    Text,
    /// The record as JSON
    Json,
}

/// Runs the command.
///
/// # Errors
/// If the plan, the recording or an option cannot be used, or the record cannot be written.
pub fn run(options: &VerifyOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = Packs::embedded();
    let profile = options.judging.profile.read(packs)?;
    let overlay = options.judging.overlay(packs)?;
    check_record(options.sign_off.as_deref())?;
    let plan = PlanFile::read(&options.plan)?;
    check_targets(packs, &profile, &plan)?;
    let tasks = tasks(options, &plan, &overlay, &profile)?;
    let environment = match &options.replay {
        Some(recording) => replay(recording, &profile)?,
        None => probe(options, packs, &profile, &tasks, console)?,
    };
    if environment.run.started < plan.report.run.started {
        let (then, now) = (plan.report.run.started, environment.run.started);
        console.warn(format_args!(
            "the plan is of {then}, and what it is held against is older, of {now}"
        ));
    }
    let assessment = packs.assess(&environment, &profile, options.judging.as_of)?;
    let record = Verification {
        packs,
        profile: &profile,
        plan: &plan,
        tasks: &tasks,
        environment: &environment,
        assessment: &assessment,
        signed_by: &options.signed_by,
    }
    .record();
    give(&record, options, console)?;
    let targets = record.gate.iter().map(|gate| gate.target.readiness);
    Ok(Exit::of_readiness(targets, options.judging.fail_on))
}

/// The record's file is one that can be, before anything is probed.
fn check_record(path: Option<&Path>) -> Result<(), Usage> {
    let Some(path) = path else { return Ok(()) };
    if path.is_dir() {
        let message = format!("--sign-off: {} is a folder; name a file", path.display());
        return Err(Usage::new(message));
    }
    let folder = crate::files::folder(path);
    match folder.is_dir() {
        true => Ok(()),
        false => Err(Usage::new(format!(
            "--sign-off: there is no folder {}; make it first",
            folder.display()
        ))),
    }
}

/// The profile chooses the targets for which the plan was made.
fn check_targets(packs: &Packs, profile: &Profile, plan: &PlanFile) -> Result<(), Usage> {
    let chosen = packs.tree().choose(profile);
    let chosen = chosen.map_err(|error| Usage::new(error.to_string()))?;
    let chosen: BTreeSet<&str> = chosen.iter().map(|target| &*target.id.value).collect();
    let planned = plan.report.targets.iter();
    let planned: BTreeSet<&str> = planned.map(|target| target.id.as_str()).collect();
    if chosen == planned {
        return Ok(());
    }
    let list = |ids: &BTreeSet<&str>| ids.iter().copied().collect::<Vec<_>>().join(", ");
    Err(Usage::new(format!(
        "the plan was made for {}, and the profile chooses {}\n  verify it with the profile of which \
         it was made: --profile FILE",
        list(&planned),
        list(&chosen)
    )))
}

/// The tasks to look at.
fn tasks(
    options: &VerifyOptions,
    plan: &PlanFile,
    overlay: &Overlay,
    profile: &Profile,
) -> Result<Vec<Task>, Usage> {
    let (edited, _) = overlay.apply(plan.report.plan.clone(), &profile.schedule);
    let all = match overlay.tasks.is_empty() {
        true => plan.report.plan.tasks.clone(),
        false => edited.tasks,
    };
    for id in &options.task {
        if all.iter().all(|task| task.id != *id) {
            let near = did_you_mean(id, all.iter().map(|task| task.id.as_str()));
            let message = format!("--task: the plan has no task `{id}`{near}");
            return Err(Usage::new(message));
        }
    }
    let is_wanted = |task: &Task| options.task.is_empty() || options.task.contains(&task.id);
    let open = verify::open_tasks(&all).into_iter();
    Ok(open.filter(is_wanted).collect())
}

/// The facts of a recording, its objects checked anew.
fn replay(path: &Path, profile: &Profile) -> anyhow::Result<Environment> {
    let opened = recording::open(path)?;
    let mut environment = opened.environment.clone();
    environment.objects = run::recheck(&opened, profile, None)?.0;
    Ok(environment)
}

/// The facts of now, as far as the tasks need them.
fn probe(
    options: &VerifyOptions,
    packs: &Packs,
    profile: &Profile,
    tasks: &[Task],
    console: &Console,
) -> anyhow::Result<Environment> {
    let mut settings = assess::settings(packs, &options.probing, profile, console)?;
    if !options.probing.is_limited() {
        settings.only = verify::of_tasks(packs, tasks);
    }
    let takers = Takers {
        recording: None,
        findings: None,
        comparison: None,
    };
    Ok(probing::probe(settings, takers, console)?.environment)
}

/// Shows the record, and writes it where it is to go.
fn give(record: &Record, options: &VerifyOptions, console: &Console) -> anyhow::Result<()> {
    let json = |out: &mut dyn std::io::Write| {
        let text = serde_json::to_string_pretty(record)?;
        writeln!(out, "{text}")
    };
    if let Some(path) = &options.sign_off {
        write_whole(path, json)
            .with_context(|| format!("cannot write the record to {}", path.display()))?;
        console.say(format_args!("wrote {}", path.display()));
    }
    match options.show {
        Show::Text => console.print(|out| verify::write(record, out)),
        Show::Json => console.print(json),
    }
}
