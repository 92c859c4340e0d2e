//! Opens a recording of either form and puts its facts together again.

use std::{fs, path::Path};

use waterline_facts::{Environment, ProbeId, Seen};
use waterline_probes::evidence::Item;

use super::{
    LogEntry, Manifest, ObjectStream, RecordingError, VerifyingKey, archive, evidence, folder,
    limits, log, objects,
    parts::{self, Joiner},
    signature,
};

/// A recording that was opened.
#[derive(Debug)]
pub struct Opened {
    /// What the recording says of itself.
    pub manifest: Manifest,
    /// Its facts; those of damaged parts are unknown, with the damage as the reason.
    pub environment: Environment,
    /// The program's log of the recorded run, as far as it can be read.
    pub log: Vec<LogEntry>,
    /// What is damaged, by part; empty for a sound recording.
    pub problems: Vec<Problem>,
    signature: Option<String>,
    manifest_bytes: Vec<u8>,
    path: std::path::PathBuf,
    has_objects: bool,
}

/// Damage to one part of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The part's name.
    pub part: String,
    /// How the damage shows, in words.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.part, self.what)
    }
}

impl Problem {
    pub(super) fn new(part: &str, what: String) -> Self {
        Self {
            part: limits::damage(part),
            what,
        }
    }

    /// What is wrong with a part of this size.
    pub(super) fn too_large(size: u64) -> String {
        let most = limits::PART_BYTES;
        format!("it has {size} bytes, more than a part can have ({most})")
    }
}

/// Opens a recording, a folder or a `.waterline` file.
///
/// # Errors
/// If there is no recording at the path, it is of another product or major version, or holds what
/// no recording has. Damage to single parts is no error: it is in [`Opened::problems`].
pub fn open(path: &Path) -> Result<Opened, RecordingError> {
    let mut collected = match form(path)? {
        Found::Folder => folder::collect(path)?,
        Found::File => archive::collect(path)?,
    };
    let mut joiner = Joiner {
        path,
        parts: &collected.parts,
        complete: collected.manifest.complete,
        problems: std::mem::take(&mut collected.problems),
    };
    let mut environment = joiner.environment(&collected.manifest)?;
    let mut problems = joiner.problems;
    let log = read_log(&collected, &mut problems);
    problems.extend(damaged_evidence(&collected.parts));
    let has_objects = match collected.parts.get(objects::NAME) {
        Some(Ok(_)) => true,
        Some(Err(what)) => {
            environment.objects = Seen::Unknown(parts::damaged(objects::NAME, what));
            problems.push(Problem::new(objects::NAME, what.clone()));
            false
        }
        None => false,
    };
    Ok(Opened {
        manifest: collected.manifest,
        environment,
        log,
        problems,
        signature: collected.signature,
        manifest_bytes: collected.manifest_bytes,
        path: path.to_owned(),
        has_objects,
    })
}

impl Opened {
    /// The recorded objects; `None` if the recording has none, or they are damaged.
    ///
    /// They are all objects of the directory only if `environment.objects` is known: a run that
    /// ended early records what it had read by then. Nothing may be derived from them otherwise.
    ///
    /// # Errors
    /// If the recording changed since it was opened.
    pub fn objects(&self) -> Result<Option<ObjectStream>, RecordingError> {
        let Some(part) = self
            .manifest
            .part(objects::NAME)
            .filter(|_| self.has_objects)
        else {
            return Ok(None);
        };
        let stream = match form(&self.path)? {
            Found::File => {
                let compressed = archive::open_part(&self.path, objects::NAME)?;
                ObjectStream::new(&self.path, part.size, compressed)
            }
            Found::Folder => {
                let compressed = folder::open(&self.path, objects::NAME)
                    .map_err(|what| self.damaged_objects(what))?;
                ObjectStream::new(&self.path, part.size, compressed)
            }
        };
        stream
            .map(Some)
            .map_err(|error| self.damaged_objects(limits::damage(error)))
    }

    /// The probes of which there is raw evidence that is sound as far as its hash tells.
    pub fn evident(&self) -> impl Iterator<Item = ProbeId> {
        let listed = |probe: &ProbeId| {
            let name = evidence::part_name(*probe);
            self.manifest.part(&name).is_some()
                && !self.problems.iter().any(|problem| problem.part == name)
        };
        ProbeId::ALL.into_iter().filter(listed)
    }

    /// The raw evidence of a probe, in the order in which it came; empty if there is none.
    ///
    /// # Errors
    /// If it is damaged, or the recording changed since it was opened.
    pub fn evidence(&self, probe: ProbeId) -> Result<Vec<Item>, RecordingError> {
        let name = evidence::part_name(probe);
        let damaged = |what: String| RecordingError::Damaged {
            path: self.path.clone(),
            part: name.clone(),
            what,
        };
        if let Some(problem) = self.problems.iter().find(|problem| problem.part == name) {
            return Err(damaged(problem.what.clone()));
        }
        let Some(part) = self.manifest.part(&name) else {
            return Ok(Vec::new());
        };
        let read = match form(&self.path)? {
            Found::File => evidence::read(archive::open_part(&self.path, &name)?, part.size),
            Found::Folder => folder::open(&self.path, &name)
                .and_then(|compressed| evidence::read(compressed, part.size)),
        };
        read.map_err(damaged)
    }

