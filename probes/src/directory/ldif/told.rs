//! Which attributes an export tells at all: one that no entry has may have been left out.
//!
//! An ordinary user sees some entries in part, so a single entry shows nothing. But where no entry of
//! a file has the attribute that every object has, the attributes were chosen.

use std::collections::{HashMap, HashSet};

use crate::directory::{
    dn::Partition,
    entry::{Entry, Missing},
};

/// Which attributes an export tells.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Attributes that entries have (lower case), by naming context.
    names: HashMap<Partition, HashSet<String>>,
    /// The naming contexts of which this file has entries, and whether one shows that attributes
    /// were not chosen.
    in_file: HashMap<Partition, bool>,
    /// Naming contexts of which a file has entries with chosen attributes.
    chosen: HashSet<Partition>,
}

impl Told {
    /// Takes note of an entry.
    pub fn note(&mut self, partition: Partition, entry: &Entry) {
        *self.in_file.entry(partition).or_default() |= entry.missing == Missing::Unset;
        let names = self.names.entry(partition).or_default();
        for (name, _) in &entry.attributes {
            if !names.contains(name) {
                names.insert(name.clone());
            }
        }
    }

    /// Ends a file, and gives the naming contexts of which it has entries with all attributes.
    pub fn end_file(&mut self) -> HashSet<Partition> {
        let (whole, chosen): (Vec<_>, Vec<_>) = self.in_file.drain().partition(|(_, whole)| *whole);
        let names = |of: Vec<(Partition, bool)>| of.into_iter().map(|(partition, _)| partition);
        self.chosen.extend(names(chosen));
        names(whole).collect()
    }

    /// The first of these attributes that no entry of a naming context has because it may have been
    /// left out.
    pub fn untold<'a>(
        &self,
        partition: Partition,
        mut names: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        names.find(|name| {
            let must = self.chosen.contains(&partition) || *name == "objectClass";
            let lower = name.to_ascii_lowercase();
            let told = self
                .names
                .get(&partition)
                .is_some_and(|names| names.contains(&lower));
            // Without categories the classes decide.
            must && *name != "objectCategory" && !told
        })
    }
}
