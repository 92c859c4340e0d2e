//! Reads, checks and plans 200,000 users from a server, against `ldapsearch` that only reads them.
//!
//! Both read the same attributes of the same entries, in pages, over loopback, and by turns.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};
use support::{
    WATERLINE, judge,
    slapd::{READER, Slapd},
    stopwatch::{Run, median, run},
    users_read,
};
use waterline_probes::directory::object_search;

/// Users that are read.
const USERS: u64 = 200_000;

/// Times that each side runs.
const TIMES: usize = 5;

fn main() -> Result<()> {
    let folder = support::folder("directory-read")?;
    println!("loading {USERS} users into a slapd of its own …");
    let server = Slapd::start(&folder, USERS)?;
    let (filter, attributes) = object_search();
    let (mut searched, mut assessed, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        searched.push(run(&mut server.search(&filter, attributes)?, &[0])?);
        assessed.push(assess(&server, &folder, None)?);
        let recording = folder.join("recording");
        recorded.push(assess(&server, &folder, Some(&recording))?);
        fs_err::remove_dir_all(&recording).or_else(|_| fs_err::remove_file(&recording))?;
    }
    let (search, assess, record) = (median(searched), median(assessed), median(recorded));
    for (name, run) in [
        ("ldapsearch", search),
        ("waterline assess", assess),
        ("waterline assess --record", record),
    ] {
        println!(
            "{name:26} {:6.2} s  {:6.0} objects/ms  {:5.0} MB",
            run.seconds,
            USERS as f64 / 1000.0 / run.seconds,
            run.peak_mb
        );
    }
    judge(&[
        (
            "time by that of ldapsearch",
            assess.seconds / search.seconds,
            1.3,
        ),
        ("memory in MB", assess.peak_mb, 150.0),
        (
            "recording's share of the time",
            record.seconds / assess.seconds,
            1.1,
        ),
    ])
}

fn assess(server: &Slapd, folder: &Path, record: Option<&Path>) -> Result<Run> {
    let report = folder.join("report.json");
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
        .args(["--allow-cleartext"])
        .args([
            "--server",
            &server.url,
            "--bind-dn",
            READER,
            "--password-file",
        ])
        .arg(&server.password)
        .arg("--report")
        .arg(format!("json={}", report.display()));
    if let Some(record) = record {
        command.arg("--record").arg(record);
    }
    let run = run(&mut command, &[0])?;
    let read = users_read(&report)?;
    ensure!(read == USERS, "{read} users were read, not {USERS}");
    Ok(run)
}
