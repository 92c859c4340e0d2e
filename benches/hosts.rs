//! Judges a fleet: a folder with the recordings of 10,000 machines, against unpacking the same files
//! alone; and what one such recording weighs and costs to make.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use support::{
    WATERLINE, amount, judge,
    stopwatch::{Run, median, run},
    tool,
};
use waterline::recording::{self, RecordingWriter};
use waterline_facts::{
    Environment, Seen,
    browsers::{Browser, BrowserPolicies, BrowserProduct, Scope},
};

/// Machines of the fleet.
const MACHINES: u64 = 10_000;

/// Times that each is run.
const TIMES: usize = 3;

fn main() -> Result<()> {
    let folder = support::folder("hosts")?;
    let zstd = tool("zstd", "zstd")?;
    let machines = amount(MACHINES)?;
    let (one, made) = record(&folder)?;
    let fleet = folder.join("fleet");
    fs_err::create_dir(&fleet)?;
    println!("making the recordings of {machines} machines …");
    let first = recording::open(&one)?.environment;
    (0..machines)
        .into_par_iter()
        .try_for_each(|number| write(&fleet, &first, number))?;
    let (mut of_zstd, mut of_fleet, mut of_none) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let line = format!(
            "find '{}' -name '*.waterline' -print0 | xargs -0 -n 500 -P 2 '{}' -dcq",
            fleet.display(),
            zstd.display()
        );
        let mut unpack = Command::new("sh");
        of_zstd.push(run(unpack.args(["-c", &line]).stdout(Stdio::null()), &[0])?);
        of_fleet.push(assess(&folder, Some(&fleet), machines)?);
        of_none.push(assess(&folder, None, 0)?);
    }
    let (zstd, all, none) = (median(of_zstd), median(of_fleet), median(of_none));
    show("zstd -dc of all", zstd);
    show("assess --hosts", all);
    show("assess without", none);
    fs_err::remove_dir_all(&folder)?;
    judge(&[
        ("the fleet in s", all.seconds, 10.0),
        ("by the time of unpacking", all.seconds / zstd.seconds, 6.0),
        (
            "memory beyond a run without in MB",
            all.peak_mb - none.peak_mb,
            100.0,
        ),
        ("one recording in kB", made.0, 100.0),
        ("one recording in s", made.1, 2.0),
    ])
}

/// Records this machine as a start-up script does; gives its size in kB and the time it took.
fn record(folder: &Path) -> Result<(PathBuf, (f64, f64))> {
    let path = folder.join("one.waterline");
    let mut command = Command::new(WATERLINE);
    command.args(["record", "--quiet", "--only", "host,browsers"]);
    let made = run(command.arg(&path), &[0])?;
    let size = u32::try_from(fs_err::metadata(&path)?.len())?;
    Ok((path, (f64::from(size) / 1000.0, made.seconds)))
}

/// Writes the recording of a machine of that number: of 40 kinds of browsers and 20 of systems.
fn write(fleet: &Path, first: &Environment, number: u64) -> Result<()> {
    let mut environment = first.clone();
    let Seen::Known(host) = &mut environment.host else {
        anyhow::bail!("this machine could not be read");
    };
    let small = u32::try_from(number % 1_000)?;
    host.name = Seen::Known(format!("PC{number:06}"));
    host.os.product = Seen::Known("windows-11".to_owned());
    host.os.build = Seen::Known(26_100 + small % 10 * 100);
    host.os.revision = Seen::Known(1_000 + small);
    host.memory_bytes = Seen::Known(u64::from(small % 16 + 4) << 30);
    host.join.domain = Seen::Known(format!("region{}.corp.example.test", small % 5));
    let Seen::Known(browsers) = &mut environment.browsers else {
        anyhow::bail!("the browsers of this machine could not be read");
    };
    browsers.installed = Seen::Known(vec![
        browser(BrowserProduct::Edge, 130 + small % 20),
        browser(BrowserProduct::Chrome, 130 + small % 20),
    ]);
    browsers.policies = Seen::Known(vec![
        BrowserPolicies::none(BrowserProduct::Edge),
        BrowserPolicies::none(BrowserProduct::Chrome),
    ]);
    let path = fleet.join(format!("PC{number:06}.waterline"));
    RecordingWriter::create(&path)?.finish(&environment, &[])?;
    Ok(())
}

fn browser(product: BrowserProduct, major: u32) -> Browser {
    Browser {
        product,
        name: format!("{product:?}"),
        channel: Seen::Known("stable".to_owned()),
        version: Seen::Known(format!("{major}.0.1.2")),
        major: Seen::Known(major),
        path: format!(r"C:\Program Files\{product:?}\program.exe"),
        scope: Scope::Machine,
        source: "registry".to_owned(),
        released: Seen::Absent,
        ends: Seen::Absent,
    }
}

/// Assesses this machine, and the fleet beside it if there is one.
fn assess(folder: &Path, fleet: Option<&Path>, machines: u64) -> Result<Run> {
    let report = folder.join("report.json");
    let kept = folder.join("kept");
    let mut command = Command::new(WATERLINE);
    command.args(["assess", "--quiet", "--only", "host", "--fail-on", "never"]);
    command
        .arg("--report")
        .arg(format!("json={}", report.display()));
    command.arg("--record").arg(&kept);
    if let Some(fleet) = fleet {
        command.arg("--hosts").arg(fleet);
    }
    let run = run(command.stdout(Stdio::null()), &[0])?;
    if fleet.is_some() {
        let opened = recording::open(&kept)?.environment;
        let hosts = opened
            .hosts
            .known()
            .context("the fleet is not in the facts")?;
        ensure!(hosts.machines == machines, "{} machines", hosts.machines);
    }
    Ok(run)
}

fn show(what: &str, run: Run) {
    println!(
        "{what}: {:.2} s, {:.2} s of processor time, {:.0} MB",
        run.seconds, run.processor, run.peak_mb
    );
}
