//! The same environment under other names: what a recording shows when it is given to strangers.
//!
//! Every text of the facts has a class ([`classes`]). Names, hosts, addresses, identifiers are
//! replaced word by word ([`words`]): the same word always by the same other word of the same
//! length, made of characters of the same kind, so that what rules look at stays: lengths, faulty
//! characters, case, which values are equal, public suffixes, prefixes, address ranges. Free text
//! is withheld. Public vocabulary, such as versions and names of endpoints, stays as it is.
//!
//! What replaces what depends on a secret that is drawn for each redaction. The mapping back is a
//! file of its own ([`mapping`]), encrypted with a passphrase.

mod classes;
mod hosts;
mod identifiers;
mod mapping;
mod names;
mod numbers;
mod secret;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use std::path::Path;

use serde_json::Value;
use waterline_facts::{DirectoryObject, Environment};

pub use classes::Class;
pub use mapping::{Mapping, MappingError};
pub use secret::Secret;

use crate::recording::{Opened, RecordingError, RecordingWriter, SigningKey};
use names::Renamer;
use words::Table;

/// Why a recording could not be redacted or revealed.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// The recording could not be read or the other one written.
    #[error(transparent)]
    Recording(#[from] RecordingError),
    /// Facts could not be put into their form and back.
    #[error("the facts could not be rewritten: {0}")]
    Facts(#[from] serde_json::Error),
    /// A part is damaged, so that nobody knows which names it holds.
    #[error("part {part} is damaged: {what}; what cannot be read cannot be redacted")]
    Damaged {
        /// The part.
        part: String,
        /// How it shows.
        what: String,
    },
    /// A name is still there; nothing was written.
    #[error("{word:?} of the original would still be readable at {path}; nothing was written")]
    Leak {
        /// Where, as the path of a fact.
        path: String,
        /// The word.
        word: String,
    },
}

/// Writes the recording under other names, and gives the way back.
///
/// # Errors
/// If it cannot be read whole or the other not be written, or a name would still be in it.
pub fn redact(
    opened: &Opened,
    secret: &Secret,
    target: &Path,
    signing: Option<SigningKey>,
) -> Result<Mapping, RedactError> {
    refuse_damaged(opened)?;
    let mut renamer = Renamer::new(Table::new(secret));
    let facts = serde_json::to_value(&opened.environment)?;
    // All names first: no word may be replaced by one that somebody bears.
    renamer.learn(&facts);
    for batch in opened.objects()?.into_iter().flatten() {
        for object in batch? {
            renamer.learn_object(&object);
        }
    }
    rewrite(opened, &mut renamer, target, signing)?;
    Ok(renamer.into_table().into_mapping())
}

/// Writes a redacted recording under its own names again. What was withheld stays so.
///
/// # Errors
/// If it cannot be read whole, or the other not be written.
pub fn reveal(opened: &Opened, mapping: &Mapping, target: &Path) -> Result<(), RedactError> {
    refuse_damaged(opened)?;
    let mut renamer = Renamer::new(Table::back(mapping));
    rewrite(opened, &mut renamer, target, None)
}

/// What a name of a redacted recording stands for.
pub fn reveal_name(mapping: &Mapping, name: &str) -> String {
    Renamer::new(Table::back(mapping)).rename(Class::Name, name)
}

fn refuse_damaged(opened: &Opened) -> Result<(), RedactError> {
    match opened.problems.first() {
        None => Ok(()),
        Some(problem) => Err(RedactError::Damaged {
            part: problem.part.clone(),
            what: problem.what.clone(),
        }),
    }
}

fn rewrite(
    opened: &Opened,
    renamer: &mut Renamer,
    target: &Path,
    signing: Option<SigningKey>,
) -> Result<(), RedactError> {
    let environment = environment(&opened.environment, renamer)?;
    let mut writer = RecordingWriter::create(target)?.signed_by(signing);
    for batch in opened.objects()?.into_iter().flatten() {
        let renamed = batch?.into_iter().map(|object| object_of(object, renamer));
        writer.push(&renamed.collect::<Result<Vec<_>, _>>()?)?;
    }
    // The log speaks freely of what was met, so none of it is kept.
    writer.finish(&environment, &[])?;
    Ok(())
}

/// The facts under other names.
fn environment(facts: &Environment, renamer: &mut Renamer) -> Result<Environment, RedactError> {
    let mut value = serde_json::to_value(facts)?;
    walk::strings(&mut value, &mut |path, text| {
        renamer.rename_fact(path, text)
    });
    if let Some((path, word)) = leak(&value, renamer) {
        return Err(RedactError::Leak { path, word });
    }
    Ok(serde_json::from_value(value)?)
}

/// An object under another name.
fn object_of(
    object: DirectoryObject,
    renamer: &mut Renamer,
) -> Result<DirectoryObject, RedactError> {
    let object = renamer.rename_object(object);
    if renamer.is_redacting() {
        let mut fields = names::texts(&object);
        if let Some(word) = fields.find_map(|text| renamer.leak(text)) {
            return Err(RedactError::Leak {
                path: "the objects".to_owned(),
                word: word.to_owned(),
            });
        }
    }
    Ok(object)
}

/// Where a word of the original can still be read in what is not public.
fn leak(facts: &Value, renamer: &Renamer) -> Option<(String, String)> {
    if !renamer.is_redacting() {
        return None;
    }
    let mut found = None;
    walk::each(facts, &mut |path, text| {
        let is_name = classes::of(path).has_names() && !renamer.is_public(path, text);
        if found.is_none() && is_name {
            let word = renamer.leak(text);
            found = word.map(|word| (path.to_owned(), word.to_owned()));
        }
    });
    found
}
