//! `cargo xtask docs`: writes what is generated, by the very tests that check it.

use std::{
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result, ensure};

/// Tests that write what they check if they are told to, by test target and name.
const WRITERS: [[&str; 2]; 2] = [["cli", "docs::"], ["fixtures", ""]];

/// Writes everything for the checkout in `root`.
///
/// # Errors
/// If a test cannot be run, or cannot write.
pub fn run(root: &Path) -> Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for [target, name] in WRITERS {
        let mut command = Command::new(&cargo);
        command.args(["test", "--package", "waterline", "--test", target, name]);
        command.env("WATERLINE_DOCS", "write").current_dir(root);
        let status = command.status().context("cannot run cargo")?;
        ensure!(status.success(), "the test {target} {name} failed");
    }
    Ok(ExitCode::SUCCESS)
}
