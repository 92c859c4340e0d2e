//! The directory's objects in a recording: one JSON object per line, compressed, never held whole.

use std::{
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, SyncSender},
    thread::{self, JoinHandle},
};

use rayon::prelude::*;
use waterline_facts::DirectoryObject;
use zstd::stream::{read::Decoder, write::Encoder};

use super::{
    RecordingError,
    limits::{self, Capped},
};

/// Name of the part.
pub(super) const NAME: &str = "objects.ndjson.zst";

/// Bytes of lines that are parsed at once, into one batch: some hundred objects.
const PARSED_AT_ONCE: usize = 256 * 1024;

/// Bytes of lines that are read before they are parsed: pieces for several cores.
const CHUNK: usize = 2 << 20;

/// Batches that may wait to be taken.
const AHEAD: usize = 8;

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
/// A thread of its own reads ahead and has the lines parsed on all cores, so that whoever checks the
/// objects does not wait. Ends after the first error; what was read until then is a part of the
/// objects only, from which nothing about all of them may be concluded.
pub struct ObjectStream {
    path: PathBuf,
    batches: Receiver<Parsed>,
    ended: bool,
}

/// A batch, or what is wrong with the part.
type Parsed = Result<Vec<DirectoryObject>, String>;

impl std::fmt::Debug for ObjectStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectStream")
            .field("path", &self.path)
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
        let lines = Lines {
            input: Capped::new(decoder, limits::unpacked_bytes(packed)),
            rest: Vec::new(),
            before: 0,
        };
        let (sender, batches) = mpsc::sync_channel(AHEAD);
        // Ends when all is read, or nobody takes batches any more.
        thread::Builder::new().spawn(move || lines.parse_into(&sender))?;
        Ok(Self {
            path: path.to_owned(),
            batches,
            ended: false,
        })
    }
}

/// Lines that are read many at a time.
struct Lines<R> {
    input: R,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    /// How many lines were read before.
    before: u64,
}

impl<R: Read> Lines<R> {
    fn parse_into(mut self, sender: &SyncSender<Parsed>) {
        loop {
            let (text, end) = self.next();
            for batch in self.parse(&text) {
                let failed = batch.is_err();
                if sender.send(batch).is_err() || failed {
                    return;
                }
            }
            match end {
                End::More => {}
                End::Whole => return,
                End::Broken(what) => {
                    // Nobody may be there to take it.
                    let _ = sender.send(Err(what));
                    return;
                }
            }
        }
    }

    /// Whole lines, and what comes after them.
    fn next(&mut self) -> (Vec<u8>, End) {
        let mut text = std::mem::take(&mut self.rest);
        let before = text.len();
        let most = u64::try_from(CHUNK.max(before)).unwrap_or(u64::MAX);
        let read = (&mut self.input).take(most).read_to_end(&mut text);
        let whole = memchr::memrchr(b'\n', &text).map_or(0, |at| at + 1);
        self.rest = text.split_off(whole);
        let end = match read {
            Err(error) => End::Broken(limits::damage(error)),
            Ok(_) if self.rest.len() > limits::LINE_BYTES => {
                End::Broken(self.fault(&text, "is longer than any object"))
            }
            Ok(0) if self.rest.is_empty() => End::Whole,
            Ok(0) => End::Broken(self.fault(&text, "ends early")),
            Ok(_) => End::More,
        };
        (text, end)
    }

    /// What is wrong with the line after these.
    fn fault(&self, text: &[u8], what: &str) -> String {
        let line = self.before + count(text) + 1;
        format!("line {line} {what}")
    }

    /// Parses lines in pieces, on all cores.
    fn parse(&mut self, text: &[u8]) -> Vec<Parsed> {
        let pieces = split(text);
        let mut before = self.before;
        let numbered: Vec<(u64, &[u8])> = pieces
            .into_iter()
            .map(|piece| {
                let first = before;
                before += count(piece);
                (first, piece)
            })
            .collect();
        self.before = before;
        let pieces = numbered.par_iter();
        pieces.map(|(first, piece)| parse(*first, piece)).collect()
    }
}

/// What comes after some lines.
enum End {
    More,
    Whole,
    Broken(String),
}

/// Pieces of whole lines.
fn split(mut text: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let start = PARSED_AT_ONCE.min(text.len() - 1);
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |at| start + at + 1);
        let (piece, rest) = text.split_at(end);
        pieces.push(piece);
        text = rest;
    }
    pieces
}

fn count(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// The objects of some lines, the first of which comes after so many others.
fn parse(before: u64, text: &[u8]) -> Parsed {
    // One look at all lines costs less than one at each text in them.
    match std::str::from_utf8(text) {
        Ok(text) => parse_lines(before, text.split_inclusive('\n'), serde_json::from_str),
        Err(_) => {
            let lines = text.split_inclusive(|byte| *byte == b'\n');
            parse_lines(before, lines, serde_json::from_slice)
        }
    }
}

fn parse_lines<'a, T: AsRef<[u8]> + ?Sized + 'a>(
    before: u64,
    lines: impl Iterator<Item = &'a T>,
    read: fn(&'a T) -> serde_json::Result<DirectoryObject>,
) -> Parsed {
    let object = |(line, number): (&'a T, u64)| {
        if line.as_ref().len() > limits::LINE_BYTES {
            return Err(format!("line {number} is longer than any object"));
        }
        read(line).map_err(|error| limits::damage(format_args!("line {number}: {error}")))
    };
    lines.zip(before + 1..).map(object).collect()
}

impl Iterator for ObjectStream {
    type Item = Result<Vec<DirectoryObject>, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.batches.recv() {
            Ok(Ok(batch)) => Some(Ok(batch)),
            Ok(Err(what)) => {
                self.ended = true;
                Some(Err(RecordingError::Damaged {
                    path: self.path.clone(),
                    part: NAME.to_owned(),
                    what,
                }))
            }
            Err(_) => {
                self.ended = true;
                None
            }
        }
    }
}
