//! What every probe is given: limits, clock, TLS settings, and where to tell progress.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use waterline_facts::DirectoryObject;

use crate::{Clock, Evidence, Learned};

/// Batches of spent objects that are kept.
const MOST_SPENT: usize = 8;

/// What every probe is given.
///
/// Probes build no clients of their own out of thin air, read no environment variables, sleep for
/// no fixed time and start no detached tasks: what they need is here or in their own settings.
#[derive(Debug, Clone)]
pub struct Context {
    /// Tells the time.
    pub clock: Clock,
    /// Ends when the user interrupts the run or its budget is spent.
    pub cancel: CancellationToken,
    /// The longest wait for any single answer.
    pub patience: Duration,
    /// How many conversations a probe may have at once.
    pub concurrency: usize,
    /// TLS settings for every connection: the platform's roots, and those of `--ca-file`.
    pub tls: Arc<rustls::ClientConfig>,
    /// Where a probe tells how far it has got.
    pub progress: Progress,
    /// Where the directory probe sends objects as they come.
    pub objects: ObjectSink,
    /// What other probes have learned.
    pub learned: Learned,
    /// What becomes of answers as they came.
    pub evidence: Evidence,
}

/// How far a probe has got: written by the probe, read by whoever draws it.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<ProgressState>);

#[derive(Debug, Default)]
struct ProgressState {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Tells how many steps there will be; it may grow.
    pub fn expect(&self, steps: u64) {
        self.0.total.fetch_add(steps, Ordering::Relaxed);
    }

    /// Tells that so many more steps are done.
    pub fn advance(&self, steps: u64) {
        self.0.done.fetch_add(steps, Ordering::Relaxed);
    }

    /// Steps done, and steps expected (0 where the probe cannot tell).
    pub fn state(&self) -> (u64, u64) {
        (
            self.0.done.load(Ordering::Relaxed),
            self.0.total.load(Ordering::Relaxed),
        )
    }
}

/// Where directory objects go while they are read. Bounded: a reader that is faster than the
/// checks waits, so that no directory is ever held in memory.
#[derive(Debug, Clone)]
pub struct ObjectSink(
    Option<mpsc::Sender<Vec<DirectoryObject>>>,
    Option<Learned>,
    Spent,
);

impl ObjectSink {
    /// A sink, and the end from which batches come out.
    pub fn channel(batches: usize) -> (Self, mpsc::Receiver<Vec<DirectoryObject>>) {
        let (sender, receiver) = mpsc::channel(batches);
        (Self(Some(sender), None, Spent::default()), receiver)
    }

    /// A sink for runs that want no objects.
    pub fn discard() -> Self {
        Self(None, None, Spent::default())
    }

    /// The same sink, telling other probes of what passes.
    #[must_use]
    pub fn telling(self, learned: Learned) -> Self {
        Self(self.0, Some(learned), self.2)
    }

    /// Where batches go back to whose objects nobody needs any more.
    pub fn spent(&self) -> Spent {
        self.2.clone()
    }

    /// Sends a batch; a receiver that is gone loses it, which costs nobody but itself.
    pub async fn send(&self, batch: Vec<DirectoryObject>) {
        if let Some(learned) = &self.1 {
            learned.note(&batch);
        }
        if let Some(sender) = &self.0 {
            let _ = sender.send(batch).await;
        }
    }
}

/// Batches whose objects nobody needs any more. Whoever reads many objects writes the next ones over
/// them: to make millions of small texts, and to throw them away on another thread, costs more than
/// to fill them.
#[derive(Debug, Clone, Default)]
pub struct Spent(Arc<Mutex<Option<Vec<Vec<DirectoryObject>>>>>);

impl Spent {
    /// Gives a batch back. It is kept if somebody takes such batches, and not many are there.
    pub fn give(&self, batch: Vec<DirectoryObject>) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(batches) = batches.as_mut().filter(|kept| kept.len() < MOST_SPENT) {
            batches.push(batch);
        }
    }

    /// The batch that was given back last; an empty one if there is none.
    pub fn take(&self) -> Vec<DirectoryObject> {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = batches.get_or_insert_default();
        kept.pop().unwrap_or_default()
    }
}

/// A context for the tests of probes.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// One that waits so long for each answer, and trusts the platform's roots.
    pub(crate) fn context(patience: Duration) -> Context {
        Context {
            clock: Clock::System,
            cancel: CancellationToken::new(),
            patience,
            concurrency: 16,
            tls: crate::tls::client_config(Vec::new()).unwrap(),
            progress: Progress::default(),
            objects: ObjectSink::discard(),
            learned: Learned::default(),
            evidence: Evidence::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::objects::ObjectKind;

    use super::*;

    #[test]
    fn spent_objects_are_kept_for_those_who_take_them_and_not_without_bound() {
        let spent = Spent::default();
        let batch = || vec![DirectoryObject::new(ObjectKind::User, "CN=a")];
        spent.give(batch());
        assert!(spent.take().is_empty());
        for _ in 0..2 * MOST_SPENT {
            spent.give(batch());
        }
        let kept = std::iter::repeat_with(|| spent.take()).take_while(|batch| !batch.is_empty());
        assert_eq!(kept.count(), MOST_SPENT);
    }
}
