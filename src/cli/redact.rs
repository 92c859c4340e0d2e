//! `waterline redact` and `waterline reveal`: a recording under other names, and the way back.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::{
    console::{Console, printable},
    options::{PassphraseOptions, SigningOptions},
    outputs::write_whole,
};
use crate::{
    exit::{Exit, Usage},
    recording,
    redact::{self, Mapping, MappingError, Secret},
};

/// Options of `waterline redact`.
#[derive(Debug, Args)]
pub struct RedactOptions {
    /// The recording: a folder, or a .waterline file
    recording: PathBuf,
    /// Where the redacted recording goes: a folder, or a file if it ends in .waterline
    #[arg(long, short, value_name = "PATH")]
    output: PathBuf,
    /// Where the way back from pseudonyms to names goes, encrypted with a passphrase; without it
    /// nobody can undo the redaction
    #[arg(long, value_name = "FILE", env = "WATERLINE_MAPPING")]
    mapping: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
    #[command(flatten)]
    signing: SigningOptions,
}

/// Options of `waterline reveal`.
#[derive(Debug, Args)]
pub struct RevealOptions {
    /// The mapping that `waterline redact` wrote
    mapping: PathBuf,
    /// Names of the redacted recording, to be told what they stand for
    names: Vec<String>,
    /// A redacted recording, to be written under its own names again
    #[arg(long, value_name = "PATH", requires = "output")]
    recording: Option<PathBuf>,
    /// Where that goes: a folder, or a file if it ends in .waterline
    #[arg(long, short, value_name = "PATH", requires = "recording")]
    output: Option<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOptions,
}

/// Runs `waterline redact`.
///
/// # Errors
/// If the recording cannot be read whole, or something not be written.
pub fn redact(options: &RedactOptions, console: &Console) -> anyhow::Result<Exit> {
    let passphrase = match &options.mapping {
        Some(_) => Some(options.passphrase.new_one(console)?),
        None => None,
    };
    let key = options.signing.key(console)?;
    let opened = recording::open(&options.recording)?;
    let secret = Secret::draw()?;
    let mapping = redact::redact(&opened, &secret, &options.output, key)?;
    console.say(format_args!("redacted {}", options.output.display()));
    if opened.evident().next().is_some() {
        console.say("left out the raw evidence, which holds names in forms of its own");
    }
    if let (Some(path), Some(passphrase)) = (&options.mapping, passphrase) {
        let write = |out: &mut dyn std::io::Write| {
            let written = mapping.write(passphrase, out);
            written.map_err(|error| match error {
                MappingError::Io(error) => error,
                other => std::io::Error::other(other),
            })
        };
        write_whole(path, write)
            .with_context(|| format!("cannot write the mapping to {}", path.display()))?;
        console.say(format_args!(
            "wrote {}; keep it to yourself",
            path.display()
        ));
    }
    Ok(Exit::Ready)
}

/// Runs `waterline reveal`.
///
/// # Errors
/// If the mapping does not open, or the recording cannot be read or written.
pub fn reveal(options: &RevealOptions, console: &Console) -> anyhow::Result<Exit> {
    if options.names.is_empty() && options.recording.is_none() {
        let message = "name what is to be revealed: pseudonyms, or --recording with --output";
        return Err(Usage::new(message).into());
    }
    let unusable =
        |problem: String| Usage::new(format!("{}: {problem}", options.mapping.display()));
    let file = std::fs::File::open(&options.mapping);
    let file = file.map_err(|error| unusable(error.to_string()))?;
    let passphrase = options.passphrase.known(console)?;
    let mapping = Mapping::read(passphrase, std::io::BufReader::new(file));
    let mapping = mapping.map_err(|error| unusable(error.to_string()))?;
    console.print(|out| {
        options.names.iter().try_for_each(|name| {
            let original = redact::reveal_name(&mapping, name);
            writeln!(out, "{} = {}", printable(name), printable(&original))
        })
    })?;
    if let (Some(from), Some(to)) = (&options.recording, &options.output) {
        redact::reveal(&recording::open(from)?, &mapping, to)?;
        console.say(format_args!("revealed {}", to.display()));
    }
    Ok(Exit::Ready)
}
