//! Fleet intake: a folder of small recordings, one of each machine, becomes counts.
//!
//! Recordings are read a batch at a time on all processors, and of each only a few numbers stay: how
//! much memory that takes grows by some hundred bytes for each machine, not by its recording. A
//! folder that everybody may write to is hostile: what is foreign, damaged or too large costs only
//! itself and is named, links are not followed, and folders below are not searched.

mod group;
mod machine;
mod tally;

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use waterline_facts::{
    HostsFacts,
    hosts::{Remark, RemarkReason},
};

use crate::{
    exit::Usage,
    recording::{self, RecordingError},
};
use machine::Machine;
use tally::Tally;

/// Recordings that are in memory at once.
const BATCH: usize = 256;
/// Largest recording of one machine in bytes; one takes some ten thousand.
const MOST_BYTES: u64 = 1 << 20;
/// Most files that are counted of a recording in folder form; it has twelve.
const MOST_FILES: usize = 64;

/// What the recordings in these folders say.
///
/// # Errors
/// If a folder cannot be listed, or none of them holds a recording that counts.
pub fn read(folders: &[PathBuf]) -> Result<HostsFacts, Usage> {
    let mut tally = Tally::default();
    for folder in folders {
        for batch in names(folder)?.chunks(BATCH) {
            let read = |name: &String| look(folder, name);
            let looked: Vec<Looked> = batch.par_iter().map(read).collect();
            looked.into_iter().for_each(|looked| tally.take(looked));
        }
    }
    let facts = tally.facts();
    if facts.machines == 0 {
        return Err(nothing(folders, &facts));
    }
    Ok(facts)
}

/// What became of one entry.
struct Looked {
    machine: Option<Machine>,
    remark: Option<Remark>,
}

/// The entries of a folder, sorted; what begins with a dot is being written.
fn names(folder: &Path) -> Result<Vec<String>, Usage> {
    let failed = |error: std::io::Error| {
        let path = folder.display();
        Usage::new(format!(
            "--hosts {path} cannot be listed: {error}; name the folder into which the machines put \
             their recordings"
        ))
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}

fn nothing(folders: &[PathBuf], facts: &HostsFacts) -> Usage {
    let names: Vec<String> = folders
        .iter()
        .map(|one| one.display().to_string())
        .collect();
    let first = facts.remarks.first();
    let why = first.map_or_else(
        || "it is empty".to_owned(),
        |remark| format!("{}: {}", remark.name, remark.detail),
    );
    let folders = names.join(", ");
    Usage::new(format!(
        "--hosts {folders} holds no recording of a machine ({why}); put files there that \
         `waterline record --only host,browsers NAME.waterline` wrote"
    ))
}

/// Reads one entry.
fn look(folder: &Path, name: &str) -> Looked {
    let path = folder.join(name);
    let open = |()| recording::open(&path).map_err(|error| refusal(&path, error));
    let opened = check_form(&path).and_then(open);
    let opened = match opened {
        Ok(opened) => opened,
        Err((reason, detail)) => return Looked::remark(name, reason, detail),
    };
    let problems: Vec<String> = opened.problems.iter().map(ToString::to_string).collect();
    match Machine::of(name, &opened.environment) {
        Ok(machine) => Looked {
            machine: Some(machine),
            remark: (!problems.is_empty())
                .then(|| remark(name, RemarkReason::InPart, problems.join("; "))),
        },
        Err(why) if problems.is_empty() => Looked::remark(name, RemarkReason::Foreign, why),
        Err(why) => {
            let detail = format!("{why}; {}", problems.join("; "));
            Looked::remark(name, RemarkReason::Damaged, detail)
        }
    }
}

/// Refuses what cannot be the recording of one machine, before anything of it is read.
fn check_form(path: &Path) -> Result<(), (RemarkReason, String)> {
    let foreign = |why: &str| Err((RemarkReason::Foreign, why.to_owned()));
    let Ok(found) = fs::symlink_metadata(path) else {
        return Err((RemarkReason::Damaged, "it cannot be read".to_owned()));
    };
    if found.is_symlink() {
        return foreign("it is a link, and links are not followed");
    }
    let size = if found.is_dir() {
        if fs::symlink_metadata(path.join("manifest.json")).is_err() {
            return foreign("it is a folder and no recording; folders below are not searched");
        }
        size(path)
    } else if found.is_file() && recording::Form::of(path) == recording::Form::File {
        found.len()
    } else {
        return foreign("it is neither a .waterline file nor a recording's folder");
    };
    if size > MOST_BYTES {
        let why =
            format!("it has {size} bytes, and the recording of one machine at most {MOST_BYTES}");
        return foreign(&why);
    }
    Ok(())
}

/// The bytes of a recording in folder form, as far as its files can be counted.
fn size(path: &Path) -> u64 {
    let folders = [path.to_owned(), path.join("environment")];
    let entries = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok());
    let files = entries.flatten().take(MOST_FILES).filter_map(Result::ok);
    let sizes = files.filter_map(|file| file.metadata().ok());
    sizes
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

/// A file with our ending that cannot be read was one of ours; a folder may be anybody's.
fn refusal(path: &Path, error: RecordingError) -> (RemarkReason, String) {
    let named_so = recording::Form::of(path) == recording::Form::File;
    match error {
        RecordingError::NotARecording { why, .. } if named_so => (RemarkReason::Damaged, why),
        RecordingError::NotARecording { why, .. } => (RemarkReason::Foreign, why),
        other @ (RecordingError::OtherProduct { .. } | RecordingError::OtherMajor { .. }) => {
            (RemarkReason::Foreign, other.to_string())
        }
        other => (RemarkReason::Damaged, other.to_string()),
    }
}

fn remark(name: &str, reason: RemarkReason, detail: String) -> Remark {
    Remark {
        name: name.to_owned(),
        reason,
        detail,
    }
}

impl Looked {
    fn remark(name: &str, reason: RemarkReason, detail: String) -> Self {
        Self {
            machine: None,
            remark: Some(remark(name, reason, detail)),
        }
    }
}
