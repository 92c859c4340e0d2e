//! The secret of one redaction, from which every pseudonym is drawn.

use aws_lc_rs::{
    hmac::{self, HMAC_SHA256, Key},
    rand::{SecureRandom, SystemRandom},
};

/// A secret; it is nowhere written down.
#[derive(Debug)]
pub struct Secret(Key);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn draw() -> std::io::Result<Self> {
        let mut bytes = [0; 32];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| std::io::Error::other("the system gives no random bytes"))?;
        Ok(Self::of(&bytes))
    }

    /// That of these bytes, for tests.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Key::new(HMAC_SHA256, bytes))
    }

    /// Bytes that nobody can guess who does not have the secret, the same for the same words and
    /// the same attempt; as many as one wants.
    pub(super) fn bytes(&self, space: &str, word: &str, attempt: u32) -> impl Iterator<Item = u8> {
        let start = format!("{space}\0{word}\0{attempt}\0");
        let key = self.0.clone();
        (0_u32..).flat_map(move |block| {
            let tag = hmac::sign(&key, format!("{start}{block}").as_bytes());
            tag.as_ref().to_vec()
        })
    }
}
