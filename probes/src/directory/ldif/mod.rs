//! The filling of the seam for LDIF exports: files in place of a server.
//!
//! Files are read once. On the way objects are passed on, and the few entries are kept that the small
//! searches want. What an export does not hold is unknown, and absent only if the container that
//! would hold it is there. The domain of the first entry is read, unless another is chosen.

mod alone;
mod blocks;
mod kin;
mod lanes;
mod lines;
mod order;
mod places;
mod record;
mod records;
mod survey;
mod told;
mod words;

use std::{io, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use waterline_facts::{Gap, Reason};

pub(super) use self::alone::look_through;
use self::{
    lanes::{Choice, Lanes, Piece},
    records::Complaint,
    survey::{Asked, Survey},
};
use super::{
    dn::Dn,
    entry::WHOLE,
    inventory::Inventory,
    objects::{self, Batch, Counter},
    query::{Contexts, Extent, Place, Query, Scope},
    source::{Directory, Reader, Stop, Taker},
};

/// Batches of objects that are held back while it is not known whether their attributes were chosen.
const MOST_HELD: usize = 16;

/// The most complaints about broken records that are noted.
const MOST_COMPLAINTS: usize = 20;

/// What is to be read.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The files, in their order.
    pub files: Vec<PathBuf>,
    /// Chooses among several domains.
    pub domain: Option<String>,
    /// Bounds the objects.
    pub base: Option<String>,
}

/// An export that was read.
pub(super) struct Export {
    files: Vec<PathBuf>,
    asked: Arc<Asked>,
    survey: Survey,
    /// Where the directory's parts are.
    pub contexts: Contexts,
    /// DNS name of the domain that is read.
    pub domain: String,
}

impl Export {
    /// Reads the files: passes objects on, and keeps what these searches want.
    ///
    /// # Errors
    /// If a file cannot be read, is no export, or holds no entry of a domain.
    pub async fn read(
        wanted: Wanted,
        queries: Vec<Query>,
        counter: &mut Counter<'_>,
    ) -> Result<(Self, Inventory), Gap> {
        let Wanted {
            files,
            domain,
            base,
        } = wanted;
        let of_base = base.as_deref().and_then(|base| Dn::parse(base)?.dns_name());
        let chosen = of_base.or(domain.map(|name| name.trim_end_matches('.').to_lowercase()));
        let choice = Choice {
            domain: chosen.clone(),
            base: base.clone(),
        };
        let mut pass = Pass::new(files, queries, choice);
        pass.run(counter).await?;
        let domain = pass.domain(chosen)?;
        let root = pass.survey.root.as_deref();
        let root = root.map_or_else(|| dn_of(&domain), dn_of);
        let export = Self {
            contexts: Contexts {
                objects: base.unwrap_or_else(|| dn_of(&domain)),
                domain: dn_of(&domain),
                configuration: format!("CN=Configuration,{root}"),
                schema: format!("CN=Schema,CN=Configuration,{root}"),
            },
            domain,
            files: pass.files,
            asked: pass.asked,
            survey: pass.survey,
        };
        let ended = export.objects_ended(pass.untold, pass.any);
        let inventory = counter.inventory(ended);
        Ok((export, inventory))
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
        let names = self.survey.domains.keys().map(|name| &**name);
        names.filter(|name| *name != self.domain)
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
        self.holds(Place::Domain(""))
    }

