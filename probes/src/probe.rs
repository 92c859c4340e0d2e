//! What a probe is: it writes facts into a draft while it learns them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};
use waterline_facts::{Gap, ProbeId, Reason};

use crate::Context;

/// Reads part of the environment and fills in facts.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    /// The facts that it fills in. Their default is "nothing learned yet".
    type Facts: Serialize + DeserializeOwned + Default + Clone + Send + 'static;

    /// Which probe it is.
    fn id(&self) -> ProbeId;

    /// Learns what it can, writing each fact into the draft as soon as it is known: whatever ends
    /// the probe early (time limit, interruption, panic), the draft is kept.
    ///
    /// # Errors
    /// Only if nothing more can be learned. A part that fails is an unknown fact, not an error.
    async fn run(&self, cx: &Context, draft: &Draft<Self::Facts>) -> Result<(), ProbeError>;
}

/// Facts in the making, shared between the probe's own tasks and the runner.
#[derive(Debug)]
pub struct Draft<T>(Arc<Mutex<State<T>>>);

#[derive(Debug, Default)]
struct State<T> {
    facts: T,
    notes: Vec<String>,
}

impl<T> Clone for Draft<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default> Default for Draft<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State {
            facts: T::default(),
            notes: Vec::new(),
        })))
    }
}

impl<T: Clone> Draft<T> {
    /// Writes facts. A panic of an earlier writer does not lose what it had written.
    pub fn update(&self, write: impl FnOnce(&mut T)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).facts);
    }

    /// Notes in words something that the probe could not do.
    pub fn note(&self, note: impl Into<String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .notes
            .push(note.into());
    }

    /// The facts as they are now, and the notes.
    pub fn snapshot(&self) -> (T, Vec<String>) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.facts.clone(), state.notes.clone())
    }
}

/// Why a probe could learn nothing more.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{gap}")]
pub struct ProbeError {
    /// The reason, which every fact not learned by then takes over.
    pub gap: Gap,
}

impl ProbeError {
    /// An error of this kind, with what happened in words.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            gap: Gap::new(reason, detail),
        }
    }
}

impl From<Gap> for ProbeError {
    fn from(gap: Gap) -> Self {
        Self { gap }
    }
}
