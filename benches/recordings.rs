//! Replays recordings: a large one against unpacking it alone, a small one from the start of the
//! program, and a hundred at once against one core.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, ensure};
use support::{
    WATERLINE, amount, judge, people,
    stopwatch::{Run, median, run},
    tool,
};

/// Objects of the large recording.
const OBJECTS: u64 = 1_000_000;

/// Times that each is run.
const TIMES: usize = 3;

/// Times that what takes milliseconds is run.
const OFTEN: usize = 15;

/// Recordings that are replayed in one call, and the objects of each.
const RECORDINGS: u64 = 100;
const OBJECTS_OF_EACH: u64 = 2_000;

fn main() -> Result<()> {
    let folder = support::folder("recordings")?;
    let zstd = tool("zstd", "zstd")?;
    let objects = amount(OBJECTS)?;
    let mut bounds = large(&folder, &zstd, objects)?;
    bounds.extend(small(&folder)?);
    bounds.push(many(&folder)?);
    fs_err::remove_dir_all(&folder)?;
    judge(&bounds)
}

type Bound = (&'static str, f64, f64);

/// A large recording, by turns with unpacking its objects and counting their lines.
fn large(folder: &Path, zstd: &Path, objects: u64) -> Result<Vec<Bound>> {
    let recording = record(folder, "large", objects)?;
    let part = recording.join("objects.ndjson.zst");
    let (mut of_zstd, mut of_replay) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let line = format!("'{}' -dc '{}' | wc -l", zstd.display(), part.display());
        let mut count = Command::new("sh");
        of_zstd.push(run(count.args(["-c", &line]).stdout(Stdio::null()), &[0])?);
        of_replay.push(replay(std::slice::from_ref(&recording), folder)?);
    }
    let (zstd, replay) = (median(of_zstd), median(of_replay));
    show("zstd -dc | wc -l", zstd);
    show("replay", replay);
    Ok(vec![
        (
            "replay by the time of unpacking",
            replay.seconds / zstd.seconds,
            3.0,
        ),
        ("memory in MB", replay.peak_mb, 400.0),
    ])
}

/// A small recording, from the start of the program, by turns with Python that starts and reads the
/// report which comes of it; and the start alone.
fn small(folder: &Path) -> Result<Vec<Bound>> {
    let recording = record(folder, "small", 100)?;
    let python = tool("python3", "python3")?;
    let reader = "import json, sys; json.load(open(sys.argv[1]))";
    let (mut of_replay, mut of_version, mut of_python) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..OFTEN {
        of_replay.push(replay(std::slice::from_ref(&recording), folder)?);
        let mut read = Command::new(&python);
        read.args(["-c", reader]).arg(folder.join("report.json"));
        of_python.push(run(&mut read, &[0])?);
        let mut version = Command::new(WATERLINE);
        of_version.push(run(version.arg("--version").stdout(Stdio::null()), &[0])?);
    }
    let (replay, version) = (median(of_replay), median(of_version));
    let python = median(of_python);
    show("small replay", replay);
    show("python3, json.load", python);
    show("--version", version);
    Ok(vec![
        ("small replay in ms", replay.seconds * 1000.0, 50.0),
        (
            "small replay by the time of Python",
            replay.seconds / python.seconds,
            2.0,
        ),
        ("--version in ms", version.seconds * 1000.0, 10.0),
    ])
}

/// A hundred recordings in one call, by turns on one core and on all.
fn many(folder: &Path) -> Result<Bound> {
    let first = record(folder, "first.waterline", OBJECTS_OF_EACH)?;
    let mut recordings = Vec::new();
    for number in 0..RECORDINGS {
        let copy = folder.join(format!("copy-{number}.waterline"));
        fs_err::copy(&first, &copy)?;
        recordings.push(copy);
    }
    let (mut of_one, mut of_all) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let mut one = Command::new("taskset");
        one.args(["-c", "0", WATERLINE])
            .env("RAYON_NUM_THREADS", "1");
        arguments(&mut one, &recordings);
        of_one.push(run(one.stdout(Stdio::null()), &[0])?);
        let mut all = Command::new(WATERLINE);
        arguments(&mut all, &recordings);
        of_all.push(run(all.stdout(Stdio::null()), &[0])?);
    }
    let (one, all) = (median(of_one), median(of_all));
    show("100 on one core", one);
    show("100 on all cores", all);
    // Told the other way round, as bounds are highest figures.
    Ok((
        "time on all cores by that on one",
        all.seconds / one.seconds,
        1.0 / 1.7,
    ))
}

/// Records a directory with so many users from an export.
fn record(folder: &Path, name: &str, users: u64) -> Result<PathBuf> {
    println!("making {name} with {users} users …");
    let export = folder.join("export.ldif");
    let mut file = std::io::BufWriter::new(fs_err::File::create(&export)?);
    people::export(&mut file, users, 1)?;
    std::io::Write::flush(&mut file)?;
    let recording = folder.join(name);
    let mut command = Command::new(WATERLINE);
    command.args(["record", "--quiet", "--only", "directory", "--ldif"]);
    run(command.arg(&export).arg(&recording), &[0])?;
    fs_err::remove_file(&export)?;
    Ok(recording)
}

fn replay(recordings: &[PathBuf], folder: &Path) -> Result<Run> {
    let report = folder.join("report.json");
    let mut command = Command::new(WATERLINE);
    arguments(&mut command, recordings);
    command
        .arg("--report")
        .arg(format!("json={}", report.display()));
    let run = run(command.stdout(Stdio::null()), &[0])?;
    let size = fs_err::metadata(&report)?.len();
    ensure!(size > 0, "the report is empty");
    Ok(run)
}

fn arguments(command: &mut Command, recordings: &[PathBuf]) {
    command.args(["replay", "--quiet", "--fail-on", "never"]);
    command.args(recordings);
}

fn show(what: &str, run: Run) {
    println!(
        "{what:20} {:8.3} s ({:.2} s of processor time) {:5.0} MB",
        run.seconds, run.processor, run.peak_mb
    );
}
