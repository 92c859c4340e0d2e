//! Options about the signature of a recording.

use std::path::{Path, PathBuf};

use clap::Args;

use super::secret;
use crate::{
    cli::console::Console,
    exit::Usage,
    recording::{SigningKey, VerifyingKey},
};

/// The key that signs a recording.
#[derive(Debug, Args)]
#[command(next_help_heading = "Recording")]
pub struct SigningOptions {
    /// Sign the recording with this secret key of minisign
    #[arg(long, value_name = "KEY", env = "WATERLINE_SIGN")]
    sign: Option<PathBuf>,
    /// File whose first line is the password of that key; else it is asked for, if it has one
    #[arg(
        long,
        value_name = "FILE",
        env = "WATERLINE_SIGN_PASSWORD_FILE",
        requires = "sign"
    )]
    sign_password_file: Option<PathBuf>,
}

impl SigningOptions {
    /// The key, if one was named.
    ///
    /// # Errors
    /// If the file holds no key, or its password is missing or wrong.
    pub fn key(&self, console: &Console) -> Result<Option<SigningKey>, Usage> {
        let Some(path) = &self.sign else {
            return Ok(None);
        };
        let file = self.sign_password_file.as_deref();
        let whose = format!("Password of {}", path.display());
        let password = || secret::file_or_ask("--sign-password-file", file, &whose, console);
        let key = SigningKey::read(path, password);
        key.map(Some)
            .map_err(|error| Usage::new(format!("--sign: {error}")))
    }
}

/// Reads the public key that an option names.
///
/// # Errors
/// If the file holds none.
pub fn verifying_key(option: &str, path: &Path) -> Result<VerifyingKey, Usage> {
    VerifyingKey::read(path).map_err(|error| Usage::new(format!("{option}: {error}")))
}
