//! The raw evidence of a fact, as text.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use waterline_facts::{Gap, ProbeId};
use waterline_probes::{
    chain::certificate_text,
    dns::packet_text,
    evidence::{Asked, Bytes, Came, EntryItem, Item},
};

use crate::recording::{Opened, RecordingError, hexadecimal};

/// Most characters that are shown of one answer.
const MOST_CHARS: usize = 64 << 10;

/// The raw evidence of the fact of this path, in the order in which it came.
///
/// # Errors
/// If the evidence is damaged.
pub fn evidence(opened: &Opened, path: &str) -> Result<Vec<Item>, RecordingError> {
    let root = path.split(['.', '[']).next().unwrap_or_default();
    let Some(probe) = ProbeId::ALL.into_iter().find(|probe| probe.name() == root) else {
        return Ok(Vec::new());
    };
    let mut items = opened.evidence(probe)?;
    // What the whole probe was given is evidence of everything, and shown for the whole alone.
    items.retain(|item| match item.about == root {
        true => path == root,
        false => is_below(path, &item.about) || is_below(&item.about, path),
    });
    Ok(items)
}

fn is_below(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What was asked, when the answer came and how long it took, in one line.
pub fn title(item: &Item) -> String {
    let Item {
        asked,
        at_ms,
        about,
        ..
    } = item;
    let took = item.took_us as f64 / 1000.0;
    match item.took_us {
        0 => format!("{asked}, at {at_ms} ms, for {about}"),
        _ => format!("{asked}, at {at_ms} ms, took {took} ms, for {about}"),
    }
}

/// What came, as lines of text.
pub fn lines(item: &Item) -> Vec<String> {
    let text = match &item.came {
        Came::Bytes(bytes) => of_bytes(&item.asked, bytes),
        Came::List(list) => list
            .iter()
            .map(|bytes| of_bytes(&item.asked, bytes))
            .collect::<Vec<_>>()
            .join("\n"),
        Came::Entries(entries) => entries.iter().map(of_entry).collect::<Vec<_>>().join("\n"),
        Came::Names(names) => names.join("\n"),
        Came::Value(value) => value.to_string(),
        Came::Absent => "(there is none)".to_owned(),
        Came::Nothing { reason, detail } => {
            format!("(nothing: {})", Gap::new(*reason, detail.clone()))
        }
        Came::Cut { size, begins } => {
            let shown = of_bytes(&item.asked, begins);
            format!("{shown}\n(cut: {size} bytes came, more than are kept)")
        }
    };
    let mut lines: Vec<String> = text
        .chars()
        .take(MOST_CHARS)
        .collect::<String>()
        .lines()
        .map(str::to_owned)
        .collect();
    if text.chars().nth(MOST_CHARS).is_some() {
        lines.push(format!("(and more: {MOST_CHARS} characters are shown)"));
    }
    lines
}

/// An entry in the manner of LDIF.
fn of_entry(entry: &EntryItem) -> String {
    let mut text = format!("dn: {}\n", entry.dn);
    for (name, values) in &entry.attributes {
        for value in values {
            let value = match std::str::from_utf8(&value.0) {
                Ok(value) => format!("{name}: {value}\n"),
                Err(_) => format!("{name}:: {}\n", STANDARD.encode(&value.0)),
            };
            text.push_str(&value);
        }
    }
    text
}

fn of_bytes(asked: &Asked, bytes: &Bytes) -> String {
    match asked {
        Asked::Dns { .. } => packet_text(&bytes.0)
            .unwrap_or_else(|error| format!("(no DNS message: {error}; {} bytes)", bytes.0.len())),
        Asked::Certificates { .. } => {
            let text = certificate_text(&bytes.0)
                .unwrap_or_else(|| format!("(no certificate; {} bytes)", bytes.0.len()));
            format!("{text}\nSHA-256 {}", hexadecimal(&Sha256::digest(&bytes.0)))
        }
        _ => String::from_utf8_lossy(&bytes.0).into_owned(),
    }
}