    /// Whether the recording bears a signature, whoever made it.
    pub fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// Holds the recording against its signature.
    ///
    /// # Errors
    /// If it bears none, or one that is not this key's over this manifest.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), RecordingError> {
        let verified = match &self.signature {
            Some(signature) => key.verify(&self.manifest_bytes, signature),
            None => Err("it bears none".to_owned()),
        };
        verified.map_err(|why| signature::refused(&self.path, why))
    }

    fn damaged_objects(&self, what: String) -> RecordingError {
        RecordingError::Damaged {
            path: self.path.clone(),
            part: objects::NAME.to_owned(),
            what,
        }
    }
}

/// Whether there is a recording at the path: whether its manifest can be read and is ours, whatever
/// its version.
pub fn is_recording(path: &Path) -> bool {
    let manifest = match form(path) {
        Ok(Found::Folder) => folder::manifest(path),
        Ok(Found::File) => archive::manifest(path),
        Err(_) => return false,
    };
    matches!(manifest, Ok(_) | Err(RecordingError::OtherMajor { .. }))
}

/// The forms in which a recording may lie on the disk.
enum Found {
    Folder,
    File,
}

fn form(path: &Path) -> Result<Found, RecordingError> {
    let found = fs::metadata(path).map_err(|source| RecordingError::Io {
        doing: "read the recording",
        path: path.to_owned(),
        source,
    })?;
    if found.is_dir() {
        Ok(Found::Folder)
    } else if found.is_file() {
        Ok(Found::File)
    } else {
        Err(RecordingError::NotARecording {
            path: path.to_owned(),
            why: "it is neither a folder nor a file".to_owned(),
        })
    }
}

/// Whether this version reads a part of that name; others come from newer minor versions.
pub(super) fn is_known(name: &str) -> bool {
    let fixed = [
        parts::HEAD,
        parts::OBJECT_FACTS,
        parts::HOSTS,
        log::NAME,
        objects::NAME,
    ];
    let mut probes = ProbeId::ALL.into_iter();
    fixed.contains(&name)
        || evidence::is_evidence(name)
        || probes.any(|probe| parts::part_name(probe) == name)
}

/// Whether a part is only checked when a recording is opened, and read when it is needed.
pub(super) fn is_streamed(name: &str) -> bool {
    name == objects::NAME || evidence::is_evidence(name)
}

/// What was read of a recording.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) manifest: Manifest,
    pub(super) manifest_bytes: Vec<u8>,
    pub(super) signature: Option<String>,
    /// Every known part that the manifest lists; of the objects only whether they are sound.
    pub(super) parts: parts::Read,
    pub(super) problems: Vec<Problem>,
}

impl Collected {
    pub(super) fn new((manifest, manifest_bytes): (Manifest, Vec<u8>)) -> Self {
        Self {
            problems: manifest.problem(&manifest_bytes).into_iter().collect(),
            manifest,
            manifest_bytes,
            signature: None,
            parts: parts::Read::new(),
        }
    }

    /// Takes the signature as it was read.
    pub(super) fn insert_signature(&mut self, read: Result<Vec<u8>, String>) {
        match read.and_then(signature::text) {
            Ok(text) => self.signature = Some(text),
            Err(what) => self.problems.push(Problem::new(signature::NAME, what)),
        }
    }

    /// Notes what is wrong with a part that this version does not know.
    pub(super) fn insert_unknown(&mut self, name: &str, sound: Result<(), String>) {
        if let Err(what) = sound {
            self.problems.push(Problem::new(name, what));
        }
    }

    pub(super) fn insert(&mut self, name: String, content: Result<Vec<u8>, String>) {
        self.parts.insert(name, content);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Marks every part that was listed and not met.
    pub(super) fn fill_missing(&mut self, why: &str) {
        for part in self
            .manifest
            .parts
            .iter()
            .filter(|part| is_known(&part.name))
        {
            self.parts
                .entry(part.name.clone())
                .or_insert_with(|| Err(why.to_owned()));
        }
    }
}

/// What is wrong with parts of raw evidence. It costs no fact.
fn damaged_evidence(parts: &parts::Read) -> Vec<Problem> {
    let parts = parts.iter();
    let evidence = parts.filter(|(name, _)| evidence::is_evidence(name));
    evidence
        .filter_map(|(name, read)| Some(Problem::new(name, read.as_ref().err()?.clone())))
        .collect()
}

fn read_log(collected: &Collected, problems: &mut Vec<Problem>) -> Vec<LogEntry> {
    match collected.parts.get(log::NAME) {
        Some(Ok(bytes)) => {
            let (entries, problem) = log::from_lines(bytes);
            problems.extend(problem);
            entries
        }
        Some(Err(what)) => {
            problems.push(Problem::new(log::NAME, what.clone()));
            Vec::new()
        }
        None => Vec::new(),
    }
}
