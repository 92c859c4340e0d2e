//! The program under Wine: over each registry it must show what the registry says, and a recording
//! must give byte for byte the report that it gives on Linux.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{
    folder, program,
    wine::{FOLDER, Machine},
};

/// Exports of registries, which the ordinary tests read too.
const HIVES: &str = "probes/tests/machines";
/// Recordings whose reports stand in `fixtures/expected`.
const RECORDINGS: [&str; 2] = ["lab-domain", "unjoined-machine"];
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// A registry, and what the report must say of it.
struct Hive {
    name: &'static str,
    system: &'static str,
    version: &'static str,
    domain: Option<&'static str>,
    /// Programs that must be on the drive, or the registry's word is a leftover.
    programs: &'static [&'static str],
    /// Name, channel and version of each browser, sorted.
    browsers: &'static [&'static str],
}

const EDGE: &str = "Program Files (x86)/Microsoft/Edge/Application/msedge.exe";
const CHROME: &str = "Program Files/Google/Chrome/Application/chrome.exe";

const ALL: &[Hive] = include!("hives.in");

/// Tries all.
///
/// # Errors
/// What was not as it must be, all of it.
pub fn run(root: &Path) -> Result<()> {
    let template = folder(root).join("wine");
    let library = library(root)?;
    let program = program::path(root);
    let files = [program.as_path(), library.as_path()];
    let mut faults = Vec::new();
    for hive in ALL {
        if let Err(error) = show(root, &template, files, hive) {
            faults.push(format!("{}: {error:#}", hive.name));
        }
    }
    for name in RECORDINGS {
        if let Err(error) = replay(root, &template, files, name) {
            faults.push(format!("{name}: {error:#}"));
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// The library that Wine lacks.
fn library(root: &Path) -> Result<PathBuf> {
    let library = folder(root).join("bcryptprimitives.dll");
    let status = std::process::Command::new(COMPILER)
        .args(["-shared", "-O1", "-o"])
        .arg(&library)
        .arg(root.join("xtask/wine/bcryptprimitives.c"))
        .arg("-ladvapi32")
        .status()
        .with_context(|| format!("cannot start {COMPILER}"))?;
    ensure!(status.success(), "{COMPILER}: {status}");
    Ok(library)
}

fn show(root: &Path, template: &Path, files: [&Path; 2], hive: &Hive) -> Result<()> {
    let machine = Machine::new(template, hive.name, files)?;
    machine.import(&root.join(HIVES).join(format!("{}.reg", hive.name)))?;
    for program in hive.programs {
        machine.plant(program, b"MZ")?;
    }
    let out = format!("C:\\{FOLDER}\\Bericht ü");
    let output = machine.waterline(&[
        "assess",
        "--only",
        "host,browsers",
        "--report",
        "json",
        "--quiet",
        "--out",
        &out,
    ])?;
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        matches!(output.status.code(), Some(0 | 3 | 4)),
        "{}: {error}",
        output.status
    );
    let report: Value = serde_json::from_slice(&output.stdout).context("no report")?;
    let html = machine.path(FOLDER).join("Bericht ü/report.html");
    ensure!(html.is_file(), "nothing lies in {out}");
    compare(&report, hive)
}

fn compare(report: &Value, hive: &Hive) -> Result<()> {
    let host = &report["inventory"]["hosts"][0];
    ensure!(host["operating_system"] == hive.system, "{host}");
    ensure!(host["version"] == hive.version, "{host}");
    ensure!(host["domain"].as_str() == hive.domain, "{host}");
    let browsers = report["inventory"]["browsers"].as_array();
    let mut browsers: Vec<String> = browsers.into_iter().flatten().map(line).collect();
    browsers.sort();
    ensure!(browsers == hive.browsers, "browsers {browsers:?}");
    Ok(())
}

fn line(browser: &Value) -> String {
    let text = |name: &str| browser[name].as_str().unwrap_or("?").to_owned();
    format!("{} {} {}", text("name"), text("channel"), text("version"))
}

fn replay(root: &Path, template: &Path, files: [&Path; 2], name: &str) -> Result<()> {
    let machine = Machine::new(template, name, files)?;
    let fixtures = root.join("fixtures");
    let recording = format!("Z:{}", fixtures.join(name).display());
    let recording = recording.replace('/', "\\");
    let output = machine.waterline(&["replay", &recording, "--report", "json", "--quiet"])?;
    let expected = fs_err::read(fixtures.join("expected").join(format!("{name}.json")))?;
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(!output.stdout.is_empty(), "{}: {error}", output.status);
    let at = output
        .stdout
        .iter()
        .zip(&expected)
        .position(|(own, other)| own != other);
    ensure!(
        output.stdout == expected,
        "the report differs from that of Linux, at byte {at:?} of {}",
        expected.len()
    );
    Ok(())
}
