//! The single-file form of a recording: the parts as a tar archive, compressed with zstd.
//!
//! Each part has a zstd frame of its own, so that damage to one leaves those before it readable.
//! Only plain ustar entries are read: the extensions of other tar formats are ways to smuggle long
//! names, links and sparse files past a check.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use tar::{EntryType, Header};
use zstd::stream::{read::Decoder, write::Encoder};

use super::{
    Manifest, Part, RecordingError,
    limits::{self, Capped},
    manifest::{self, check_name, unsafe_part},
    read::{Collected, Problem, is_known, is_streamed},
    signature,
};

/// Size of a tar block: headers are one, contents are filled up to whole ones.
const BLOCK: usize = 512;

/// Adds one part, as a frame of its own.
pub(super) fn append(
    output: &mut impl Write,
    part: &Part,
    mut content: impl Read,
) -> io::Result<()> {
    let mut frame = Encoder::new(output, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    frame.include_checksum(true)?;
    frame.write_all(header(part)?.as_bytes())?;
    io::copy(&mut content, &mut frame)?;
    io::copy(&mut io::repeat(0).take(padding(part.size)), &mut frame)?;
    frame.finish()?;
    Ok(())
}

/// Adds the two empty blocks that end a tar archive.
pub(super) fn finish(output: &mut impl Write) -> io::Result<()> {
    let mut frame = Encoder::new(output, zstd::DEFAULT_COMPRESSION_LEVEL)?;
    frame.write_all(&[0; 2 * BLOCK])?;
    frame.finish()?;
    Ok(())
}

/// A header with nothing in it but name and size, so that the same content gives the same bytes.
fn header(part: &Part) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_path(&part.name)?;
    header.set_size(part.size);
    header.set_mode(0o600);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    Ok(header)
}

fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

/// Reads every part that this version knows, up to the first damage that hides what follows.
pub(super) fn collect(path: &Path) -> Result<Collected, RecordingError> {
    let mut entries = Entries::open(path)?;
    let mut collected = Collected::new(entries.manifest()?);
    let end = loop {
        let entry = match entries.next() {
            Ok(Some(entry)) => entry,
            Ok(None) => break "it is not there".to_owned(),
            Err(Stop::Refused(error)) => return Err(error),
            Err(Stop::Unreadable(why)) if collected.is_empty() => {
                return Err(not_a_recording(path, why));
            }
            Err(Stop::Unreadable(why)) => break format!("the file cannot be read so far: {why}"),
        };
        match collected.manifest.part(&entry.name) {
            Some(part) if is_known(&entry.name) => {
                let content = entries.read(part, entry.size);
                collected.insert(entry.name, content);
            }
            Some(part) => {
                let sound = entries.check(&part.clone(), io::sink());
                collected.insert_unknown(&entry.name, sound);
            }
            None if entry.name == signature::NAME => {
                let read = entries.read_small(entry.size, signature::MOST_BYTES);
                collected.insert_signature(read);
            }
            None => {
                let unlisted = "it is not in the manifest, and is not read".to_owned();
                collected.problems.push(Problem::new(&entry.name, unlisted));
            }
        }
    };
    collected.fill_missing(&end);
    Ok(collected)
}

/// Reads the manifest alone.
pub(super) fn manifest(path: &Path) -> Result<(Manifest, Vec<u8>), RecordingError> {
    Entries::open(path)?.manifest()
}

/// Opens one part; what follows it is not read.
pub(super) fn open_part(
    path: &Path,
    name: &str,
) -> Result<impl Read + Send + 'static, RecordingError> {
    let gone = |what: String| RecordingError::Damaged {
        path: path.to_owned(),
        part: name.to_owned(),
        what,
    };
    let mut entries = Entries::open(path)?;
    loop {
        match entries.next() {
            Ok(Some(entry)) if entry.name == name => {
                return Ok(entries.input.take(entry.size));
            }
            Ok(Some(_)) => {}
            Ok(None) => return Err(gone("it is not there".to_owned())),
            Err(Stop::Refused(error)) => return Err(error),
            Err(Stop::Unreadable(why)) => return Err(gone(why)),
        }
    }
}

fn not_a_recording(path: &Path, why: String) -> RecordingError {
    RecordingError::NotARecording {
        path: path.to_owned(),
        why,
    }
}

/// Why no further entry can be read.
enum Stop {
    /// Damage: what follows is lost, what came before stands.
    Unreadable(String),
    /// Something that no recording has: nothing of it is to be used.
    Refused(RecordingError),
}

/// One entry of the archive.
struct Entry {
    name: String,
    size: u64,
}

/// The entries of an archive, in order.
struct Entries<'a> {
    path: &'a Path,
    input: Capped<Decoder<'static, io::BufReader<File>>>,
    /// Bytes of the last entry that are still to be passed over, its padding included.
    left: u64,
    seen: Vec<String>,
}

