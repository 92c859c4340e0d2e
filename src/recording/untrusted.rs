//! The reader of recordings behind bytes: what fuzzing tries it on.
//!
//! A whole recording bears hashes, behind which changed bytes are hardly ever read. So its parts
//! are read alone too, as if their hashes were right.

use std::{
    io::{Cursor, Write},
    path::Path,
};

use waterline_facts::ProbeId;

use super::{
    Manifest, ObjectStream, evidence, log, open,
    parts::{self, Joiner},
};

/// Reads bytes as a recording in file form, objects and all.
pub(crate) fn file(bytes: &[u8]) {
    let Ok(mut file) = tempfile::NamedTempFile::with_suffix(".waterline") else {
        return;
    };
    if file.write_all(bytes).is_err() {
        return;
    }
    if let Ok(opened) = open(file.path())
        && let Ok(Some(objects)) = opened.objects()
    {
        objects.for_each(drop);
    }
}

/// Reads bytes as one part; the first of them chooses which.
pub(crate) fn part(bytes: &[u8]) {
    let Some((chosen, bytes)) = bytes.split_first() else {
        return;
    };
    let path = Path::new("part");
    match chosen {
        b'm' => drop(Manifest::parse(path, bytes).map(|manifest| manifest.problem(bytes))),
        b'l' => drop(log::from_lines(bytes)),
        b'o' => objects(path, bytes),
        b'e' => raw_evidence(bytes),
        probe => facts(path, *probe, bytes),
    }
}

fn objects(path: &Path, lines: &[u8]) {
    let Ok(packed) = zstd::encode_all(lines, 1) else {
        return;
    };
    let size = packed.len() as u64;
    if let Ok(objects) = ObjectStream::new(path, size, Cursor::new(packed)) {
        objects.for_each(drop);
    }
}

fn raw_evidence(lines: &[u8]) {
    if let Ok(packed) = zstd::encode_all(lines, 1) {
        let _ = evidence::read(packed.as_slice(), packed.len() as u64);
    }
}

/// The facts of a probe, or how the run went.
fn facts(path: &Path, chosen: u8, bytes: &[u8]) {
    let mut names: Vec<String> = ProbeId::ALL.map(parts::part_name).into();
    names.push(parts::HEAD.to_owned());
    names.push(parts::OBJECT_FACTS.to_owned());
    let name = names.swap_remove(usize::from(chosen) % names.len());
    let mut joiner = Joiner {
        path,
        parts: &[(name, Ok(bytes.to_owned()))].into(),
        complete: true,
        problems: Vec::new(),
    };
    let text = r#"{"product": "waterline", "format": {"major": 1, "minor": 0}, "tool_version": "",
        "captured": "2026-01-01T00:00:00Z", "parts": [],
        "rights": {"account": {"absent": true}, "elevated": {"absent": true}}}"#;
    let manifest = Manifest::parse(path, text.as_bytes()).expect("it is a manifest");
    let _ = joiner.environment(&manifest);
}
