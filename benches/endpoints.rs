//! Probes 600 endpoints in all stages, against `curl --parallel` that fetches the same list.
//!
//! Both ask the same hosts of an internet on loopback whose round trips take 100 milliseconds, and
//! by turns. `curl` is told the addresses; the program asks for each name. Then one host in twenty
//! is silent and one in twenty slow, and the run has to end with the slowest of them.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use support::{
    WATERLINE,
    internet::{self, Health, Internet},
    judge,
    stopwatch::{Run, median, run},
};

/// Endpoints that are probed.
const HOSTS: u16 = 600;

/// Times that each side runs.
const TIMES: usize = 5;

/// The longest time that the program gives one endpoint, in seconds.
const PATIENCE: f64 = 5.0;

fn main() -> Result<()> {
    support::tool("curl", "curl")?;
    let folder = support::folder("endpoints")?;
    let files = Files::new(&folder);
    let well = Internet::start(Health::All, &files.authority)?;
    files.write(&well)?;
    let (mut fetched, mut probed) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        fetched.push(run(&mut files.curl(), &[0])?);
        probed.push(files.probe(&well, u64::from(HOSTS))?);
    }
    drop(well);
    let ill = Internet::start(Health::Some, &files.authority)?;
    files.write(&ill)?;
    let patient = files.probe(&ill, u64::from(HOSTS) * 19 / 20)?;
    let (curl, probe) = (median(fetched), median(probed));
    for (name, run) in [
        ("curl --parallel", curl),
        ("waterline assess", probe),
        ("the same with ill hosts", patient),
    ] {
        println!("{name:26} {:6.2} s  {:5.0} MB", run.seconds, run.peak_mb);
    }
    judge(&[
        ("seconds", probe.seconds, 2.5),
        ("time by that of curl", probe.seconds / curl.seconds, 1.0),
        ("memory in MB", probe.peak_mb.max(patient.peak_mb), 60.0),
        ("seconds with ill hosts", patient.seconds, PATIENCE + 1.0),
    ])
}

/// What both sides are told.
struct Files {
    authority: PathBuf,
    catalog: PathBuf,
    list: PathBuf,
    report: PathBuf,
}

impl Files {
    fn new(folder: &Path) -> Self {
        Self {
            authority: folder.join("ca.pem"),
            catalog: folder.join("endpoints.yaml"),
            list: folder.join("curl.config"),
            report: folder.join("report.json"),
        }
    }

    fn write(&self, internet: &Internet) -> Result<()> {
        let port = internet.port;
        let mut catalog = format!(
            "- id: bench\n  targets: [core]\n  clouds: [commercial]\n  roles: [device]\n  need: \
             required\n  ports: [{port}/https]\n  why: the bench\n  source: the bench\n  hosts:\n"
        );
        let mut list = String::new();
        for number in 0..HOSTS {
            let (name, address) = (internet::name(number), internet::address(number));
            writeln!(catalog, "    - {{host: {name}}}")?;
            writeln!(
                list,
                "url = \"https://{name}:{port}/\"\noutput = \"/dev/null\""
            )?;
            writeln!(list, "resolve = \"{name}:{port}:{address}\"")?;
        }
        fs_err::write(&self.catalog, catalog)?;
        fs_err::write(&self.list, list)?;
        Ok(())
    }

    fn curl(&self) -> Command {
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--fail", "--parallel", "--parallel-max", "64"])
            .args(["--noproxy", "*", "--cacert"])
            .arg(&self.authority)
            .arg("--config")
            .arg(&self.list)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Probes all, of which so many have to be reached.
    fn probe(&self, internet: &Internet, reached: u64) -> Result<Run> {
        let mut command = Command::new(WATERLINE);
        command
            .args(["assess", "--quiet", "--only", "network", "--proxy", "none"])
            .args(["--fail-on", "never", "--resolver"])
            .arg(internet.resolver.to_string())
            .arg("--catalog")
            .arg(&self.catalog)
            .arg("--ca-file")
            .arg(&self.authority)
            .arg("--public-ca-file")
            .arg(&self.authority)
            .arg("--report")
            .arg(format!("json={}", self.report.display()));
        let run = run(&mut command, &[0])?;
        let text = fs_err::read(&self.report)?;
        let report: serde_json::Value = serde_json::from_slice(&text)?;
        let found = report.pointer("/inventory/endpoints/reachable");
        let found = found.and_then(serde_json::Value::as_u64);
        let found = found.context("the endpoints were not counted")?;
        ensure!(found == reached, "{found} were reached, not {reached}");
        Ok(run)
    }
}
