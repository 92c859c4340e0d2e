//! The filling of the seam for LDIF exports: files in place of a server.
//!
//! A first pass keeps the few entries of the configuration that the small searches want, and learns
//! which domain and which containers the export holds; objects stream by in a second pass. What an
//! export does not hold is unknown, and absent only if the container that would hold it is there.

mod lines;
mod record;
mod records;
mod survey;
mod told;

use std::{io::BufReader, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use tokio::sync::mpsc;
use waterline_facts::{Gap, Reason};

use self::{
    records::{Fault, Records},
    survey::Survey,
};
use super::{
    dn::{Dn, Partition},
    entry::{Entry, WHOLE},
    objects,
    query::{Contexts, Extent, Place, Query, Scope},
    source::{Directory, Reader, Stop},
};

/// Entries are handed over in batches of this size.
const BATCH: usize = 1000;

/// Batches that may wait to be taken.
const WAITING: usize = 4;

/// The most complaints about broken records that are noted.
const MOST_COMPLAINTS: usize = 20;

/// An export that was looked through once.
pub(super) struct Export {
    files: Arc<Vec<PathBuf>>,
    survey: Survey,
    /// Where the directory's parts are.
    pub contexts: Contexts,
    /// DNS name of the domain that is read.
    pub domain: String,
}

impl Export {
    /// Looks the files through once. `domain` chooses among several; `base` bounds the objects.
    ///
    /// # Errors
    /// If a file cannot be read, is no export, or holds no entry of a domain.
    pub async fn open(
        files: Vec<PathBuf>,
        queries: Vec<Query>,
        domain: Option<String>,
        base: Option<String>,
    ) -> Result<Self, Gap> {
        let files = Arc::new(files);
        let survey = off_thread({
            let files = Arc::clone(&files);
            move || Survey::of(&files, queries)
        })
        .await?;
        let chosen = base
            .as_deref()
            .and_then(|base| Dn::parse(base)?.dns_name())
            .or(domain);
        let domain = survey.domain(chosen.as_deref())?;
        let dn = dn_of(&domain);
        let root = survey.root.as_deref().map_or_else(|| dn.clone(), dn_of);
        let contexts = Contexts {
            objects: base.unwrap_or_else(|| dn.clone()),
            domain: dn,
            configuration: format!("CN=Configuration,{root}"),
            schema: format!("CN=Schema,CN=Configuration,{root}"),
        };
        Ok(Self {
            files,
            survey,
            contexts,
            domain,
        })
    }

    /// DNS name of the forest's root domain, if the export holds a part of the configuration.
    pub fn root_domain(&self) -> Option<&str> {
        self.survey.root.as_deref()
    }

    /// The files' names, for the facts.
    pub fn name(&self) -> String {
        let names: Vec<_> = self
            .files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        names.join(", ")
    }

    /// What is wrong with the files, in words.
    pub fn complaints(&self) -> &[String] {
        &self.survey.complaints
    }

    /// Other domains that have entries in the export and are not read.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.survey
            .domains
            .keys()
            .map(String::as_str)
            .filter(|name| *name != self.domain)
    }

    /// How much of the domain is read.
    pub fn extent(&self) -> Extent {
        if self.is_whole_domain() {
            self.contexts.extent()
        } else {
            Extent::Part
        }
    }

    /// Whether the domain's own entry is there, which a search for some objects does not bring.
    fn is_whole_domain(&self) -> bool {
        self.survey.holds(Place::Domain(""), &self.domain)
    }

    /// Whether the files were read to their ends.
    fn whole(&self) -> Result<(), Stop> {
        match self.survey.complaints.first() {
            None => Ok(()),
            Some(first) => {
                let what = format!("the export has broken records, the first at {first}");
                let gap = Gap::new(Reason::Malformed, what);
                Err(gap
                    .with_remedy("export again, or correct those lines")
                    .into())
            }
        }
    }

    /// Whether entries were exported with these attributes: one that no entry has may have been left
    /// out.
    fn told<'a>(&self, query: &Query, names: impl Iterator<Item = &'a str>) -> Result<(), Stop> {
        match self.survey.told.untold(query.base.locate().0, names) {
            None => Ok(()),
            Some(name) => {
                let what = format!("the export does not hold {name} of any entry");
                Err(Gap::new(Reason::NotConfigured, what)
                    .with_remedy(WHOLE)
                    .into())
            }
        }
    }

    async fn small(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        let found = self.survey.matching(query, &self.domain);
        let (any, one) = (!found.is_empty(), query.scope == Scope::Base);
        if any {
            reader.take(found).await?;
            if one {
                return Ok(());
            }
        }
        self.whole()?;
        if any {
            return Ok(());
        }
        self.told(query, query.filter.attributes().into_iter())?;
        if self.survey.holds(query.base, &self.domain) {
            return Ok(());
        }
        if self.survey.holds(query.witness, &self.domain) {
            return Err(Stop::NoBase);
        }
        let base = query.base.resolve(&self.contexts);
        let gap = Gap::new(
            Reason::NotConfigured,
            format!("the export does not hold {base}"),
        );
        Err(gap
            .with_remedy("export that part too, or name a server with --server")
            .into())
    }

    async fn objects(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        let decide = query.filter.attributes().into_iter();
        self.told(query, decide.chain(query.attributes.iter().copied()))?;
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let mut wanted = survey::names(std::slice::from_ref(query));
        wanted.insert("objectcategory".to_owned());
        let files = Arc::clone(&self.files);
        let base = Dn::parse(&self.contexts.objects).unwrap_or_default();
        let reading = off_thread(move || stream(&files, &wanted, &base, &sender));
        let taking = async {
            let mut any = false;
            while let Some(batch) = receiver.recv().await {
                any = true;
                if let Err(gap) = reader.take(batch).await {
                    receiver.close();
                    return Err(gap);
                }
            }
            Ok(any)
        };
        let (read, taken) = tokio::join!(reading, taking);
        let any = taken?;
        read?;
        self.whole()?;
        if any || self.is_whole_domain() {
            return Ok(());
        }
        let what = format!("the export holds no objects of {}", self.contexts.objects);
        let gap = Gap::new(Reason::NotConfigured, what);
        Err(gap
            .with_remedy("export the domain too, or check --base")
            .into())
    }
}

