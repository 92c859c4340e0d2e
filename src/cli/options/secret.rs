//! Passwords and passphrases: from the first line of a file, or asked for; never an argument.

use std::{io::Read, path::Path};

use anyhow::Context;
use secrecy::SecretString;

use crate::{cli::console::Console, exit::Usage};

/// Most bytes of a password file; the longest password that Active Directory takes is 256
/// characters.
const MOST_BYTES: u64 = 4096;

/// The first line of the file that this option names.
///
/// # Errors
/// If it cannot be read, or is empty.
pub fn first_line(option: &str, file: &Path) -> Result<SecretString, Usage> {
    let unusable = |problem: String| Usage::new(format!("{option}: {problem}"));
    let opened = fs_err::File::open(file).map_err(|error| unusable(error.to_string()))?;
    let mut text = String::new();
    let read = opened.take(MOST_BYTES).read_to_string(&mut text);
    // The system's message says nothing of the content.
    read.map_err(|error| unusable(error.to_string()))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        let problem = format!("the first line of {} is empty", file.display());
        return Err(unusable(problem));
    }
    Ok(line.to_owned().into())
}

/// Asks for a password on the terminal.
///
/// # Errors
/// If there is no terminal to ask on.
pub fn ask(whose: &str) -> anyhow::Result<SecretString> {
    let password = rpassword::prompt_password(format!("{whose}: "));
    Ok(password.context("cannot ask for the password")?.into())
}

/// From the file if the option names one, else asked for.
///
/// # Errors
/// If the file cannot be used, or none is named and nobody can be asked.
pub fn file_or_ask(
    option: &str,
    file: Option<&Path>,
    whose: &str,
    console: &Console,
) -> anyhow::Result<SecretString> {
    match file {
        Some(file) => Ok(first_line(option, file)?),
        None if console.can_ask() => ask(whose),
        None => {
            let message = format!("{option} is needed, as nobody can be asked here");
            Err(Usage::new(message).into())
        }
    }
}
