//! `cargo xtask docs`: writes what is generated, by the very tests that check it.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, ensure};

/// Tests that write what they check if they are told to, by package, test target and name.
const WRITERS: [[&str; 3]; 4] = [
    ["waterline-rules", "coverage", "the_page_is_current"],
    ["waterline", "cli", "docs::"],
    ["waterline", "fixtures", ""],
    ["waterline", "environments", ""],
];

/// Writes everything for the checkout in `root`.
///
/// # Errors
/// If a test cannot be run, or cannot write.
pub fn run(root: &Path) -> Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for [package, target, name] in WRITERS {
        let mut command = Command::new(&cargo);
        command.args(["test", "--package", package, "--test", target, name]);
        command.env("WATERLINE_DOCS", "write").current_dir(root);
        let status = command.status().context("cannot run cargo")?;
        ensure!(status.success(), "the test {target} {name} failed");
    }
    Ok(ExitCode::SUCCESS)
}
