//! The seam between what is asked and what answers: a server over LDAP, or an export.

use async_trait::async_trait;
use waterline_facts::{Gap, Reason, Seen};

use super::{entry::Entry, objects::Batch, query::Query};

/// The most entries that a search of the configuration may bring; more than any forest has sites,
/// subnets or servers.
const MOST: usize = 200_000;

/// Answers searches.
#[async_trait]
pub(super) trait Directory: Send + Sync {
    /// Hands the entries that a query wants to the reader, in batches as they come.
    ///
    /// # Errors
    /// If the search did not come to its end; what was handed over by then is only a part.
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop>;
}

/// Gives all objects of a part of the directory.
#[async_trait]
pub(super) trait Objects: Send + Sync {
    /// Hands the objects over, in batches as they come.
    ///
    /// # Errors
    /// If they did not all come; what was handed over by then is only a part.
    async fn objects(&self, taker: &mut dyn Taker) -> Result<(), Stop>;
}

/// Takes objects.
#[async_trait]
pub(super) trait Taker: Send {
    /// Takes a batch; waits while there is no room for it.
    async fn take(&mut self, batch: Batch);

    /// Takes note of something that whoever reads the facts should know.
    async fn note(&mut self, what: String);
}

/// Takes the entries of a search.
#[async_trait]
pub(super) trait Reader: Send {
    /// Takes a batch.
    ///
    /// # Errors
    /// If it cannot take more, which ends the search.
    async fn take(&mut self, batch: Vec<Entry>) -> Result<(), Gap>;
}

/// Why a search did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The base does not exist, or may not be seen.
    NoBase,
    /// It failed.
    Failed(Gap),
}

impl From<Gap> for Stop {
    fn from(gap: Gap) -> Self {
        Self::Failed(gap)
    }
}

/// Reads all entries that a query wants, for the searches that bring few. Absent if the place in
/// which to search does not exist.
pub(super) async fn read(directory: &dyn Directory, query: &Query) -> Seen<Vec<Entry>> {
    let mut all = All::default();
    match directory.search(query, &mut all).await {
        Ok(()) => Seen::Known(all.0),
        Err(Stop::NoBase) => Seen::Absent,
        Err(Stop::Failed(gap)) => Seen::Unknown(gap),
    }
}

/// Reads the one entry that a query for a base wants.
pub(super) async fn read_one(directory: &dyn Directory, query: &Query) -> Seen<Entry> {
    let entries = read(directory, query).await;
    entries.and_then(|mut entries| waterline_facts::seen::known_or_absent(entries.pop()))
}

#[derive(Default)]
struct All(Vec<Entry>);

#[async_trait]
impl Reader for All {
    async fn take(&mut self, mut batch: Vec<Entry>) -> Result<(), Gap> {
        self.0.append(&mut batch);
        if self.0.len() > MOST {
            return Err(Gap::new(
                Reason::Malformed,
                format!("more than {MOST} entries came"),
            ));
        }
        Ok(())
    }
}
