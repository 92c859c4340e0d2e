//! The directory's objects in a recording: one JSON object per line, compressed, never held whole.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, SyncSender},
    thread::{self, JoinHandle},
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

/// Bytes that are handed over to be compressed at once.
const PIECE: usize = 256 * 1024;

/// Pieces that may wait to be compressed.
const WAITING: usize = 4;

/// Writes objects as they come. A thread of its own compresses them, so that whoever reads and checks
/// them does not wait for it.
#[derive(Debug)]
pub(super) struct ObjectEncoder {
    pieces: SyncSender<Vec<u8>>,
    writing: Option<JoinHandle<io::Result<()>>>,
    text: Vec<u8>,
}

impl ObjectEncoder {
    /// Begins the part at this path.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(fs_err::File::create_new(path)?);
        let mut encoder = Encoder::new(file, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        encoder.include_checksum(true)?;
        let (pieces, waiting) = mpsc::sync_channel(WAITING);
        let writing = thread::Builder::new().spawn(move || compress(encoder, &waiting))?;
        Ok(Self {
            pieces,
            writing: Some(writing),
            text: Vec::new(),
        })
    }

    /// Adds one object.
    pub(super) fn push(&mut self, object: &DirectoryObject) -> io::Result<()> {
        let before = self.text.len();
        serde_json::to_writer(&mut self.text, object)?;
        self.text.push(b'\n');
        let size = self.text.len() - before;
        if size > limits::LINE_BYTES {
            return Err(io::Error::other(format!(
                "an object takes {size} bytes, more than a line of a recording may have"
            )));
        }
        if self.text.len() >= PIECE {
            let piece = std::mem::replace(&mut self.text, Vec::with_capacity(PIECE + PIECE / 8));
            if self.pieces.send(piece).is_err() {
                ended(self.writing.take())?;
            }
        }
        Ok(())
    }

    /// Ends the part and puts it on the disk.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self {
            pieces,
            writing,
            text,
        } = self;
        // Whether anybody took it, the thread's end tells.
        let _ = pieces.send(text);
        drop(pieces);
        ended(writing)
    }
}

/// How the thread ended.
fn ended(writing: Option<JoinHandle<io::Result<()>>>) -> io::Result<()> {
    match writing.map(JoinHandle::join) {
        Some(Ok(ended)) => ended,
        _ => Err(io::Error::other("the objects could not be compressed")),
    }
}

/// Compresses pieces until no more come, and puts the file on the disk.
fn compress(
    mut encoder: Encoder<'static, BufWriter<fs_err::File>>,
    pieces: &Receiver<Vec<u8>>,
) -> io::Result<()> {
    for piece in pieces {
        encoder.write_all(&piece)?;
    }
    let file = encoder.finish()?;
    file.into_inner()
        .map_err(io::IntoInnerError::into_error)?
        .sync_all()
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
