//! The way back from pseudonyms to names: a file for the owner, encrypted with a passphrase (age).

use std::io::{Read, Write};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::words::Space;

/// Largest mapping that is read, in bytes: some ten million words.
const MOST_BYTES: u64 = 1 << 30;

/// The form of the file within its encryption.
const FORMAT: u32 = 1;

/// What was replaced by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    format: u32,
    /// Name space, original, pseudonym; sorted.
    words: Vec<(Space, String, String)>,
}

/// Why a mapping could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The passphrase is another, or the file is none that was encrypted with one.
    #[error("it is not a mapping that this passphrase opens")]
    Passphrase,
    /// What is in it is no mapping.
    #[error("what it holds is no mapping: {0}")]
    Content(#[from] serde_json::Error),
    /// Another version.
    #[error("it has format {0}, and this program reads {FORMAT}")]
    Format(u32),
    /// The file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Mapping {
    pub(super) fn new(words: impl Iterator<Item = (Space, String, String)>) -> Self {
        let mut words: Vec<_> = words.collect();
        words.sort();
        Self {
            format: FORMAT,
            words,
        }
    }

    /// Name space, original and pseudonym of each word.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Space, &str, &str)> {
        let words = self.words.iter();
        words.map(|(space, original, pseudonym)| (*space, original.as_str(), pseudonym.as_str()))
    }

    /// Writes the mapping, encrypted.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, passphrase: SecretString, out: impl Write) -> Result<(), MappingError> {
        let encryptor = age::Encryptor::with_user_passphrase(passphrase);
        let mut encrypted = encryptor.wrap_output(out)?;
        serde_json::to_writer(&mut encrypted, self)?;
        encrypted.finish()?.flush()?;
        Ok(())
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// If it cannot be read, or the passphrase does not open it.
    pub fn read(passphrase: SecretString, from: impl Read) -> Result<Self, MappingError> {
        let decryptor = age::Decryptor::new(from).map_err(|_| MappingError::Passphrase)?;
        let identity = age::scrypt::Identity::new(passphrase);
        let identities = std::iter::once(&identity as &dyn age::Identity);
        let decrypted = decryptor.decrypt(identities);
        let decrypted = decrypted.map_err(|_| MappingError::Passphrase)?;
        let mut text = Vec::new();
        decrypted.take(MOST_BYTES).read_to_end(&mut text)?;
        let mapping: Self = serde_json::from_slice(&text)?;
        match mapping.format {
            FORMAT => Ok(mapping),
            other => Err(MappingError::Format(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapping_comes_back_with_its_passphrase_alone() {
        let word = (Space::Word, "contoso".to_owned(), "qwrtpsd".to_owned());
        let mapping = Mapping::new(std::iter::once(word));
        let mut file = Vec::new();
        let phrase = |text: &str| SecretString::from(text.to_owned());
        mapping.write(phrase("correct horse"), &mut file).unwrap();
        let text = String::from_utf8_lossy(&file);
        assert!(!text.contains("contoso") && text.starts_with("age-encryption.org/v1"));
        let read = |passphrase| Mapping::read(phrase(passphrase), file.as_slice());
        assert_eq!(read("correct horse").unwrap(), mapping);
        assert!(matches!(read("battery"), Err(MappingError::Passphrase)));
        for nonsense in [&b""[..], b"age", &file[..file.len() / 2]] {
            assert!(Mapping::read(phrase("correct horse"), nonsense).is_err());
        }
    }
}
