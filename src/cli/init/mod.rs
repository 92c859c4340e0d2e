//! `waterline init`: asks what only the organisation knows, and writes its profile.
//!
//! Defaults come from a recording when one is given. The file is written whole at the end or not at
//! all, and nothing that is there is written over.

mod ask;

use std::{
    io,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Args;
use waterline_rules::{Packs, Profile};

use super::{console::Console, options::PackOption, outputs::write_whole};
use crate::{
    exit::{Exit, Usage},
    recording,
};
use ask::Interview;

/// Options of `waterline init`.
#[derive(Debug, Args)]
pub struct InitOptions {
    /// The file to write
    #[arg(default_value = "waterline.yaml")]
    file: PathBuf,
    /// Take defaults from this recording: a folder, or a .waterline file
    #[arg(long, value_name = "RECORDING")]
    from: Option<PathBuf>,
    /// Ask nothing: write a file in which each question stands as a comment, to be filled in
    #[arg(long)]
    blank: bool,
    #[command(flatten)]
    pack: PackOption,
}

/// Runs the command.
///
/// # Errors
/// If the file is there or cannot be written, nobody can be asked, or the recording or the pack
/// cannot be read; nothing is written then.
pub fn run(options: &InitOptions, console: &Console) -> anyhow::Result<Exit> {
    let packs = &*options.pack.read()?;
    refuse_existing(&options.file)?;
    let suggested = match &options.from {
        Some(path) => packs.suggest(&recording::open(path)?.environment),
        None => Profile::default(),
    };
    let profile = match options.blank {
        true => blank(suggested),
        false => interview(packs, suggested, console)?,
    };
    let text = packs.write_profile(&profile);
    write_whole(&options.file, |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", options.file.display()))?;
    let file = options.file.display();
    console.say(format_args!("wrote {file}"));
    console.say(format_args!(
        "  judge by it: waterline assess --profile {file}"
    ));
    Ok(Exit::Ready)
}

fn refuse_existing(file: &Path) -> Result<(), Usage> {
    match file.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Usage::new(format!("{}: {error}", file.display()))),
        Ok(_) => Err(Usage::new(format!(
            "{} is there already and is not written over\n  name another file, or edit this one",
            file.display()
        ))),
    }
}

/// What was suggested without its answers, which nobody gave.
fn blank(suggested: Profile) -> Profile {
    Profile {
        attested: Default::default(),
        ..suggested
    }
}

fn interview(packs: &Packs, suggested: Profile, console: &Console) -> anyhow::Result<Profile> {
    if !console.can_ask() {
        let message = "init asks in a terminal, and there is none\n  \
                       write a file to fill in by hand: waterline init --blank";
        return Err(Usage::new(message).into());
    }
    let (input, output) = (io::stdin().lock(), io::stderr().lock());
    Interview::new(input, output).profile(packs, suggested)
}
