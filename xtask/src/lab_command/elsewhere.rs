//! `cargo xtask lab …` where there is no lab: it needs Linux's network namespaces.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;

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
