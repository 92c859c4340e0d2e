//! Options about the passphrase of a mapping.

use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::secret;
use crate::{cli::console::Console, exit::Usage};

/// Name of the variable that may hold the passphrase itself.
const VARIABLE: &str = "WATERLINE_PASSPHRASE";

/// Shortest passphrase for a new mapping, in characters.
const SHORTEST: usize = 8;

/// Where the passphrase comes from.
#[derive(Debug, Args)]
pub struct PassphraseOptions {
    /// File whose first line is the passphrase; else it is taken from WATERLINE_PASSPHRASE, else
    /// asked for
    #[arg(long, value_name = "FILE", env = "WATERLINE_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseOptions {
    /// The passphrase of a mapping that exists.
    ///
    /// # Errors
    /// If it cannot be read, or nobody can be asked.
    pub fn known(&self, console: &Console) -> anyhow::Result<SecretString> {
        self.read("Passphrase of the mapping", console)
    }

    /// The passphrase of a mapping that is to be made.
    ///
    /// # Errors
    /// Likewise, and if it is too short.
    pub fn new_one(&self, console: &Console) -> anyhow::Result<SecretString> {
        let passphrase = self.read("New passphrase of the mapping", console)?;
        if passphrase.expose_secret().chars().count() < SHORTEST {
            let message = format!("the passphrase has fewer than {SHORTEST} characters");
            return Err(Usage::new(message).into());
        }
        Ok(passphrase)
    }

    fn read(&self, whose: &str, console: &Console) -> anyhow::Result<SecretString> {
        let file = self.passphrase_file.as_deref();
        if let (None, Ok(passphrase)) = (file, std::env::var(VARIABLE)) {
            return Ok(passphrase.into());
        }
        secret::file_or_ask("--passphrase-file", file, whose, console)
    }
}
