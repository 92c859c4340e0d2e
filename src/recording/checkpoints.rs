//! What is on the disk while a run goes on, so that a killed run leaves what it had learned.
//!
//! When a probe ends, its facts are written and listed in a manifest that says that the recording
//! is not finished. Each step is a whole file under a temporary name that then gets its own, so
//! whenever the program is killed, the folder is a recording that can be opened. Objects are not
//! listed before the end: a part of them says nothing about all.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use waterline_facts::{
    FORMAT, Gap, ProbeId, Reason, RunFacts, Seen,
    run::{ProbeOutcome, ProbeRun},
};

use super::{
    Head, Manifest, Part, manifest,
    parts::{self, part_name},
    platform,
};

/// Takes facts as probes end; a copy of it writes to the same recording.
#[derive(Debug, Clone, Default)]
pub struct Checkpoints(Option<Arc<Mutex<State>>>);

#[derive(Debug)]
struct State {
    folder: PathBuf,
    run: RunFacts,
    parts: Vec<Part>,
    closed: bool,
}

impl Checkpoints {
    /// Begins in this folder, with nothing learned yet.
    pub(super) fn begin(folder: &Path, run: &RunFacts) -> io::Result<Self> {
        fs_err::create_dir_all(folder.join("environment"))?;
        let mut state = State {
            folder: folder.to_owned(),
            run: RunFacts {
                interrupted: true,
                probes: ProbeId::ALL.map(killed).into(),
                ..run.clone()
            },
            parts: Vec::new(),
            closed: false,
        };
        state.write_head()?;
        Ok(Self(Some(Arc::new(Mutex::new(state)))))
    }

    /// From now on the folder is there.
    pub(super) fn moved(&self, folder: &Path) {
        self.with(|state| state.folder = folder.to_owned());
    }

    /// Nothing is taken any more.
    pub(super) fn close(&self) {
        self.with(|state| state.closed = true);
    }

    /// Keeps what a probe has learned. That the disk does not take it costs the recording of a
    /// killed run alone, so it is only logged.
    pub fn probe_ended<T: Serialize>(&self, facts: &Seen<T>, run: &ProbeRun) {
        self.with(|state| {
            if state.closed {
                return;
            }
            if let Err(error) = state.keep(facts, run) {
                tracing::warn!("what {} learned is not kept yet: {error}", run.id);
            }
        });
    }

    fn with(&self, act: impl FnOnce(&mut State)) {
        if let Some(state) = &self.0 {
            act(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl State {
    fn keep<T: Serialize>(&mut self, facts: &Seen<T>, run: &ProbeRun) -> io::Result<()> {
        let bytes = parts::json(facts)?;
        self.put(&part_name(run.id), &bytes)?;
        if let Some(entry) = self.run.probes.iter_mut().find(|entry| entry.id == run.id) {
            *entry = run.clone();
        }
        self.write_head()
    }

    fn write_head(&mut self) -> io::Result<()> {
        let head = Head {
            format: FORMAT,
            run: self.run.clone(),
        };
        self.put(parts::HEAD, &parts::json(&head)?)?;
        let manifest = Manifest::unfinished(&self.run, self.parts.clone());
        write_over(&self.folder.join(manifest::NAME), &manifest.sealed()?)?;
        platform::sync_directory(&self.folder)
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        write_over(&self.folder.join(name), bytes)?;
        self.parts.retain(|part| part.name != name);
        self.parts.push(Part::of(name, bytes)?);
        Ok(())
    }
}

/// The record of a probe that had not ended when the run was killed.
fn killed(id: ProbeId) -> ProbeRun {
    let gap = Gap::new(Reason::Damaged, UNFINISHED).with_remedy("run again, to its end");
    ProbeRun {
        id,
        started_ms: 0,
        took_ms: 0,
        outcome: ProbeOutcome::Ended(gap),
        notes: Vec::new(),
    }
}

/// What became of facts that a killed run had not recorded.
pub(super) const UNFINISHED: &str = "the run was killed before this was recorded";

/// Writes a file whole: under another name first.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let mut file = fs_err::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs_err::rename(new, path)
}