#[async_trait]
impl Directory for Export {
    async fn search(&self, query: &Query, reader: &mut dyn Reader) -> Result<(), Stop> {
        match query.base {
            Place::Objects => self.objects(query, reader).await,
            _ => self.small(query, reader).await,
        }
    }
}

fn dn_of(domain: &str) -> String {
    domain
        .split('.')
        .map(|label| format!("DC={label}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// Files are read on a thread of their own, as that blocks.
async fn off_thread<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Gap> + Send + 'static,
) -> Result<T, Gap> {
    let done = tokio::task::spawn_blocking(read).await;
    done.unwrap_or_else(|_| Err(Gap::new(Reason::Failed, "reading the export failed")))
}

/// Sends the objects at and below a base.
fn stream(
    files: &[PathBuf],
    wanted: &std::collections::HashSet<String>,
    base: &Dn,
    sender: &mpsc::Sender<Vec<Entry>>,
) -> Result<(), Gap> {
    let own = base.dns_name();
    let mut batch = Vec::with_capacity(BATCH);
    for file in files {
        let mut records = open(file, wanted)?;
        loop {
            let entry = match records.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                // Told by the first pass.
                Err(Fault::Broken(_)) => continue,
                Err(fault) => return Err(unreadable(file, fault)),
            };
            if objects::kind(&entry).is_none() || !below(&entry, base, own.as_deref()) {
                continue;
            }
            batch.push(entry);
            if batch.len() == BATCH && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
    }
    if !batch.is_empty() {
        let _ = sender.blocking_send(batch);
    }
    Ok(())
}

/// A child domain's names end like its parent's, yet its objects are not the parent's.
fn below(entry: &Entry, base: &Dn, domain: Option<&str>) -> bool {
    Dn::parse(&entry.dn).is_some_and(|dn| {
        dn.partition().0 == Partition::Domain
            && dn.dns_name().as_deref() == domain
            && dn.depth_below(base).is_some()
    })
}

fn open<'a>(
    file: &PathBuf,
    wanted: &'a std::collections::HashSet<String>,
) -> Result<Records<'a, BufReader<std::fs::File>>, Gap> {
    let opened = std::fs::File::open(file);
    let records = opened
        .and_then(|opened| Records::new(BufReader::with_capacity(256 * 1024, opened), wanted));
    records.map_err(|error| unreadable(file, Fault::Io(error)))
}

/// Why a file could not be read to its end.
fn unreadable(file: &std::path::Path, fault: Fault) -> Gap {
    let name = file.display();
    match fault {
        Fault::Broken(complaint) | Fault::Refused(complaint) => {
            Gap::new(Reason::Malformed, format!("{name}, {complaint}"))
                .with_remedy("export entries, with no changes and no references to other files")
        }
        Fault::Io(error) => {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => Reason::NotConfigured,
                std::io::ErrorKind::PermissionDenied => Reason::Denied,
                std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                    Reason::Malformed
                }
                _ => Reason::Failed,
            };
            Gap::new(reason, format!("{name} cannot be read: {error}")).with_remedy("check --ldif")
        }
    }
}
