//! `waterline check`: whether a recording is what its run wrote, part by part.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{
    console::{Console, printable},
    options::verifying_key,
};
use crate::{
    exit::Exit,
    recording::{self, Checked, Signed},
};

/// Options of `waterline check`.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The recording: a folder, or a .waterline file
    recording: PathBuf,
    /// Hold the signature against this public key of minisign; a recording that is not signed by it
    /// is refused
    #[arg(long, value_name = "KEY", env = "WATERLINE_VERIFY_KEY")]
    verify_key: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If there is no recording, or the key cannot be read.
pub fn run(options: &CheckOptions, console: &Console) -> anyhow::Result<Exit> {
    let key = options.verify_key.as_deref();
    let key = key.map(|path| verifying_key("--verify-key", path));
    let checked = recording::check(&options.recording, key.transpose()?.as_ref())?;
    console.print(|out| write(&checked, out))?;
    Ok(if checked.is_sound() {
        Exit::Ready
    } else {
        Exit::NotReady
    })
}

fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let manifest = &checked.manifest;
    let listed = manifest.parts.iter().map(|part| part.name.as_str());
    for name in std::iter::once("manifest.json").chain(listed) {
        let state = checked.problem(name).unwrap_or("sound");
        writeln!(out, "{name:<28} {}", printable(state))?;
    }
    let others = checked.problems.iter().filter(|problem| {
        let mut names = manifest.parts.iter().map(|part| &part.name);
        problem.part != "manifest.json" && !names.any(|name| *name == problem.part)
    });
    for problem in others {
        writeln!(
            out,
            "{:<28} {}",
            printable(&problem.part),
            printable(&problem.what)
        )?;
    }
    let whole = match manifest.sha256.as_str() {
        "" => "none: it was written by a version before manifests had one",
        whole => whole,
    };
    writeln!(out, "\nSHA-256 of the whole: {}", printable(whole))?;
    let signature = match &checked.signature {
        Signed::No => "none".to_owned(),
        Signed::NotVerified => "not verified: name the key with --verify-key".to_owned(),
        Signed::Verified => "verified".to_owned(),
        Signed::Refused(why) => format!("REFUSED: {}", printable(why)),
    };
    writeln!(out, "signature: {signature}")
}
