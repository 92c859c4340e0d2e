//! All domains of the forest as one directory: a search runs over each of them at once, and what
//! comes is one stream.
//!
//! A domain that cannot be entered or read to its end makes the whole search one that did not come to
//! its end: duplicates may be there, and counts are of a part.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use futures::future::join_all;
use tokio::sync::mpsc;
use waterline_facts::{Gap, Reason, Seen};

use super::{
    entry::Entry,
    others::Other,
    query::Query,
    source::{Directory, Reader, Stop},
};

/// The domains whose objects are read together.
pub(super) struct Pool<'a> {
    /// The domain that was entered first.
    pub own: (&'a str, &'a dyn Directory),
    /// The others; each is waited for until it is entered, or cannot be.
    pub others: &'a [Other],
    /// Why it is not known which others there are, if that is so.
    pub unlisted: Option<Gap>,
    /// How the reading of each domain ended.
    pub ended: Mutex<BTreeMap<String, Seen<()>>>,
}

#[async_trait]
impl Directory for Pool<'_> {
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        let (sender, mut batches) = mpsc::channel(1);
        let lanes = self.lanes(query, sender);
        let taking = async move {
            while let Some(batch) = batches.recv().await {
                reader.take(batch).await?;
            }
            Ok::<_, Gap>(())
        };
        let (searched, taken) = tokio::join!(lanes, taking);
        taken?;
        searched?;
        match &self.unlisted {
            Some(gap) => Err(gap.clone().into()),
            None => Ok(()),
        }
    }
}

impl Pool<'_> {
    /// Searches every domain; the first failure of any.
    async fn lanes(&self, query: &Query, sender: mpsc::Sender<Vec<Entry>>) -> Result<(), Stop> {
        let (name, own) = self.own;
        let own = self.lane(name, own, query, sender.clone());
        let others = self.others.iter().map(|other| {
            let sender = sender.clone();
            async move {
                let server = other.entered().await.inspect_err(|gap| {
                    self.note(&other.name, Seen::Unknown(gap.clone()));
                })?;
                self.lane(&other.name, server, query, sender).await
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
        directory: &dyn Directory,
        query: &Query,
        sender: mpsc::Sender<Vec<Entry>>,
    ) -> Result<(), Stop> {
        let searched = directory.search(query, &mut Forward(sender)).await;
        self.note(name, outcome(&searched));
        searched
    }

    fn note(&self, name: &str, ended: Seen<()>) {
        let mut all = self.ended.lock().unwrap_or_else(|held| held.into_inner());
        all.insert(name.to_owned(), ended);
    }
}

fn outcome(searched: &Result<(), Stop>) -> Seen<()> {
    match searched {
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

/// Passes batches on to whoever takes those of all domains.
struct Forward(mpsc::Sender<Vec<Entry>>);

#[async_trait]
impl Reader for Forward {
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap> {
        let sent = self.0.send(batch).await;
        sent.map_err(|_| Gap::new(Reason::Failed, "nobody takes what is read any more"))
    }
}