    fn holds(&self, place: Place) -> bool {
        self.survey.holds(&self.asked, place, &self.domain)
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

    async fn small(
        &self,
        number: usize,
        query: &Query,
        reader: &mut dyn Reader,
    ) -> Result<(), Stop> {
        let found = self.survey.matching(&self.asked, number, &self.domain);
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
        let decide = query.filter.attributes().into_iter();
        if let Some(name) = self.survey.untold(query.base, &self.asked.words, decide) {
            return Err(left_out(name).into());
        }
        if self.holds(query.base) {
            return Ok(());
        }
        if self.holds(query.witness) {
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

    /// Whether all objects came.
    fn objects_ended(&self, untold: Option<&'static str>, any: bool) -> Result<(), Stop> {
        let classes = ["objectClass"].into_iter();
        let words = &self.asked.words;
        let untold = untold.or_else(|| self.survey.untold(Place::Objects, words, classes));
        if let Some(name) = untold {
            return Err(left_out(name).into());
        }
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
        let number = self.asked.queries.iter().position(|known| known == query);
        let Some(number) = number else {
            let what = "this search was not made ready before the export was read";
            return Err(Gap::new(Reason::Failed, what).into());
        };
        self.small(number, query, reader).await
    }
}

/// The reading of the files.
struct Pass {
    files: Vec<PathBuf>,
    asked: Arc<Asked>,
    choice: Choice,
    survey: Survey,
    /// Objects of the file that is read, while it is not known whether their attributes were chosen.
    held: Vec<Batch>,
    flow: Flow,
    /// Files whose objects were not passed on.
    withheld: Vec<usize>,
    /// Whether there are objects.
    any: bool,
    /// An attribute that a file does not tell, so that its objects cannot be judged.
    untold: Option<&'static str>,
}

/// What happens to the objects of the file that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// They are held back, as their attributes may have been chosen.
    Held,
    /// They are passed on.
    Open,
    /// They are dropped, as too many were held back.
    Shut,
}

impl Pass {
    fn new(files: Vec<PathBuf>, queries: Vec<Query>, choice: Choice) -> Self {
        Self {
            files,
            asked: Arc::new(Asked::new(queries)),
            choice,
            survey: Survey::default(),
            held: Vec::new(),
            flow: Flow::Held,
            withheld: Vec::new(),
            any: false,
            untold: None,
        }
    }

    /// Reads all files, and those again whose objects were withheld without need.
    async fn run(&mut self, counter: &mut Counter<'_>) -> Result<(), Gap> {
        let all = self.files.iter().cloned().enumerate().collect();
        let mut lanes = Lanes::start(all, &self.asked, self.choice.clone(), &counter.spent());
        let mut failure = None;
        while let Some(piece) = lanes.next().await {
            if let Err(gap) = self.take(piece, counter).await {
                failure = Some(gap);
                break;
            }
        }
        let ended = lanes.end().await;
        failure.map_or(ended, Err)?;
        self.run_again(counter).await
    }

    async fn take(&mut self, piece: Piece, counter: &mut Counter<'_>) -> Result<(), Gap> {
        let name = self.files[piece.file].display().to_string();
        let part = piece
            .part
            .map_err(|complaint| refused(&name, self.survey.lines(), &complaint))?;
        let batch = self.survey.add(&name, part)?;
        self.any |= batch.count() > 0;
        if self.flow == Flow::Held && self.survey.is_whole() {
            self.flow = Flow::Open;
            for batch in std::mem::take(&mut self.held) {
                counter.take(batch).await;
            }
        }
        match self.flow {
            Flow::Open => counter.take(batch).await,
            Flow::Held if batch.count() > 0 => self.held.push(batch),
            _ => {}
        }
        if self.held.len() > MOST_HELD {
            self.flow = Flow::Shut;
            self.held.clear();
            self.withheld.push(piece.file);
        }
        if piece.last {
            self.end_file(piece.file, &name);
        }
        Ok(())
    }

    fn end_file(&mut self, file: usize, name: &str) {
        self.survey.end_file(name);
        if !self.held.is_empty() {
            self.held.clear();
            self.withheld.push(file);
        }
        self.flow = Flow::Held;
    }

    /// Reads those files again whose objects were withheld, and which tell all attributes after all.
    async fn run_again(&mut self, counter: &mut Counter<'_>) -> Result<(), Gap> {
        let query = objects::query();
        for file in std::mem::take(&mut self.withheld) {
            let names = query.attributes.iter().copied();
            self.untold = self.survey.untold_in(file, &self.asked.words, names);
            if self.untold.is_some() {
                return Ok(());
            }
            let again = vec![(file, self.files[file].clone())];
            let mut lanes = Lanes::start(again, &self.asked, self.choice.clone(), &counter.spent());
            while let Some(Piece { part: Ok(part), .. }) = lanes.next().await {
                counter.take(part.objects).await;
            }
            lanes.end().await?;
        }
        Ok(())
    }

    /// The domain that was read.
    fn domain(&self, chosen: Option<String>) -> Result<String, Gap> {
        let root = self.survey.root.as_deref();
        let domains = &self.survey.domains;
        if let Some(chosen) = chosen {
            let held = domains.contains_key(&*chosen) || root == Some(&*chosen);
            return if held {
                Ok(chosen)
            } else {
                let what = format!("the export holds no entry of {chosen}");
                Err(Gap::new(Reason::NotConfigured, what).with_remedy("check --domain and --ldif"))
            };
        }
        let first = self.survey.first.as_deref().or(root);
        first.map(str::to_owned).ok_or_else(|| {
            Gap::new(
                Reason::NotConfigured,
                "the export holds no entry of an Active Directory domain",
            )
            .with_remedy("check --ldif")
        })
    }
}

fn left_out(name: &str) -> Gap {
    let what = format!("the export does not hold {name} of any entry");
    Gap::new(Reason::NotConfigured, what).with_remedy(WHOLE)
}

fn dn_of(domain: &str) -> String {
    domain
        .split('.')
        .map(|label| format!("DC={label}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// A name from outside, short enough for a message.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Why a file is not read, after so many lines of it.
fn refused(name: &str, lines: u64, complaint: &Complaint) -> Gap {
    let line = lines + complaint.line;
    let what = format!("{name}, line {line}: {}", complaint.what);
    Gap::new(Reason::Malformed, what)
        .with_remedy("export entries, with no changes and no references to other files")
}

/// Why a file could not be read to its end.
fn unreadable(file: &std::path::Path, error: &io::Error) -> Gap {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => Reason::NotConfigured,
        io::ErrorKind::PermissionDenied => Reason::Denied,
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Reason::Malformed,
        _ => Reason::Failed,
    };
    let what = format!("{} cannot be read: {error}", file.display());
    Gap::new(reason, what).with_remedy("check --ldif")
}