impl<'a> Entries<'a> {
    fn open(path: &'a Path) -> Result<Self, RecordingError> {
        let failed = |source| RecordingError::Io {
            doing: "read the recording",
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let packed = file.metadata().map_err(failed)?.len();
        let mut decoder = Decoder::new(file).map_err(failed)?;
        decoder.window_log_max(limits::WINDOW_LOG).map_err(failed)?;
        Ok(Self {
            path,
            input: Capped::new(decoder, limits::unpacked_bytes(packed)),
            left: 0,
            seen: Vec::new(),
        })
    }

    /// The next entry that is a file.
    fn next(&mut self) -> Result<Option<Entry>, Stop> {
        loop {
            let Some(header) = self
                .header()
                .map_err(|error| Stop::Unreadable(limits::damage(error)))?
            else {
                return Ok(None);
            };
            let name = String::from_utf8_lossy(&header.path_bytes()).into_owned();
            let size = header
                .entry_size()
                .map_err(|error| Stop::Unreadable(limits::damage(error)))?;
            self.left = size
                .checked_next_multiple_of(BLOCK as u64)
                .unwrap_or(u64::MAX);
            match header.entry_type() {
                EntryType::Regular => {
                    self.admit(&name).map_err(Stop::Refused)?;
                    return Ok(Some(Entry { name, size }));
                }
                EntryType::Directory => {
                    let folder = name.trim_end_matches('/');
                    check_name(self.path, folder).map_err(Stop::Refused)?;
                }
                _ => {
                    let why = "which is a link or another thing that no recording has";
                    return Err(Stop::Refused(unsafe_part(self.path, &name, why)));
                }
            }
        }
    }

    /// The next header; nothing at the end of the archive.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let passed = io::copy(&mut (&mut self.input).take(self.left), &mut io::sink())?;
        if passed < self.left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = 0;
        let mut header = Header::new_ustar();
        self.input.read_exact(header.as_mut_bytes())?;
        if header.as_bytes().iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if header.cksum()? != checksum(header.as_bytes()) {
            return Err(io::Error::other("a tar header has a wrong checksum"));
        }
        Ok(Some(header))
    }

    fn admit(&mut self, name: &str) -> Result<(), RecordingError> {
        check_name(self.path, name)?;
        if self.seen.iter().any(|seen| seen == name) {
            return Err(unsafe_part(self.path, name, "twice"));
        }
        if self.seen.len() > limits::PARTS {
            return Err(unsafe_part(self.path, name, "one part too many"));
        }
        self.seen.push(name.to_owned());
        Ok(())
    }

    /// The manifest, which must come first.
    fn manifest(&mut self) -> Result<(Manifest, Vec<u8>), RecordingError> {
        match self.next() {
            Ok(Some(entry))
                if entry.name == manifest::NAME && entry.size <= limits::MANIFEST_BYTES =>
            {
                let mut bytes = Vec::new();
                let read = self.content(entry.size).read_to_end(&mut bytes);
                read.map_err(|error| not_a_recording(self.path, limits::damage(error)))?;
                Ok((Manifest::parse(self.path, &bytes)?, bytes))
            }
            Ok(_) => Err(not_a_recording(
                self.path,
                format!("it does not begin with {}", manifest::NAME),
            )),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Unreadable(why)) => Err(not_a_recording(self.path, why)),
        }
    }

    /// Reads the entry just met and holds it against the manifest.
    fn read(&mut self, part: &Part, size: u64) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        if size != part.size {
            let listed = part.size;
            return Err(format!(
                "it has {size} bytes, and its manifest lists {listed}"
            ));
        }
        if is_streamed(&part.name) {
            self.check(part, io::sink())?;
        } else if size > limits::PART_BYTES {
            return Err(Problem::too_large(size));
        } else {
            self.check(part, &mut content)?;
        }
        Ok(content)
    }

    /// Reads the entry just met whole, if it has no more bytes than these.
    fn read_small(&mut self, size: u64, most: u64) -> Result<Vec<u8>, String> {
        if size > most {
            return Err("it is too large".to_owned());
        }
        let mut bytes = Vec::new();
        let read = self.content(size).read_to_end(&mut bytes);
        read.map_err(limits::damage)?;
        Ok(bytes)
    }

    fn check(&mut self, part: &Part, sink: impl Write) -> Result<(), String> {
        let content = self.content(part.size);
        part.check(content, sink)
    }

    /// The content of the entry just met.
    fn content(&mut self, size: u64) -> impl Read {
        Content {
            input: (&mut self.input).take(size),
            left: &mut self.left,
        }
    }
}

/// Content of an entry, which counts what is read so that the rest can be passed over.
struct Content<'a, R> {
    input: io::Take<R>,
    left: &'a mut u64,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        *self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// The sum that a tar header bears: its bytes, with the field of the sum itself taken as blanks.
fn checksum(header: &[u8]) -> u32 {
    const FIELD: std::ops::Range<usize> = 148..156;
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let blanks = u32::from(b' ') * 8;
    sum(&header[..FIELD.start]) + blanks + sum(&header[FIELD.end..])
}
