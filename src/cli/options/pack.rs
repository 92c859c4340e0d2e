//! The option that adds a pack of rules of one's own.

use std::{
    ops::Deref,
    path::{Path, PathBuf},
};

use clap::Args;
use waterline_rules::{Packs, folder, source::Source};

use crate::exit::Usage;

/// The option that adds a pack of rules of one's own.
#[derive(Debug, Args)]
pub struct PackOption {
    /// Add the rules of this folder; one with the id of a built-in rule takes its place
    #[arg(long, value_name = "FOLDER", env = "WATERLINE_PACK")]
    pack: Option<PathBuf>,
}

/// The rules to judge by.
#[derive(Debug)]
pub enum Rulebook {
    /// Those of the program alone.
    Embedded(&'static Packs),
    /// With some of one's own, or with their cases.
    Extended(Box<Packs>),
}

impl PackOption {
    /// The rules of the program, with those of the folder if one was named.
    ///
    /// # Errors
    /// If the folder cannot be read, or anything in it is wrong, with file, line and column.
    pub fn read(&self) -> Result<Rulebook, Usage> {
        let Some(folder) = &self.pack else {
            return Ok(Rulebook::Embedded(Packs::embedded()));
        };
        extended(folder)
    }

    /// The same with the cases of each rule, which those of the program have only as it was written.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_with_cases(&self) -> Result<Rulebook, Usage> {
        match &self.pack {
            Some(folder) => extended(folder),
            None => checked(&Packs::embedded_sources()),
        }
    }
}

/// The rules of the program with those of a folder.
fn extended(folder: &Path) -> Result<Rulebook, Usage> {
    let own = folder::own_pack(folder).map_err(|error| Usage::new(format!("--pack: {error}")))?;
    checked(&own.sources)
}

fn checked(sources: &[Source]) -> Result<Rulebook, Usage> {
    let packs = Packs::read(sources).map_err(|faults| Usage::of(&faults))?;
    Ok(Rulebook::Extended(Box::new(packs)))
}

impl Deref for Rulebook {
    type Target = Packs;

    fn deref(&self) -> &Packs {
        match self {
            Self::Embedded(packs) => packs,
            Self::Extended(packs) => packs,
        }
    }
}
