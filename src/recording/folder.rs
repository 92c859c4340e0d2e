//! The folder form of a recording: every part a file.

use std::{io::Read, path::Path};

use super::{
    Manifest, Part, RecordingError, limits,
    manifest::{self, unsafe_part},
    read::{Collected, Problem, is_known, is_streamed},
    signature,
};

/// Reads every part that this version knows.
pub(super) fn collect(path: &Path) -> Result<Collected, RecordingError> {
    let mut collected = Collected::new(manifest(path)?);
    refuse_links(path, signature::NAME)?;
    if path.join(signature::NAME).exists() {
        collected.insert_signature(read_most(path, signature::NAME, signature::MOST_BYTES));
    }
    for part in collected.manifest.parts.clone() {
        refuse_links(path, &part.name)?;
        if !is_known(&part.name) {
            let sound = open(path, &part.name).and_then(|file| part.check(file, std::io::sink()));
            collected.insert_unknown(&part.name, sound);
            continue;
        }
        let content = read_part(path, &part);
        collected.insert(part.name, content);
    }
    Ok(collected)
}

/// Reads the manifest alone.
pub(super) fn manifest(path: &Path) -> Result<(Manifest, Vec<u8>), RecordingError> {
    let not_a_recording = |why: String| RecordingError::NotARecording {
        path: path.to_owned(),
        why,
    };
    refuse_links(path, manifest::NAME)?;
    let bytes = read_most(path, manifest::NAME, limits::MANIFEST_BYTES)
        .map_err(|why| not_a_recording(format!("{}: {why}", manifest::NAME)))?;
    Ok((Manifest::parse(path, &bytes)?, bytes))
}

/// A small part whole, whatever the manifest says of it.
fn read_most(path: &Path, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = open(path, name)?;
    let read = file.take(most + 1).read_to_end(&mut bytes);
    read.map_err(limits::damage)?;
    if bytes.len() as u64 > most {
        return Err("it is too large".to_owned());
    }
    Ok(bytes)
}

/// Opens a part that [`refuse_links`] has passed.
pub(super) fn open(path: &Path, name: &str) -> Result<std::fs::File, String> {
    let file = path.join(name);
    // Anything else than a file (a pipe, a device) might never end, or never answer.
    match std::fs::symlink_metadata(&file) {
        Ok(found) if found.is_file() => std::fs::File::open(&file).map_err(limits::damage),
        Ok(_) => Err("it is not a file".to_owned()),
        Err(error) => Err(limits::damage(error)),
    }
}

fn read_part(path: &Path, part: &Part) -> Result<Vec<u8>, String> {
    let mut content = Vec::new();
    if is_streamed(&part.name) {
        part.check(open(path, &part.name)?, std::io::sink())?;
    } else if part.size > limits::PART_BYTES {
        return Err(Problem::too_large(part.size));
    } else {
        part.check(open(path, &part.name)?, &mut content)?;
    }
    Ok(content)
}

/// Refuses a part that is a link or lies behind one, wherever it leads.
fn refuse_links(path: &Path, name: &str) -> Result<(), RecordingError> {
    let mut at = path.to_owned();
    for segment in name.split('/') {
        at.push(segment);
        if std::fs::symlink_metadata(&at).is_ok_and(|found| found.is_symlink()) {
            return Err(unsafe_part(path, name, "which is a link"));
        }
    }
    Ok(())
}
