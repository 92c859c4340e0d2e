//! Raw evidence in a recording: one part for each probe that has some, one JSON object per line,
//! compressed while it comes.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use waterline_facts::ProbeId;
use waterline_probes::evidence::{Item, Keeper};
use zstd::stream::{read::Decoder, write::Encoder};

use super::{
    Part,
    limits::{self, Capped},
};

/// The folder of these parts.
const FOLDER: &str = "evidence";

/// Quick, as a run waits for it; the answers are small and much alike.
const LEVEL: i32 = 1;

/// What the compression looks back on: 512 KiB, so that six probes need little.
const WINDOW_LOG: u32 = 19;

/// Longest line: the longest answer that is kept, in base64.
const LINE_BYTES: u64 = 8 << 20;

/// Most lines that are read of one part.
const LINES: usize = 1_000_000;

/// Most bytes that one part may unpack to: what is kept of a probe, with its form.
const UNPACKED_BYTES: u64 = 128 << 20;

/// Name of the part with a probe's evidence.
pub(super) fn part_name(probe: ProbeId) -> String {
    format!("{FOLDER}/{probe}.ndjson.zst")
}

/// Whether the part is one of evidence.
pub(super) fn is_evidence(name: &str) -> bool {
    ProbeId::ALL
        .into_iter()
        .any(|probe| part_name(probe) == name)
}

/// Takes evidence while a run goes on. What cannot be written is lost, and costs only itself.
pub(super) struct EvidenceWriter(Mutex<State>);

struct State {
    folder: PathBuf,
    encoders: BTreeMap<ProbeId, Output>,
    error: Option<io::Error>,
    closed: bool,
}

type Output = Encoder<'static, BufWriter<fs_err::File>>;

impl EvidenceWriter {
    /// Writes into the recording that is gathered in this folder.
    pub(super) fn new(recording: PathBuf) -> Self {
        Self(Mutex::new(State {
            folder: recording.join(FOLDER),
            encoders: BTreeMap::new(),
            error: None,
            closed: false,
        }))
    }

    /// Ends all parts and lists them. Nothing is taken any more.
    pub(super) fn finish(&self) -> io::Result<Vec<Part>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.closed = true;
        if let Some(error) = state.error.take() {
            tracing::warn!("the raw evidence is not recorded: {error}");
            state.encoders.clear();
            return Ok(Vec::new());
        }
        let folder = state.folder.clone();
        let encoders = std::mem::take(&mut state.encoders);
        encoders
            .into_iter()
            .map(|(probe, encoder)| {
                let output = encoder.finish()?;
                output
                    .into_inner()
                    .map_err(io::IntoInnerError::into_error)?
                    .sync_all()?;
                let file = fs_err::File::open(folder.join(file_name(probe)))?;
                Part::of(&part_name(probe), BufReader::new(file))
            })
            .collect()
    }
}

impl Keeper for EvidenceWriter {
    fn keep(&self, item: &Item) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed || state.error.is_some() {
            return;
        }
        if let Err(error) = state.write(item) {
            state.error = Some(error);
        }
    }
}

impl State {
    fn write(&mut self, item: &Item) -> io::Result<()> {
        let encoder = match self.encoders.entry(item.probe) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(none) => {
                none.insert(output(&self.folder, item.probe)?)
            }
        };
        serde_json::to_writer(&mut *encoder, item)?;
        encoder.write_all(b"\n")
    }
}

fn output(folder: &std::path::Path, probe: ProbeId) -> io::Result<Output> {
    fs_err::create_dir_all(folder)?;
    let file = BufWriter::new(fs_err::File::create_new(folder.join(file_name(probe)))?);
    let mut encoder = Encoder::new(file, LEVEL)?;
    encoder.window_log(WINDOW_LOG)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

fn file_name(probe: ProbeId) -> String {
    format!("{probe}.ndjson.zst")
}

/// The evidence in a part of so many bytes.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn read(compressed: impl Read, packed: u64) -> Result<Vec<Item>, String> {
    let mut decoder = Decoder::new(compressed).map_err(limits::damage)?;
    decoder
        .window_log_max(limits::WINDOW_LOG)
        .map_err(limits::damage)?;
    let most = limits::unpacked_bytes(packed).min(UNPACKED_BYTES);
    let mut lines = BufReader::new(Capped::new(decoder, most));
    let mut items = Vec::new();
    let mut line = Vec::new();
    while next_line(&mut lines, &mut line).map_err(limits::damage)? {
        if items.len() == LINES {
            return Err(format!("it has more than {LINES} lines"));
        }
        let item = serde_json::from_slice(&line);
        let number = items.len() + 1;
        items.push(item.map_err(|error| limits::damage(format_args!("line {number}: {error}")))?);
    }
    Ok(items)
}

fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    lines.take(LINE_BYTES).read_until(b'\n', line)?;
    if line.len() as u64 == LINE_BYTES {
        return Err(io::Error::other("a line is longer than any answer"));
    }
    Ok(!line.is_empty())
}
