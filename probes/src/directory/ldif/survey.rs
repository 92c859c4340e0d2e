//! The first pass over an export: what it holds, and the few entries that the small searches want.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
};

use waterline_facts::{Gap, Reason};

use super::{Fault, MOST_COMPLAINTS, open, told::Told, unreadable};
use crate::directory::{
    attributes::forbidden,
    dn::{Dn, Partition, Rdn, depth},
    entry::{Entry, Missing},
    objects,
    query::{Place, Query},
};

/// The most entries that are kept; more than any forest has sites, subnets and servers.
const MOST_KEPT: usize = 500_000;

/// The most domains that are told apart.
const MOST_DOMAINS: usize = 10_000;

/// What an export holds.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Entries that a small search may want, with the DNS name of the domain they stand in.
    kept: Vec<(String, Dn, Entry)>,
    /// Places that are there, with the domain in which they stand.
    places: HashSet<(usize, String)>,
    watched: Vec<(Place, Vec<Rdn>)>,
    /// Domains that have entries, with how many.
    pub domains: BTreeMap<String, u64>,
    /// DNS name of the forest's root domain, in which the configuration stands.
    pub root: Option<String>,
    /// What is wrong with the files.
    pub complaints: Vec<String>,
    /// Which attributes there are.
    pub told: Told,
}

/// The attributes (lower case) that must be kept to answer these queries.
pub(super) fn names(queries: &[Query]) -> HashSet<String> {
    let asked = queries
        .iter()
        .flat_map(|query| query.attributes.iter().copied());
    let decide = queries.iter().flat_map(|query| query.filter.attributes());
    let always = ["objectClass"];
    asked
        .chain(decide)
        .chain(always)
        .filter(|name| !forbidden(name))
        .map(str::to_ascii_lowercase)
        .collect()
}

fn path(place: Place) -> Vec<Rdn> {
    let (_, path) = place.locate();
    Dn::parse(path).unwrap_or_default().parts().to_vec()
}

impl Survey {
    /// Looks the files through.
    ///
    /// # Errors
    /// If a file cannot be read or is no export.
    pub fn of(files: &[PathBuf], queries: Vec<Query>) -> Result<Self, Gap> {
        let mut wanted = names(&queries);
        wanted.extend(names(&[objects::query()]));
        let mut survey = Self::default();
        for place in queries.iter().flat_map(|query| [query.base, query.witness]) {
            if !survey.watched.iter().any(|(known, _)| *known == place) {
                survey.watched.push((place, path(place)));
            }
        }
        let queries: Vec<_> = queries
            .into_iter()
            .map(|query| (path(query.base), query))
            .collect();
        for file in files {
            let mut records = open(file, &wanted)?;
            let first_kept = survey.kept.len();
            loop {
                match records.next() {
                    Ok(Some(entry)) => survey.look_at(entry, &queries)?,
                    Ok(None) => break,
                    Err(Fault::Broken(complaint)) => {
                        survey.complain(format!("{}, {complaint}", file.display()));
                    }
                    Err(fault) => return Err(unreadable(file, fault)),
                }
            }
            survey.end_file(first_kept);
        }
        Ok(survey)
    }

    fn complain(&mut self, complaint: String) {
        if self.complaints.len() < MOST_COMPLAINTS {
            self.complaints.push(complaint);
        }
    }

    fn look_at(&mut self, entry: Entry, queries: &[(Vec<Rdn>, Query)]) -> Result<(), Gap> {
        let Some(dn) = Dn::parse(&entry.dn) else {
            self.complain(format!("{:?}, which is no distinguished name", entry.dn));
            return Ok(());
        };
        let (partition, within) = dn.partition();
        if partition == Partition::Other {
            return Ok(());
        }
        self.told.note(partition, &entry);
        let domain = dn.dns_name().unwrap_or_default();
        for (number, (place, path)) in self.watched.iter().enumerate() {
            let same = place.locate().0 == partition && path.len() == within.len();
            if same && depth(within, path) == Some(0) {
                self.places.insert((number, domain.clone()));
            }
        }
        if partition == Partition::Domain {
            if let Some(count) = self.domains.get_mut(&domain) {
                *count += 1;
            } else if self.domains.len() < MOST_DOMAINS {
                self.domains.insert(domain.clone(), 1);
            }
        } else if self.root.is_none() {
            self.root = Some(domain.clone());
        }
        let wanted = queries
            .iter()
            .any(|(base, query)| wants(query, base, partition, within, &entry));
        if wanted {
            if self.kept.len() >= MOST_KEPT {
                let what = format!("the export has more than {MOST_KEPT} entries of configuration");
                return Err(Gap::new(Reason::Malformed, what));
            }
            self.kept.push((domain, dn, entry));
        }
        Ok(())
    }

    /// An attribute that an entry lacks is not set, if the file's attributes were not chosen.
    fn end_file(&mut self, first_kept: usize) {
        let whole = self.told.end_file();
        for (_, dn, entry) in &mut self.kept[first_kept..] {
            if whole.contains(&dn.partition().0) {
                entry.missing = Missing::Unset;
            }
        }
    }

    /// The domain to read: the one that was chosen, or the one that stands highest.
    ///
    /// # Errors
    /// If the export holds nothing of it.
    pub fn domain(&self, chosen: Option<&str>) -> Result<String, Gap> {
        if let Some(chosen) = chosen {
            let chosen = chosen.trim_end_matches('.').to_lowercase();
            let held = self.domains.contains_key(&chosen) || self.root.as_deref() == Some(&*chosen);
            return if held {
                Ok(chosen)
            } else {
                let what = format!("the export holds no entry of {chosen}");
                Err(Gap::new(Reason::NotConfigured, what).with_remedy("check --domain and --ldif"))
            };
        }
        let highest = self
            .domains
            .keys()
            .min_by_key(|name| (name.split('.').count(), *name));
        highest.or(self.root.as_ref()).cloned().ok_or_else(|| {
            Gap::new(
                Reason::NotConfigured,
                "the export holds no entry of an Active Directory domain",
            )
            .with_remedy("check --ldif")
        })
    }

    /// Whether a place is in the export.
    pub fn holds(&self, place: Place, domain: &str) -> bool {
        let number = self.watched.iter().position(|(known, _)| *known == place);
        number.is_some_and(|number| self.places.contains(&(number, self.home(place, domain))))
    }

    /// The kept entries that a query wants.
    pub fn matching(&self, query: &Query, domain: &str) -> Vec<Entry> {
        let (home, base) = (self.home(query.base, domain), path(query.base));
        let wanted = self.kept.iter().filter(|(held_by, dn, entry)| {
            let (partition, within) = dn.partition();
            *held_by == home && wants(query, &base, partition, within, entry)
        });
        wanted.map(|(_, _, entry)| entry.clone()).collect()
    }

    /// The domain under whose name a place stands: configuration and schema stand under the root's.
    fn home(&self, place: Place, domain: &str) -> String {
        match place {
            Place::Objects | Place::Domain(_) => domain.to_owned(),
            Place::Configuration(_) | Place::Schema(_) => {
                self.root.clone().unwrap_or_else(|| domain.to_owned())
            }
        }
    }
}

fn wants(query: &Query, base: &[Rdn], partition: Partition, within: &[Rdn], entry: &Entry) -> bool {
    query.base.locate().0 == partition
        && depth(within, base).is_some_and(|depth| query.scope.reaches(depth))
        && query.filter.matches(entry)
}
