//! What the benches share: a directory to read, a server for it, an internet to probe, and a stopwatch.

#![allow(
    dead_code,
    clippy::print_stdout,
    reason = "each bench uses a part, and says what it measured"
)]

pub mod internet;
pub mod named;
pub mod people;
pub mod slapd;
pub mod stopwatch;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The program that is measured: built by `cargo bench` with it.
pub const WATERLINE: &str = env!("CARGO_BIN_EXE_waterline");

/// A folder for what a bench makes, beside what cargo makes; empty at first.
///
/// # Errors
/// If it cannot be made.
pub fn folder(name: &str) -> Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        fs_err::remove_dir_all(&path)?;
    }
    fs_err::create_dir_all(&path)?;
    Ok(path)
}

/// A number that was given to a bench behind `--`, for a run smaller than the usual one.
///
/// # Errors
/// If something else was given.
pub fn amount(usual: u64) -> Result<u64> {
    // Cargo itself tells a bench that it is one.
    let given = std::env::args().skip(1).find(|word| word != "--bench");
    match given {
        None => Ok(usual),
        Some(word) => word
            .parse()
            .with_context(|| format!("{word:?} is no number")),
    }
}

/// Where a tool stands that a bench needs.
///
/// # Errors
/// If it is nowhere, with what to install.
pub fn tool(name: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let mut places = std::env::split_paths(&path).chain(usual);
    let found = places.find_map(|place| Some(place.join(name)).filter(|tool| tool.is_file()));
    found.with_context(|| format!("{name} is not installed: install Debian's package {package}"))
}

/// How many users a report of the program counts.
///
/// # Errors
/// If it does not say that all were read.
pub fn users_read(report: &Path) -> Result<u64> {
    let text = fs_err::read(report)?;
    let report: serde_json::Value = serde_json::from_slice(&text)?;
    let users = report.pointer("/inventory/directory/users");
    let count = users.and_then(serde_json::Value::as_u64);
    count.with_context(|| {
        format!(
            "the users were not counted: {}",
            report["inventory"]["gaps"]
        )
    })
}

/// Ends a bench: fails it if a bound was missed.
///
/// # Errors
/// If one was.
pub fn judge(bounds: &[(&str, f64, f64)]) -> Result<()> {
    let mut missed = Vec::new();
    for (what, measured, most) in bounds {
        let held = measured <= most;
        let word = if held { "held" } else { "MISSED" };
        println!("{word}: {what} {measured:.2}, bound {most:.2}");
        if !held {
            missed.push(*what);
        }
    }
    ensure!(missed.is_empty(), "missed: {}", missed.join(", "));
    Ok(())
}
