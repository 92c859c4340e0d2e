//! The directory's objects in a recording: one JSON object per line, compressed, never held whole.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use waterline_facts::DirectoryObject;
use zstd::stream::{read::Decoder, write::Encoder};

use super::{
    RecordingError,
    limits::{self, Capped},
};

/// Name of the part.
pub(super) const NAME: &str = "objects.ndjson.zst";

/// Objects in one batch: enough to keep cores busy, small enough to stay in cache.
const BATCH: usize = 1000;

/// Writes objects as they come.
pub(super) struct ObjectEncoder {
    encoder: Encoder<'static, BufWriter<fs_err::File>>,
    line: Vec<u8>,
}

impl ObjectEncoder {
    /// Begins the part at this path.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(fs_err::File::create_new(path)?);
        let mut encoder = Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(Self {
            encoder,
            line: Vec::new(),
        })
    }

    /// Adds one object.
    pub(super) fn push(&mut self, object: &DirectoryObject) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, object)?;
        self.line.push(b'\n');
        if self.line.len() > limits::LINE_BYTES {
            let size = self.line.len();
            return Err(io::Error::other(format!(
                "an object takes {size} bytes, more than a line of a recording may have"
            )));
        }
        self.encoder.write_all(&self.line)
    }

    /// Ends the part and puts it on the disk.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self.encoder.finish()?;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }
}

/// The objects of a recording, in batches, in the order in which they were recorded.
///
/// Ends after the first error; what was read until then is a part of the objects only, from which
/// nothing about all of them may be concluded.
pub struct ObjectStream {
    path: PathBuf,
    lines: Box<dyn BufRead + Send>,
    line: u64,
    ended: bool,
}

impl std::fmt::Debug for ObjectStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectStream")
            .field("path", &self.path)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl ObjectStream {
    /// Reads objects from compressed bytes, of which there are `packed`.
    pub(super) fn new(
        path: &Path,
        packed: u64,
        compressed: impl Read + Send + 'static,
    ) -> io::Result<Self> {
        let mut decoder = Decoder::new(compressed)?;
        decoder.window_log_max(limits::WINDOW_LOG)?;
        let unpacked = Capped::new(decoder, limits::unpacked_bytes(packed));
        Ok(Self {
            path: path.to_owned(),
            lines: Box::new(BufReader::with_capacity(1 << 16, unpacked)),
            line: 0,
            ended: false,
        })
    }

    /// The next object, or nothing at the end.
    fn object(&mut self, text: &mut Vec<u8>) -> Result<Option<DirectoryObject>, String> {
        text.clear();
        let most = limits::LINE_BYTES as u64 + 1;
        let read = (&mut self.lines).take(most).read_until(b'\n', text);
        if read.map_err(limits::damage)? == 0 {
            return Ok(None);
        }
        self.line += 1;
        if text.len() > limits::LINE_BYTES {
            return Err(format!("line {} is longer than any object", self.line));
        }
        if text.last() != Some(&b'\n') {
            return Err(format!("line {} ends early", self.line));
        }
        serde_json::from_slice(text)
            .map(Some)
            .map_err(|error| limits::damage(format_args!("line {}: {error}", self.line)))
    }

    fn batch(&mut self) -> Result<Vec<DirectoryObject>, String> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut text = Vec::new();
        while batch.len() < BATCH {
            match self.object(&mut text)? {
                Some(object) => batch.push(object),
                None => {
                    self.ended = true;
                    break;
                }
            }
        }
        Ok(batch)
    }
}

impl Iterator for ObjectStream {
    type Item = Result<Vec<DirectoryObject>, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.batch() {
            Ok(batch) if batch.is_empty() => None,
            Ok(batch) => Some(Ok(batch)),
            Err(what) => {
                self.ended = true;
                Some(Err(RecordingError::Damaged {
                    path: self.path.clone(),
                    part: NAME.to_owned(),
                    what,
                }))
            }
        }
    }
}
