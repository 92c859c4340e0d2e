//! The folder form of a recording: every part a file.

use std::{io::Read, path::Path};

use super::{
    Manifest, Part, RecordingError, limits,
    manifest::{self, unsafe_part},
    objects,
    read::{Collected, Problem, is_known},
};

/// Reads every part that this version knows.
pub(super) fn collect(path: &Path) -> Result<Collected, RecordingError> {
    let mut collected = Collected::new(manifest(path)?);
    for part in collected.manifest.parts.clone() {
        if !is_known(&part.name) {
            continue;
        }
        refuse_links(path, &part.name)?;
        let content = read_part(path, &part);
        collected.insert(part.name, content);
    }
    Ok(collected)
}

/// Reads the manifest alone.
pub(super) fn manifest(path: &Path) -> Result<Manifest, RecordingError> {
    let not_a_recording = |why: String| RecordingError::NotARecording {
        path: path.to_owned(),
        why,
    };
    refuse_links(path, manifest::NAME)?;
    let mut bytes = Vec::new();
    open(path, manifest::NAME)
        .and_then(|file| {
            let most = limits::MANIFEST_BYTES + 1;
            file.take(most)
                .read_to_end(&mut bytes)
                .map_err(limits::damage)
        })
        .map_err(|why| not_a_recording(format!("{}: {why}", manifest::NAME)))?;
    if bytes.len() as u64 > limits::MANIFEST_BYTES {
        return Err(not_a_recording(format!("{} is too large", manifest::NAME)));
    }
    Manifest::parse(path, &bytes)
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
    if part.name == objects::NAME {
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
