//! `cargo xtask`: the project's chores.
#![expect(
    clippy::print_stdout,
    reason = "a chore's answer goes to standard output"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod docs_command;
#[cfg(target_os = "linux")]
mod lab_command;
#[cfg(not(target_os = "linux"))]
#[path = "lab_command/elsewhere.rs"]
mod lab_command;
mod synth_command;
mod test_command;
#[cfg(target_os = "linux")]
mod windows_command;
#[cfg(not(target_os = "linux"))]
#[path = "windows_command/elsewhere.rs"]
mod windows_command;

/// The project's chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// The lab: a domain controller with planted faults (Linux, root).
    #[command(subcommand)]
    Lab(lab_command::Command),
    /// Writes the generated pages and the fixtures' reports, to be reviewed like code.
    Docs,
    /// Writes a synthetic directory as LDIF, and beside it what was planted in it.
    Synth(synth_command::Arguments),
    /// Checks everything; on Debian as root it installs what is missing.
    Test,
    /// Builds waterline.exe and tests it under Wine (Debian; as root it installs what is missing).
    Windows,
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().chore {
        Chore::Lab(command) => lab_command::run(command, &root()),
        Chore::Docs => docs_command::run(&root()),
        Chore::Synth(arguments) => synth_command::run(&arguments),
        Chore::Test => test_command::run(&root()),
        Chore::Windows => Ok(windows_command::run(&root())),
    }
}

/// The checkout's root folder.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}
