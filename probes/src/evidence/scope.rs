//! Who asks, and for which fact: goes with a probe's task, so that it need not be handed down to
//! wherever something is asked.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::future::Either;
use waterline_facts::ProbeId;

use super::{Asked, Bytes, Came, Given, Item, Keeper, kept::Room};

/// What becomes of what comes in: nothing (the default), kept, or taken from what was kept.
#[derive(Clone, Default)]
pub struct Evidence(Mode);

#[derive(Clone, Default)]
enum Mode {
    #[default]
    Off,
    Kept(Arc<dyn Keeper>, Arc<Mutex<Room>>),
    Given(Arc<Given>),
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Mode::Off => "Off",
            Mode::Kept(..) => "Kept",
            Mode::Given(_) => "Given",
        })
    }
}

impl Evidence {
    /// Kept by this keeper.
    pub fn kept_by(keeper: Arc<dyn Keeper>) -> Self {
        Self(Mode::Kept(keeper, Arc::default()))
    }

    /// Taken from what was kept; nobody outside is asked.
    pub(super) fn from(given: Arc<Given>) -> Self {
        Self(Mode::Given(given))
    }
}

tokio::task_local! {
    static SCOPE: Scope;
}

/// Who asks, and for which fact.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    evidence: Evidence,
    probe: ProbeId,
    about: String,
    began: Instant,
}

/// Has a probe run with its evidence.
pub(crate) async fn of_probe<F: Future>(evidence: Evidence, probe: ProbeId, run: F) -> F::Output {
    let scope = Scope {
        evidence,
        probe,
        about: probe.name().to_owned(),
        began: Instant::now(),
    };
    SCOPE.scope(scope, run).await
}

/// What is asked within is for the fact of this path.
pub fn about<F: Future>(path: impl Into<String>, ask: F) -> impl Future<Output = F::Output> {
    match current() {
        Some(mut scope) => {
            scope.about = path.into();
            Either::Left(SCOPE.scope(scope, ask))
        }
        None => Either::Right(ask),
    }
}

/// What is lacking for the second fact is lacking for the first too, which goes on from it.
pub fn depends(fact: &str, on: &str) {
    if let Some(Scope { evidence, .. }) = current()
        && let Mode::Given(given) = &evidence.0
    {
        given.depends(fact, on);
    }
}

/// Who asks here; nobody whose answers are kept or given if nothing.
pub(crate) fn current() -> Option<Scope> {
    let scope = SCOPE.try_with(Scope::clone).ok()?;
    (!matches!(scope.evidence.0, Mode::Off)).then_some(scope)
}

impl Scope {
    /// The same scope, for another fact.
    pub(crate) fn about(&self, path: &str) -> Self {
        Self {
            about: path.to_owned(),
            ..self.clone()
        }
    }

    /// What was kept of the answer to this question: nothing if answers come from outside, an error
    /// if they do not, and this one was not kept.
    pub(crate) fn given(&self, asked: &Asked) -> Option<Result<Item, Missed>> {
        let Mode::Given(given) = &self.evidence.0 else {
            return None;
        };
        Some(given.take(asked, &self.about).ok_or(Missed))
    }

    /// Notes that what was kept could not be used.
    pub(crate) fn missed(&self, asked: &Asked) {
        if let Mode::Given(given) = &self.evidence.0 {
            given.miss(asked, &self.about);
        }
    }

    /// Keeps an answer, if answers are kept.
    pub(crate) fn keep(&self, asked: Asked, came: Came, took: Duration) {
        let Mode::Kept(keeper, room) = &self.evidence.0 else {
            return;
        };
        let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
        if !room.take(self.probe, size(&came)) {
            return;
        }
        drop(room);
        keeper.keep(&Item {
            probe: self.probe,
            about: self.about.clone(),
            at_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            asked,
            came,
        });
    }
}

/// Nothing was kept of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Missed;

/// What the facts say of it, should they say anything.
pub(crate) const NOT_KEPT: &str = "the raw evidence does not hold this answer";

fn size(came: &Came) -> usize {
    // What stands around an answer takes some room too.
    const FORM: usize = 128;
    let of = |bytes: &Bytes| bytes.0.len();
    FORM + match came {
        Came::Bytes(bytes) | Came::Cut { begins: bytes, .. } => of(bytes),
        Came::List(list) => list.iter().map(of).sum(),
        Came::Entries(entries) => {
            let values = entries.iter().flat_map(|entry| &entry.attributes);
            values.flat_map(|(_, values)| values).map(of).sum()
        }
        Came::Names(names) => names.iter().map(String::len).sum(),
        Came::Value(value) => value.to_string().len(),
        Came::Absent | Came::Nothing { .. } => 0,
    }
}
