//! What an export holds: the few entries that the small searches want, which containers and domains
//! are there, and what is wrong with the files.
//!
//! Every block is looked at on its own, on any thread, and gives a [`Part`]; the parts are put
//! together in the order of the files.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use waterline_facts::{DirectoryObject, Gap, Reason};

use super::{
    MOST_COMPLAINTS,
    kin::Kin,
    places::{Places, Spot},
    records::{self, Complaint, Visitor},
    told::Told,
    words::Words,
};
use crate::directory::{
    dn::Partition,
    entry::{Entry, Missing},
    fields::{Fields, Number},
    matching::Test,
    objects::Batch,
    query::{Place, Query},
};

/// The most entries that are kept; more than any forest has sites, subnets and servers.
const MOST_KEPT: usize = 500_000;

/// The most domains that are told apart.
const MOST_DOMAINS: usize = 10_000;

/// What is asked of an export.
#[derive(Debug)]
pub(super) struct Asked {
    /// The small searches.
    pub queries: Vec<Query>,
    tests: Vec<Test>,
    /// Bases and witnesses of the searches, each once.
    pub places: Vec<Place>,
    /// For each search: its base among the places.
    bases: Vec<usize>,
    /// What is read.
    pub words: Words,
    /// The attributes of classes and categories.
    pub kinds: [Option<Number>; 2],
}

impl Asked {
    /// What these searches ask.
    pub fn new(queries: Vec<Query>) -> Self {
        let words = Words::new(&queries);
        let mut places = Vec::new();
        for place in queries.iter().flat_map(|query| [query.base, query.witness]) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let base = |query: &Query| places.iter().position(|place| *place == query.base);
        Self {
            tests: queries
                .iter()
                .map(|query| Test::of(&query.filter, &words.names))
                .collect(),
            bases: queries.iter().filter_map(base).collect(),
            queries,
            places,
            kinds: ["objectClass", "objectCategory"]
                .map(|name| words.names.number(name.as_bytes())),
            words,
        }
    }

    /// The searches that may want entries of the same classes, wherever they stand, by their numbers,
    /// and what of their filters the classes leave open.
    pub fn possible(&self, fields: &Fields<'_>) -> Vec<(usize, Test)> {
        let tests = self.tests.iter().enumerate();
        let open = tests.map(|(number, test)| (number, test.left_open(fields, self.kinds)));
        open.filter(|(_, test)| *test != Test::Never).collect()
    }

    /// Those of some searches that want an entry.
    fn wanting(&self, spot: &Spot, fields: &Fields<'_>, among: &[(usize, Test)]) -> Vec<usize> {
        let wants = |(number, test): &&(usize, Test)| {
            let depth = spot.depths[self.bases[*number]];
            depth.is_some_and(|depth| self.queries[*number].scope.reaches(depth))
                && test.is_met(fields)
        };
        let wanting = among.iter().filter(wants);
        wanting.map(|(number, _)| *number).collect()
    }
}

/// What a block holds.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The objects of the domain that is read.
    pub objects: Batch,
    kept: Vec<Kept>,
    /// Places that are there, with the domain in which they stand.
    places: HashSet<(usize, Arc<str>)>,
    domains: BTreeMap<Arc<str>, u64>,
    /// The domain of the first entry that stands in one.
    first: Option<Arc<str>>,
    root: Option<Arc<str>>,
    told: Told,
    complaints: Vec<Complaint>,
    records: records::Told,
}

/// An entry that small searches want.
#[derive(Debug)]
struct Kept {
    domain: Arc<str>,
    partition: Partition,
    entry: Entry,
    wanted_by: Vec<usize>,
}

impl Part {
    /// Looks at a block. Its objects are written over those that are spent.
    ///
    /// # Errors
    /// If it is no part of an export.
    pub fn of(
        block: &super::blocks::Block,
        asked: &Asked,
        places: &mut Places,
        spent: Vec<DirectoryObject>,
    ) -> Result<Self, Complaint> {
        let part = Self {
            objects: Batch::over(spent),
            ..Self::default()
        };
        let mut looking = Looking {
            part,
            asked,
            places,
            kin: Kin::default(),
        };
        let told = records::read(block, &asked.words, &mut looking)?;
        let mut part = looking.part;
        // A server's search would not bring these either.
        part.objects.classless = 0;
        part.records = told;
        Ok(part)
    }
}

/// A part in the making.
struct Looking<'a> {
    part: Part,
    asked: &'a Asked,
    places: &'a mut Places,
    kin: Kin,
}

impl Visitor for Looking<'_> {
    fn entry(&mut self, line: u64, fields: &Fields<'_>, missing: Missing) {
        let part = &mut self.part;
        // A record whose name is no UTF-8 is broken, and is none here.
        let dn = str::from_utf8(fields.dn).unwrap_or_default();
        let Some(spot) = self.places.find(dn) else {
            let what = format!("{:?} is no distinguished name", super::shortened(dn));
            part.complaints.push(Complaint { line, what });
            return;
        };
        if spot.partition == Partition::Other {
            return;
        }
        part.told.note(spot.partition, fields, missing);
        for number in &spot.is {
            part.places.insert((*number, Arc::clone(&spot.domain)));
        }
        if spot.partition != Partition::Domain {
            part.root.get_or_insert_with(|| Arc::clone(&spot.domain));
        } else if let Some(count) = part.domains.get_mut(&spot.domain) {
            *count += 1;
        } else {
            part.first.get_or_insert_with(|| Arc::clone(&spot.domain));
            part.domains.insert(Arc::clone(&spot.domain), 1);
        }
        let possible = self.kin.of(fields, self.asked);
        let wanted_by = self.asked.wanting(spot, fields, possible);
        if !wanted_by.is_empty() {
            part.kept.push(Kept {
                domain: Arc::clone(&spot.domain),
                partition: spot.partition,
                entry: fields.to_entry(missing),
                wanted_by,
            });
        }
        if spot.among_objects {
            part.objects.add(fields);
        }
    }

    fn broken(&mut self, complaint: Complaint) {
        self.part.complaints.push(complaint);
    }
}

