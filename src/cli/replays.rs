//! `waterline replay` of several recordings in one call: at once, with one summary, and held
//! against what is expected of them.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use rayon::prelude::*;
use waterline_rules::Assessment;

use super::{
    console::{Console, printable},
    outputs::write_whole,
    replay::{Judge, ReplayOptions},
};
use crate::{
    exit::{Exit, Usage},
    expected::{Expected, Verdicts},
};

/// What became of one recording.
struct Judged {
    name: String,
    result: anyhow::Result<Assessment>,
}

/// Runs the command.
///
/// # Errors
/// If an option cannot be used, or something not be written. A recording that cannot be read keeps
/// none of the others from being judged.
pub fn run(options: &ReplayOptions, console: &Console) -> anyhow::Result<Exit> {
    if options.comparison.is_wanted() {
        return Err(Usage::new("--as takes one recording at a time").into());
    }
    let packs = &*options.judging.pack.read()?;
    let judge = Judge::new(options, packs, console)?;
    let named = names(&options.recordings)?;
    let expected = match (&options.expect, options.update) {
        (Some(path), false) => Some(Expected::read(path)?),
        _ => None,
    };
    let judge_one = |(name, path): &(String, &Path)| {
        let result = options.output.of_one(name).and_then(|output| {
            let outputs = output.outputs()?.without_standard();
            judge.judge(path, &output, &outputs)
        });
        Judged {
            name: name.clone(),
            result,
        }
    };
    let judged: Vec<Judged> = named.par_iter().map(judge_one).collect();
    console.print(|out| write_summary(&judged, options, out))?;
    if let Some(failed) = failure(&judged, console) {
        return Ok(failed);
    }
    let given = Expected::of(judged.iter().filter_map(verdicts).collect());
    match (&options.expect, expected) {
        (Some(path), None) => update(path, &given, console),
        (_, Some(expected)) => hold_against(&expected, &given, console),
        (None, None) => Ok(worst(&judged, options)),
    }
}

/// The recordings by the names of their files, without the ending.
fn names(paths: &[PathBuf]) -> Result<Vec<(String, &Path)>, Usage> {
    let mut named: BTreeMap<String, &Path> = BTreeMap::new();
    let mut in_order = Vec::new();
    for path in paths {
        let whole = path.file_name().unwrap_or(path.as_os_str());
        let whole = whole.to_string_lossy();
        let name = whole
            .strip_suffix(".waterline")
            .unwrap_or(&whole)
            .to_owned();
        if let Some(earlier) = named.insert(name.clone(), path) {
            return Err(Usage::new(format!(
                "{} and {} have the same name, by which their results could not be told apart",
                earlier.display(),
                path.display()
            )));
        }
        in_order.push((name, path.as_path()));
    }
    Ok(in_order)
}

fn verdicts(judged: &Judged) -> Option<(String, Verdicts)> {
    let assessment = judged.result.as_ref().ok()?;
    Some((judged.name.clone(), Verdicts::of(assessment)))
}

fn write_summary(
    judged: &[Judged],
    options: &ReplayOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = judged.iter().map(|one| one.name.chars().count()).max();
    let width = width.unwrap_or_default();
    for one in judged {
        let name = printable(&one.name);
        let state = match &one.result {
            Ok(assessment) => state(assessment, options),
            Err(_) => "could not be judged".to_owned(),
        };
        writeln!(out, "{name:<width$}  {state}")?;
    }
    Ok(())
}

/// What became of a recording, in words.
fn state(assessment: &Assessment, options: &ReplayOptions) -> String {
    let readiness = match Exit::of(assessment, options.judging.fail_on) {
        Exit::NotReady => "not ready",
        Exit::NotAssessed => "not assessed",
        _ => "ready",
    };
    let work = &assessment.remaining_work;
    let findings = assessment.findings.len();
    format!(
        "{readiness}: {findings} findings, {} blockers and {} majors left; {} rules not assessed",
        work.blockers, work.majors, work.not_assessed
    )
}

/// Tells what failed; the code of the first failure.
fn failure(judged: &[Judged], console: &Console) -> Option<Exit> {
    let failed = judged.iter().filter_map(|one| one.result.as_ref().err());
    let codes: Vec<Exit> = failed.map(|error| console.fail(error)).collect();
    codes.first().copied()
}

fn worst(judged: &[Judged], options: &ReplayOptions) -> Exit {
    let assessments = judged.iter().filter_map(|one| one.result.as_ref().ok());
    let codes: Vec<Exit> = assessments
        .map(|assessment| Exit::of(assessment, options.judging.fail_on))
        .collect();
    let order = [Exit::NotReady, Exit::NotAssessed];
    let worst = order.into_iter().find(|code| codes.contains(code));
    worst.unwrap_or(Exit::Ready)
}

fn update(path: &Path, given: &Expected, console: &Console) -> anyhow::Result<Exit> {
    let text = given.to_text()?;
    write_whole(path, |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    console.say(format_args!("wrote {}", path.display()));
    Ok(Exit::Ready)
}

fn hold_against(expected: &Expected, given: &Expected, console: &Console) -> anyhow::Result<Exit> {
    let differences = expected.differences(given);
    console.print(|out| {
        writeln!(out)?;
        if differences.is_empty() {
            return writeln!(out, "as expected");
        }
        for line in &differences {
            writeln!(out, "{}", printable(line))?;
        }
        writeln!(
            out,
            "{} differences; --update takes them over",
            differences.len()
        )
    })?;
    Ok(if differences.is_empty() {
        Exit::Ready
    } else {
        Exit::NotReady
    })
}
