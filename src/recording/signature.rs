//! Signatures of recordings: minisign's, over the manifest, which names the hash of every part.
//!
//! The signature stands beside the manifest as `manifest.json.minisig`, so that
//! `minisign -Vm manifest.json` verifies a folder too. Keys are files that minisign made.

use std::{io::Cursor, path::Path};

use base64::Engine as _;
use minisign::{PublicKey, SecretKey, SecretKeyBox, SignatureBox};
use secrecy::{ExposeSecret, SecretString};

use super::{RecordingError, limits};

/// Name of the part.
pub(super) const NAME: &str = "manifest.json.minisig";

/// Largest signature or key file, in bytes; they take some hundred.
pub(super) const MOST_BYTES: u64 = 1 << 13;

/// A key that signs.
pub struct SigningKey(SecretKey);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

/// A key that verifies.
#[derive(Debug)]
pub struct VerifyingKey(PublicKey);

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct KeyError {
    path: std::path::PathBuf,
    why: String,
}

impl KeyError {
    fn new(path: &Path, why: impl std::fmt::Display) -> Self {
        Self {
            path: path.to_owned(),
            why: limits::damage(why),
        }
    }
}

impl SigningKey {
    /// Reads a secret key; `password` is asked for one that is encrypted.
    ///
    /// # Errors
    /// If there is no secret key in the file, or the password does not open it.
    pub fn read<E: std::fmt::Display>(
        path: &Path,
        password: impl FnOnce() -> Result<SecretString, E>,
    ) -> Result<Self, KeyError> {
        let text = read(path)?;
        let boxed = || SecretKeyBox::from_string(&text);
        let not_a_key = |_| KeyError::new(path, "it is not a secret key of minisign");
        if !is_secret_key(&text) {
            return Err(KeyError::new(path, "it is not a secret key of minisign"));
        }
        let plain = boxed().map_err(not_a_key)?.into_unencrypted_secret_key();
        if let Ok(key) = plain {
            return Ok(Self(key));
        }
        let password = password().map_err(|error| KeyError::new(path, error))?;
        let password = password.expose_secret().to_owned();
        let key = boxed().map_err(not_a_key)?.into_secret_key(Some(password));
        key.map(Self)
            .map_err(|_| KeyError::new(path, "it is not a key that this password opens"))
    }

    /// The signature of a manifest.
    pub(super) fn sign(&self, manifest: &[u8], comment: &str) -> std::io::Result<Vec<u8>> {
        let untrusted = Some("signature of the manifest of a waterline recording");
        let signed = minisign::sign(None, &self.0, manifest, Some(comment), untrusted);
        let signed = signed.map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(signed.into_string().into_bytes())
    }
}

impl VerifyingKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// If there is none in the file.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = read(path)?;
        let key = minisign::PublicKeyBox::from_string(&text).and_then(PublicKey::from_box);
        key.map(Self)
            .map_err(|_| KeyError::new(path, "it is not a public key of minisign"))
    }

    /// Holds a manifest against its signature.
    ///
    /// # Errors
    /// Why it is not what the key's owner signed, in words.
    pub(super) fn verify(&self, manifest: &[u8], signature: &str) -> Result<(), String> {
        let boxed = SignatureBox::from_string(signature)
            .map_err(|_| "it is not a signature of minisign".to_owned())?;
        minisign::verify(&self.0, &boxed, Cursor::new(manifest), true, false, false)
            .map_err(limits::damage)
    }
}

/// Whether a file is of the form of a secret key, encrypted or not: a comment, then the key, which
/// begins with its algorithm.
fn is_secret_key(text: &str) -> bool {
    let line = text.lines().nth(1).unwrap_or_default();
    let key = base64::prelude::BASE64_STANDARD.decode(line.trim());
    key.is_ok_and(|key| key.starts_with(b"Ed") && key.len() > 100)
}

fn read(path: &Path) -> Result<String, KeyError> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| KeyError::new(path, error))?;
    let mut text = String::new();
    file.take(MOST_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| KeyError::new(path, error))?;
    Ok(text)
}

/// A signature that a recording bears, as far as it is text.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(limits::damage)
}

/// That a signature could not be verified, as an error.
pub(super) fn refused(path: &Path, why: String) -> RecordingError {
    RecordingError::Signature {
        path: path.to_owned(),
        why,
    }
}