/// What an export holds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    kept: Vec<Kept>,
    places: HashSet<(usize, Arc<str>)>,
    /// Domains that have entries, with how many.
    pub domains: BTreeMap<Arc<str>, u64>,
    /// The domain of the first entry that stands in one.
    pub first: Option<Arc<str>>,
    /// DNS name of the forest's root domain, in which the configuration stands.
    pub root: Option<Arc<str>>,
    /// What is wrong with the files.
    pub complaints: Vec<String>,
    /// Which attributes the files tell that were looked through.
    told: Vec<Told>,
    file: File,
}

/// The file that is looked through.
#[derive(Debug, Default)]
struct File {
    told: Told,
    records: records::Told,
    first_kept: usize,
}

impl Survey {
    /// Adds a part of the file of this name, which follows those that were added. Gives the objects.
    ///
    /// # Errors
    /// If there are more entries than can be kept.
    pub fn add(&mut self, file: &str, part: Part) -> Result<Batch, Gap> {
        for complaint in part.complaints {
            let line = self.file.records.lines + complaint.line;
            self.complain(file, &Complaint { line, ..complaint });
        }
        if self.kept.len() + part.kept.len() > MOST_KEPT {
            let what = format!("the export has more than {MOST_KEPT} entries of configuration");
            return Err(Gap::new(Reason::Malformed, what));
        }
        self.kept.extend(part.kept);
        self.places.extend(part.places);
        for (domain, count) in part.domains {
            if self.domains.len() < MOST_DOMAINS || self.domains.contains_key(&domain) {
                *self.domains.entry(domain).or_default() += count;
            }
        }
        self.first = self.first.take().or(part.first);
        self.root = self.root.take().or(part.root);
        self.file.told.add(part.told);
        let records = &mut self.file.records;
        records.lines += part.records.lines;
        records.by_search |= part.records.by_search;
        records.closed |= part.records.closed;
        Ok(part.objects)
    }

    fn complain(&mut self, file: &str, complaint: &Complaint) {
        if self.complaints.len() < MOST_COMPLAINTS {
            self.complaints.push(format!("{file}, {complaint}"));
        }
    }

    /// How many lines of the file stand before what comes next.
    pub fn lines(&self) -> u64 {
        self.file.records.lines
    }

    /// Whether the attributes of the domain's entries in this file were not chosen, so that one that
    /// an entry lacks is not set.
    pub fn is_whole(&self) -> bool {
        self.file.told.is_whole(Partition::Domain)
    }

    /// Ends the file of this name. Of one that was cut off after a line nothing shows it, unless a
    /// search tool wrote it.
    pub fn end_file(&mut self, file: &str) {
        let File {
            told,
            records,
            first_kept,
        } = std::mem::take(&mut self.file);
        if records.by_search && !records.closed {
            let what = "the search has no result at its end, so entries may be missing".to_owned();
            let line = records.lines;
            self.complain(file, &Complaint { line, what });
        }
        // An attribute that an entry lacks is not set, if the file's attributes were not chosen.
        for kept in &mut self.kept[first_kept..] {
            if told.is_whole(kept.partition) {
                kept.entry.missing = Missing::Unset;
            }
        }
        self.file.first_kept = self.kept.len();
        self.told.push(told);
    }

    /// The first of these attributes that the entries of this kind may lack only because the export
    /// left it out of a file.
    pub fn untold<'a>(
        &self,
        place: Place,
        words: &Words,
        names: impl Iterator<Item = &'a str> + Clone,
    ) -> Option<&'a str> {
        let partition = place.locate().0;
        let untold = |told: &Told| told.untold(partition, &words.names, names.clone());
        self.told.iter().find_map(untold)
    }

    /// The same of the file of this number alone.
    pub fn untold_in<'a>(
        &self,
        file: usize,
        words: &Words,
        names: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.told[file].untold(Partition::Domain, &words.names, names)
    }

    /// Whether a place is in the export.
    pub fn holds(&self, asked: &Asked, place: Place, domain: &str) -> bool {
        let number = asked.places.iter().position(|known| *known == place);
        number.is_some_and(|number| self.places.contains(&(number, self.home(place, domain))))
    }

    /// The kept entries that a search wants, by its number.
    pub fn matching(&self, asked: &Asked, number: usize, domain: &str) -> Vec<Entry> {
        let home = self.home(asked.queries[number].base, domain);
        let wanted = |kept: &&Kept| kept.domain == home && kept.wanted_by.contains(&number);
        let wanted = self.kept.iter().filter(wanted);
        wanted.map(|kept| kept.entry.clone()).collect()
    }

    /// The domain under whose name a place stands: configuration and schema stand under the root's.
    fn home(&self, place: Place, domain: &str) -> Arc<str> {
        match place {
            Place::Objects | Place::Domain(_) => domain.into(),
            Place::Configuration(_) | Place::Schema(_) => {
                self.root.clone().unwrap_or_else(|| domain.into())
            }
        }
    }
}
