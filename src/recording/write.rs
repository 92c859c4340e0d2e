//! Writes a recording whole or not at all.
//!
//! Everything is gathered in a folder beside the target and put on the disk; only then does a rename
//! give it the target's name. A run that is killed leaves the target as it was, and beside it what
//! its probes had learned by then.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use waterline_facts::{DirectoryObject, Environment, RunFacts};
use waterline_probes::Evidence;

use super::{
    Checkpoints, LogEntry, Manifest, Part, RecordingError, SigningKey, archive,
    checkpoints::write_over,
    evidence::EvidenceWriter,
    is_recording, limits, log, manifest,
    objects::{self, ObjectEncoder},
    parts, platform, signature,
    staging::{Staging, directory},
};

/// The forms of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A folder with a file for each part.
    Folder,
    /// One `.waterline` file.
    File,
}

impl Form {
    /// The form that a path asks for: a file if it ends in `.waterline`.
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("waterline") => Self::File,
            _ => Self::Folder,
        }
    }
}

/// A recording in the making. Dropped before [`finish`](Self::finish), it leaves nothing behind.
pub struct RecordingWriter {
    target: PathBuf,
    staging: Staging,
    checkpoints: Checkpoints,
    signing: Option<SigningKey>,
    objects: Option<ObjectEncoder>,
    evidence: Option<Arc<EvidenceWriter>>,
}

impl std::fmt::Debug for RecordingWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordingWriter")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl RecordingWriter {
    /// Begins a recording that will stand at `target`, in the form that its name asks for.
    ///
    /// # Errors
    /// If something other than a recording stands there, or its directory cannot be written to.
    pub fn create(target: &Path) -> Result<Self, RecordingError> {
        refuse_taken(target)?;
        let staging = Staging::beside(target)
            .map_err(|source| failed("write the recording", target, source))?;
        Ok(Self {
            target: target.to_owned(),
            staging,
            checkpoints: Checkpoints::default(),
            signing: None,
            objects: None,
            evidence: None,
        })
    }

    /// The same, to be signed by this key when it is finished.
    #[must_use]
    pub fn signed_by(mut self, key: Option<SigningKey>) -> Self {
        self.signing = key;
        self
    }

    /// Begins to keep facts as probes end, so that they are not lost if the run is killed. What is
    /// kept stands at `TARGET.partial` until the recording is finished.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(&mut self, run: &RunFacts) -> Result<Checkpoints, RecordingError> {
        let begun = Checkpoints::begin(self.staging.path(), run).and_then(|checkpoints| {
            self.staging.show(&self.target)?;
            checkpoints.moved(self.staging.path());
            Ok(checkpoints)
        });
        let begun = begun.map_err(|source| failed("write the recording", &self.target, source))?;
        self.checkpoints = begun.clone();
        Ok(begun)
    }

    /// Where raw evidence of the run goes, which must have [begun](Self::begin).
    pub fn evidence(&mut self) -> Evidence {
        Evidence::kept_by(self.keeper())
    }

    /// What takes the raw evidence.
    pub(super) fn keeper(&mut self) -> Arc<EvidenceWriter> {
        let folder = self.staging.path().to_owned();
        let writer = Arc::new(EvidenceWriter::new(folder));
        self.evidence = Some(Arc::clone(&writer));
        writer
    }

    /// Adds directory objects, in the order in which they come.
    ///
    /// # Errors
    /// If they cannot be written, or one is larger than a reader would take.
    pub fn push(&mut self, batch: &[DirectoryObject]) -> Result<(), RecordingError> {
        self.append(batch)
            .map_err(|source| failed("write objects to", &self.target, source))
    }

    fn append(&mut self, batch: &[DirectoryObject]) -> io::Result<()> {
        let encoder = match &mut self.objects {
            Some(encoder) => encoder,
            none => none.insert(ObjectEncoder::create(
                &self.staging.path().join(objects::NAME),
            )?),
        };
        batch.iter().try_for_each(|object| encoder.push(object))
    }

    /// Writes facts and log, and gives the recording its name. An earlier recording of that name
    /// is replaced.
    ///
    /// # Errors
    /// If anything cannot be written; the target is then as it was.
    pub fn finish(
        mut self,
        environment: &Environment,
        log: &[LogEntry],
    ) -> Result<Manifest, RecordingError> {
        let contents = contents(environment, log)
            .map_err(|error| failed("write the facts to", &self.target, error.into()))?;
        refuse_too_large(&contents)?;
        refuse_taken(&self.target)?;
        self.checkpoints.close();
        let manifest = self
            .stage(environment, &contents)
            .map_err(|source| failed("write the recording", &self.target, source))?;
        publish(self.staging, &manifest, &self.target)
            .map_err(|source| failed("write the recording", &self.target, source))?;
        Ok(manifest)
    }

    /// Puts every part into the hidden folder and on the disk.
    fn stage(
        &mut self,
        environment: &Environment,
        contents: &[(String, Vec<u8>)],
    ) -> io::Result<Manifest> {
        let folder = self.staging.path();
        fs_err::create_dir_all(folder.join("environment"))?;
        let mut listed = Vec::new();
        for (name, bytes) in contents {
            write_over(&folder.join(name), bytes)?;
            listed.push(Part::of(name, bytes.as_slice())?);
        }
        if let Some(encoder) = self.objects.take() {
            encoder.finish()?;
            let file = fs_err::File::open(folder.join(objects::NAME))?;
            listed.push(Part::of(objects::NAME, io::BufReader::new(file))?);
        }
        if let Some(evidence) = self.evidence.take() {
            listed.extend(evidence.finish()?);
        }
        let manifest = Manifest::new(environment, listed);
        let sealed = manifest.sealed()?;
        if let Some(key) = &self.signing {
            let comment = format!("waterline recording of {}", manifest.captured);
            let signed = key.sign(&sealed, &comment)?;
            write_over(&folder.join(signature::NAME), &signed)?;
        }
        write_over(&folder.join(manifest::NAME), &sealed)?;
        platform::sync_directory(&folder.join("environment"))?;
        platform::sync_directory(folder)?;
        Ok(manifest)
    }
}

