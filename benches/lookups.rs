//! Ten thousand look-ups of a local server, against `dnsperf` putting the same kind of questions.
//!
//! Both ask one `named` over loopback, by turns. The program looks up all records of many domains;
//! what counts is the time of its probe, which does more with each answer than count it.

#![allow(clippy::print_stdout, reason = "a bench says what it measured")]

mod support;

use std::{fmt::Write as _, path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use support::{WATERLINE, judge, named::Named, stopwatch, tool};

/// Domains of the profile: each takes some fourteen look-ups.
const DOMAINS: usize = 715;
/// Look-ups that a run makes at least.
const LOOKUPS: usize = 10_000;
/// Times that each side runs.
const TIMES: usize = 5;
/// How often `dnsperf` goes through its list: once would take it no time worth measuring.
const ROUNDS: &str = "10";

fn main() -> Result<()> {
    let folder = support::folder("lookups")?;
    let dnsperf = tool("dnsperf", "dnsperf")?;
    let server = Named::start(&folder, DOMAINS)?;
    write_inputs(&folder, &server)?;
    let (mut theirs, mut ours, mut peak) = (Vec::new(), Vec::new(), 0.0_f64);
    for _ in 0..TIMES {
        theirs.push(ask_by(&dnsperf, &folder, &server)?);
        let (rate, memory) = ask(&folder, &server)?;
        ours.push(rate);
        peak = peak.max(memory);
    }
    let (theirs, ours) = (middle(theirs), middle(ours));
    println!("dnsperf           {theirs:8.0} look-ups a second");
    println!("waterline record  {ours:8.0} look-ups a second  {peak:5.0} MB");
    judge(&[("rate of dnsperf by that of the program", theirs / ours, 2.0)])
}

/// The profile, and the questions of one domain's records for each domain.
fn write_inputs(folder: &Path, server: &Named) -> Result<()> {
    let (mut profile, mut questions) = ("domains:\n".to_owned(), String::new());
    for domain in server.domains() {
        writeln!(profile, "- {domain}")?;
        for (name, kind) in [
            ("", "TXT"),
            ("", "NS"),
            ("", "SOA"),
            ("", "MX"),
            ("enterpriseenrollment.", "CNAME"),
            ("enterpriseregistration.", "CNAME"),
            ("msoid.", "CNAME"),
            ("autodiscover.", "CNAME"),
        ] {
            writeln!(questions, "{name}{domain} {kind}")?;
        }
    }
    fs_err::write(folder.join("profile.yaml"), profile)?;
    fs_err::write(folder.join("questions.txt"), questions)?;
    Ok(())
}

/// The rate that `dnsperf` reaches.
fn ask_by(dnsperf: &Path, folder: &Path, server: &Named) -> Result<f64> {
    let mut command = Command::new(dnsperf);
    command.args(["-s", server.address(), "-p", &server.port().to_string()]);
    command
        .args(["-n", ROUNDS, "-d"])
        .arg(folder.join("questions.txt"));
    let output = command.output().context("cannot start dnsperf")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find(|line| line.contains("Queries per second:"));
    let rate = line.and_then(|line| line.split_whitespace().last());
    let rate = rate.with_context(|| format!("dnsperf told no rate: {text}"))?;
    Ok(rate.parse()?)
}

/// The rate that the program reaches, and its memory in MB.
fn ask(folder: &Path, server: &Named) -> Result<(f64, f64)> {
    let recording = folder.join("recording");
    let mut command = Command::new(WATERLINE);
    command.arg("record").arg(&recording);
    command.args(["--quiet", "--only", "dns", "--resolver"]);
    command.arg(format!("{}:{}", server.address(), server.port()));
    command.arg("--profile").arg(folder.join("profile.yaml"));
    let run = stopwatch::run(&mut command, &[0])?;
    let read = |name: &str| -> Result<Value> {
        Ok(serde_json::from_slice(&fs_err::read(
            recording.join(name),
        )?)?)
    };
    let made = made(&read("environment/dns.json")?["known"])?;
    let head = read("environment.json")?;
    let probes = head["run"]["probes"].as_array().context("no probes")?;
    let probe = probes.iter().find(|probe| probe["id"] == "dns");
    let took = probe.and_then(|probe| probe["took_ms"].as_f64());
    let took = took.context("the probe's time is not told")?;
    fs_err::remove_dir_all(&recording)?;
    Ok((made as f64 * 1000.0 / took, run.peak_mb))
}

/// Look-ups behind these facts, counted low: one for each record and policy, and for each zone its
/// beginning, a random name, its name servers and the address of one.
fn made(dns: &Value) -> Result<usize> {
    let known = |name: &str| {
        dns[name]["known"]
            .as_array()
            .with_context(|| name.to_owned())
    };
    let records = known("records")?;
    let unanswered = records
        .iter()
        .filter(|one| !one["answer"]["unknown"].is_null());
    ensure!(unanswered.count() == 0, "some records were not answered");
    let made = records.len() + known("sender_policies")?.len() + 4 * known("zones")?.len();
    ensure!(made >= LOOKUPS, "{made} look-ups are fewer than {LOOKUPS}");
    Ok(made)
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
