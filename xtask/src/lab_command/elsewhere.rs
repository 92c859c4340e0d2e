//! `cargo xtask lab …` where there is no lab: it needs Linux's network namespaces.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::test_command::Steps;

/// The lab's commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Any of them.
    #[command(external_subcommand)]
    Any(Vec<String>),
}

/// Says that there is no lab here.
///
/// # Errors
/// Always.
pub fn run(_: Command, _: &Path) -> Result<ExitCode> {
    bail!("the lab runs on Linux alone: it needs network namespaces and Samba's domain controller")
}

/// Notes that the tests in the lab's network are not run.
pub fn check_network(steps: &mut Steps, _: &Path, _: &[&str]) {
    steps.leave_out("lab network", "it runs on Linux alone");
}

/// Notes that the lab's tests are not run.
pub fn check(steps: &mut Steps, _: &Path, _: &[&str]) {
    steps.leave_out("lab", "it runs on Linux alone");
}
