//! All domains of the forest as one: the objects of each are read at once, and come as one stream.
//!
//! A domain that cannot be entered or read to its end makes the whole search one that did not come to
//! its end: duplicates may be there, and counts are of a part.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use futures::future::join_all;
use tokio::sync::mpsc;
use waterline_facts::{Gap, Reason, Seen};

use super::{
    objects::Batch,
    others::Other,
    source::{Objects, Stop, Taker},
};

/// The domains whose objects are read together.
pub(super) struct Pool<'a> {
    /// The domain that was entered first.
    pub own: (&'a str, &'a dyn Objects),
    /// The others; each is waited for until it is entered, or cannot be.
    pub others: &'a [Other],
    /// Why it is not known which others there are, if that is so.
    pub unlisted: Option<Gap>,
    /// How many objects each domain gave, if its reading came to its end.
    pub ended: Mutex<BTreeMap<String, Seen<u64>>>,
}

#[async_trait]
impl Objects for Pool<'_> {
    async fn objects(&self, taker: &mut dyn Taker) -> Result<(), Stop> {
        let (sender, mut given) = mpsc::channel(1);
        let lanes = self.lanes(sender);
        let taking = async move {
            while let Some(given) = given.recv().await {
                match given {
                    Given::Batch(batch) => taker.take(batch).await,
                    Given::Note(what) => taker.note(what).await,
                }
            }
        };
        let (read, ()) = tokio::join!(lanes, taking);
        read?;
        match &self.unlisted {
            Some(gap) => Err(gap.clone().into()),
            None => Ok(()),
        }
    }
}

impl Pool<'_> {
    /// Reads every domain; the first failure of any.
    async fn lanes(&self, sender: mpsc::Sender<Given>) -> Result<(), Stop> {
        let (name, own) = self.own;
        let own = self.lane(name, own, sender.clone());
        let others = self.others.iter().map(|other| {
            let sender = sender.clone();
            async move {
                let server = other.entered().await.inspect_err(|gap| {
                    self.note(&other.name, Seen::Unknown(gap.clone()));
                })?;
                self.lane(&other.name, server, sender).await
            }
        });
        let others = join_all(others);
        // Whoever takes the batches waits for all senders to be gone.
        drop(sender);
        let (own, others) = tokio::join!(own, others);
        own?;
        others.into_iter().collect()
    }

    async fn lane(
        &self,
        name: &str,
        source: &dyn Objects,
        sender: mpsc::Sender<Given>,
    ) -> Result<(), Stop> {
        let mut forward = Forward { sender, objects: 0 };
        let read = source.objects(&mut forward).await;
        self.note(name, outcome(&read).map(|()| forward.objects));
        read
    }

    fn note(&self, name: &str, ended: Seen<u64>) {
        let mut all = self.ended.lock().unwrap_or_else(|held| held.into_inner());
        all.insert(name.to_owned(), ended);
    }
}

fn outcome(read: &Result<(), Stop>) -> Seen<()> {
    match read {
        Ok(()) => Seen::Known(()),
        Err(Stop::Failed(gap)) => Seen::Unknown(gap.clone()),
        Err(Stop::NoBase) => Seen::Unknown(
            Gap::new(
                Reason::Denied,
                "where to read does not exist, or may not be seen",
            )
            .with_remedy("check --base, or run as a user who may see it"),
        ),
    }
}

/// What one domain gives.
enum Given {
    Batch(Batch),
    Note(String),
}

/// Passes on to whoever takes what all domains give. One that is gone loses it, which costs nobody but
/// itself.
struct Forward {
    sender: mpsc::Sender<Given>,
    /// How many objects came.
    objects: u64,
}

#[async_trait]
impl Taker for Forward {
    async fn take(&mut self, batch: Batch) {
        self.objects += batch.objects.len() as u64;
        let _ = self.sender.send(Given::Batch(batch)).await;
    }

    async fn note(&mut self, what: String) {
        let _ = self.sender.send(Given::Note(what)).await;
    }
}
