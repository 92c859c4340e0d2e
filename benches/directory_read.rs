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

/// Users that are read, unless fewer are asked for.
const USERS: u64 = 200_000;

/// Times that each side runs.
const TIMES: usize = 5;

fn main() -> Result<()> {
    let folder = support::folder("directory-read")?;
    let users = support::amount(USERS)?;
    println!("loading {users} users into a slapd of its own …");
    let server = Slapd::start(&folder, users)?;
    let (filter, attributes) = object_search();
    let (mut searched, mut assessed, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        searched.push(run(&mut server.search(&filter, attributes)?, &[0])?);
        assessed.push(assess(&server, users, &folder, None)?);
        let recording = folder.join("recording");
        recorded.push(assess(&server, users, &folder, Some(&recording))?);
        fs_err::remove_dir_all(&recording).or_else(|_| fs_err::remove_file(&recording))?;
    }
    let (search, assess, record) = (median(searched), median(assessed), median(recorded));
    tell("ldapsearch", search, users);
    tell("waterline assess", assess, users);
    tell("waterline assess --record", record, users);
    println!(
        "the server took {:.2} s of processor time for each",
        server.processor_time() / (3 * TIMES) as f64
    );
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

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn tell(name: &str, run: Run, users: u64) {
    println!(
        "{name:26} {:6.2} s  {:6.2} s of processor time  {:6.0} objects/ms  {:5.0} MB",
        run.seconds,
        run.processor,
        users as f64 / 1000.0 / run.seconds,
        run.peak_mb
    );
}

fn assess(server: &Slapd, users: u64, folder: &Path, record: Option<&Path>) -> Result<Run> {
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
        .args(["--allow-cleartext", "--this-domain-only"])
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
    ensure!(read == users, "{read} users were read, not {users}");
    Ok(run)
}