/// Gives the staged recording the target's name, in the form that it asks for.
fn publish(mut staging: Staging, manifest: &Manifest, target: &Path) -> io::Result<()> {
    match Form::of(target) {
        Form::Folder => replace(target, || staging.rename(target))?,
        Form::File => publish_file(staging.path(), manifest, target)?,
    }
    platform::sync_directory(directory(target))
}

fn contents(
    environment: &Environment,
    log: &[LogEntry],
) -> Result<Vec<(String, Vec<u8>)>, serde_json::Error> {
    let mut contents = parts::split(environment)?;
    contents.push((
        log::NAME.to_owned(),
        log::to_lines(log, limits::PART_BYTES)?,
    ));
    Ok(contents)
}

/// Refuses to write what the reader would refuse to read.
fn refuse_too_large(contents: &[(String, Vec<u8>)]) -> Result<(), RecordingError> {
    let limit = limits::PART_BYTES;
    match contents
        .iter()
        .find(|(_, bytes)| bytes.len() as u64 > limit)
    {
        None => Ok(()),
        Some((part, bytes)) => Err(RecordingError::TooLarge {
            part: part.clone(),
            size: bytes.len() as u64,
            limit,
        }),
    }
}

/// Refuses a target that holds anything but a recording or an empty folder.
fn refuse_taken(target: &Path) -> Result<(), RecordingError> {
    let empty = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    match fs::symlink_metadata(target) {
        Ok(found) if !found.is_symlink() && (is_recording(target) || empty()) => Ok(()),
        Ok(_) => Err(RecordingError::TargetTaken {
            path: target.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("write the recording", target, error)),
    }
}

fn publish_file(staging: &Path, manifest: &Manifest, target: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".waterline-")
        .tempfile_in(directory(target))?;
    let mut output = io::BufWriter::new(&mut file);
    let own = fs_err::read(staging.join(manifest::NAME))?;
    archive::append(
        &mut output,
        &Part::of(manifest::NAME, own.as_slice())?,
        own.as_slice(),
    )?;
    let signed = staging.join(signature::NAME);
    if signed.exists() {
        let bytes = fs_err::read(signed)?;
        let part = Part::of(signature::NAME, bytes.as_slice())?;
        archive::append(&mut output, &part, bytes.as_slice())?;
    }
    for part in &manifest.parts {
        let content = fs_err::File::open(staging.join(&part.name))?;
        archive::append(&mut output, part, content)?;
    }
    archive::finish(&mut output)?;
    output
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    let persist = || file.persist(target).map(drop).map_err(|error| error.error);
    // A file replaces a file in one step; a recording in folder form has to make way.
    if target.is_dir() {
        replace(target, persist)
    } else {
        persist()
    }
}

/// Moves what stands at the target out of the way, puts the new one there, and removes the old.
/// Should the new one not get there, the old one is put back, or kept in the hidden folder beside.
fn replace(target: &Path, put: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    if fs::symlink_metadata(target).is_err() {
        return put();
    }
    let aside = platform::private_folder(".waterline-earlier-", directory(target))?;
    let earlier = aside.path().join("recording");
    fs_err::rename(target, &earlier)?;
    put().inspect_err(|_| {
        if fs_err::rename(&earlier, target).is_err() {
            let _ = aside.keep();
        }
    })
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> RecordingError {
    RecordingError::Io {
        doing,
        path: path.to_owned(),
        source,
    }
}
