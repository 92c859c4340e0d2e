//! Reads, checks and plans a million objects from an LDIF export, and a tenth of it, to see that time
//! grows with the size alone.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};
use support::{
    WATERLINE, judge, people,
    stopwatch::{Run, median, run},
    users_read,
};

/// Users of the large export and of the small one.
const USERS: [u64; 2] = [1_000_000, 100_000];

/// Times that each is read.
const TIMES: usize = 3;

fn main() -> Result<()> {
    let folder = support::folder("ldif-read")?;
    let [large, small] = USERS.map(|users| write(&folder, users));
    let (large, small) = (large?, small?);
    let (mut of_large, mut of_small) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        of_small.push(assess(&small, USERS[1])?);
        of_large.push(assess(&large, USERS[0])?);
    }
    let megabytes = fs_err::metadata(&large)?.len() / 1_000_000;
    fs_err::remove_dir_all(&folder)?;
    let (large, small) = (median(of_large), median(of_small));
    for (users, run) in USERS.iter().zip([large, small]) {
        println!(
            "{users:8} objects  {:6.2} s  {:4.0} objects/ms  {:5.0} MB",
            run.seconds,
            *users as f64 / 1000.0 / run.seconds,
            run.peak_mb
        );
    }
    println!("the large export has {megabytes} MB");
    judge(&[
        (
            "time for a million objects in s",
            large.seconds,
            1000.0 / 300.0,
        ),
        ("memory in MB", large.peak_mb, 400.0),
        (
            "time by that of a tenth",
            large.seconds / small.seconds,
            11.0,
        ),
    ])
}

fn write(folder: &Path, users: u64) -> Result<PathBuf> {
    println!("writing an export of {users} users …");
    let path = folder.join(format!("{users}.ldif"));
    let mut file = BufWriter::new(fs_err::File::create(&path)?);
    people::export(&mut file, users, 1)?;
    file.flush()?;
    Ok(path)
}

fn assess(export: &Path, users: u64) -> Result<Run> {
    let report = export.with_extension("json");
    let mut command = Command::new(WATERLINE);
    command
        .args([
            "assess",
            "--quiet",
            "--only",
            "directory",
            "--fail-on",
            "never",
        ])
        .arg("--ldif")
        .arg(export)
        .arg("--report")
        .arg(format!("json={}", report.display()));
    let run = run(&mut command, &[0])?;
    let read = users_read(&report)?;
    ensure!(read == users, "{read} users were read, not {users}");
    Ok(run)
}
