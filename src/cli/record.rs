//! `waterline record`: probe only.

use std::path::PathBuf;

use clap::Args;

use super::{
    assess,
    console::Console,
    options::{PackOption, ProbingOptions, ProfileOption, SigningOptions},
    probing,
};
use crate::{
    exit::Exit,
    recording::RecordingWriter,
    run::{Takers, log::RunLog},
};

/// Options of `waterline record`.
#[derive(Debug, Args)]
pub struct RecordOptions {
    /// Where to keep the facts: a folder, or a file if it ends in .waterline
    path: PathBuf,
    #[command(flatten)]
    profile: ProfileOption,
    #[command(flatten)]
    pack: PackOption,
    #[command(flatten)]
    probing: ProbingOptions,
    #[command(flatten)]
    signing: SigningOptions,
}

/// Runs the command.
///
/// # Errors
/// If an option or file cannot be used, or the recording cannot be written.
pub fn run(options: &RecordOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.pack.read()?;
    let profile = options.profile.read(packs)?;
    let settings = assess::settings(packs, &options.probing, &profile, console)?;
    let key = options.signing.key(console)?;
    let takers = Takers {
        recording: Some(RecordingWriter::create(&options.path)?.signed_by(key)),
        findings: None,
        comparison: None,
    };
    let log = RunLog::start(console.log_level());
    let mut outcome = probing::probe(settings, takers, console)?;
    assess::finish(&mut outcome, &log)?;
    console.say(format_args!("recorded {}", options.path.display()));
    Ok(Exit::Ready)
}
