//! How long the packs take to load, and every rule over one environment.
//!
//! Loads the packs that the program carries, as its start does: rules read in the form that the build
//! prepared, every expression compiled and checked against the facts. Then assesses a recorded
//! environment for all targets. As a yardstick Python's fastest YAML reader reads the same packs as
//! they were written, and does nothing more with them. The median of some rounds counts, by turns. Nothing is sent anywhere.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use support::{judge, tool};
use waterline_facts::Environment;
use waterline_rules::{Packs, Profile};

const ROUNDS: usize = 15;
/// The bounds, in milliseconds.
const LONGEST_LOAD_MS: f64 = 30.0;
const LONGEST_ASSESS_MS: f64 = 20.0;

/// Reads each file named, and prints the milliseconds that it took after its own start.
const READER: &str = "
import sys, time, yaml
texts = [open(name, encoding='utf-8').read() for name in sys.argv[1:]]
start = time.perf_counter()
for text in texts:
    yaml.load(text, Loader=yaml.CSafeLoader)
print((time.perf_counter() - start) * 1000)
";

fn main() -> Result<()> {
    let python = tool("python3", "python3-yaml")?;
    let files = files()?;
    let environment = environment()?;
    let (mut theirs, mut loads, mut assessments) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(read_by(&python, &files)?);
        let (packs, took) = timed(|| Packs::read(&Packs::prepared_sources()));
        let packs = packs.ok().context("the packs are not sound")?;
        loads.push(took);
        assessments.push(assess(&packs, &environment)?);
    }
    let (theirs, load, assess) = (median(theirs), median(loads), median(assessments));
    let rules = Packs::embedded().rules().len();
    println!(
        "{rules} rules in {} files, median of {ROUNDS} rounds",
        files.len()
    );
    println!("yaml.CSafeLoader  {theirs:7.2} ms reads the files");
    println!("load              {load:7.2} ms reads, compiles and checks the packs");
    println!("assess            {assess:7.2} ms judges all of them over one environment");
    println!("ratio             {:7.2}", load / theirs);
    judge(&[
        ("time to load in ms", load, LONGEST_LOAD_MS),
        ("time to assess in ms", assess, LONGEST_ASSESS_MS),
        (
            "time to load by that of yaml.CSafeLoader",
            load / theirs,
            1.0,
        ),
    ])
}

/// The files of the packs.
fn files() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let sources = Packs::embedded_sources();
    let files: Vec<PathBuf> = sources
        .iter()
        .map(|source| folder.join(&source.name))
        .collect();
    ensure!(
        files.iter().all(|file| file.is_file()),
        "the packs have moved"
    );
    Ok(files)
}

/// The environment that was recorded in the lab: a domain with objects, and every endpoint.
fn environment() -> Result<Environment> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lab-domain");
    Ok(waterline::recording::open(&path)?.environment)
}

fn assess(packs: &Packs, environment: &Environment) -> Result<Duration> {
    let targets = packs.targets().iter().map(|target| target.id.value.clone());
    let profile = Profile {
        targets: targets.collect(),
        domains: vec!["example.com".to_owned()],
        ..Profile::default()
    };
    let (assessment, took) = timed(|| packs.assess(environment, &profile, None));
    ensure!(
        assessment?.rules.len() == packs.rules().len(),
        "some rule was left out"
    );
    Ok(took)
}

fn read_by(python: &Path, files: &[PathBuf]) -> Result<Duration> {
    let output = Command::new(python)
        .arg("-c")
        .arg(READER)
        .args(files)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let wrong = || String::from_utf8_lossy(&output.stderr).into_owned();
    let ms: f64 = text.trim().parse().with_context(wrong)?;
    Ok(Duration::from_secs_f64(ms / 1000.0))
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed())
}

/// The middle of these, in milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
