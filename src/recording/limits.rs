//! The bounds within which a recording is read, whatever it says of itself.

use std::io::{self, Read};

/// Largest manifest, in bytes.
pub(super) const MANIFEST_BYTES: u64 = 1 << 20;

/// Largest part that is read whole (facts of one probe, log), in bytes.
/// Facts of a large environment take some 5 MiB.
pub(super) const PART_BYTES: u64 = 32 << 20;

/// Most parts in one recording; this version writes up to sixteen.
pub(super) const PARTS: usize = 64;

/// Longest line of the objects, in bytes: one object with thousands of addresses fits.
pub(super) const LINE_BYTES: usize = 4 << 20;

/// Largest zstd window, as a power of two: 8 MiB, which every decoder has to support (RFC 8878,
/// section 3.1.1.1.2). Bounds what a frame can make the decoder allocate.
pub(super) const WINDOW_LOG: u32 = 23;

/// Longest account of a damage, in characters; parsers like to quote what they choked on.
const DAMAGE_CHARS: usize = 200;

/// How far compressed bytes may unpack. Facts and objects shrink to a tenth or a thirtieth; what
/// grows by more than 250 is no recording. The first 16 MiB are free, for small ones that repeat.
pub(super) fn unpacked_bytes(packed: u64) -> u64 {
    const GRACE: u64 = 16 << 20;
    const MOST: u64 = 64 << 30;
    packed.saturating_mul(250).saturating_add(GRACE).min(MOST)
}

/// A reader that fails, rather than ends, beyond its limit.
#[derive(Debug)]
pub(super) struct Capped<R> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R: Read> Capped<R> {
    /// Lets `limit` bytes through.
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Self {
            inner,
            limit,
            left: limit,
        }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let limit = self.limit;
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "it unpacks to more than {limit} bytes, which no recording of its size does"
                ),
            )
        })?;
        Ok(read)
    }
}

/// An account of a damage in bounded words.
pub(super) fn damage(what: impl std::fmt::Display) -> String {
    let text = what.to_string();
    match text.char_indices().nth(DAMAGE_CHARS) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}
