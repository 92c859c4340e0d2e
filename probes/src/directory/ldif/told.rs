//! Which attributes an export tells at all: one that no entry has may have been left out.
//!
//! An ordinary user sees some entries in part, so a single entry shows nothing. But where no entry of
//! a file has the attribute that every object has, the attributes were chosen.

use crate::directory::{
    dn::Partition,
    entry::Missing,
    fields::{Fields, Names},
};

/// Which attributes are told, by naming context.
#[derive(Debug, Default)]
pub(super) struct Told([Context; Partition::COUNT]);

/// What is told of a naming context.
#[derive(Debug, Default, Clone)]
struct Context {
    /// Whether an entry has the attribute of this number; nothing if there are no entries.
    seen: Vec<bool>,
    /// Whether an entry shows that attributes were not chosen.
    whole: bool,
}

impl Told {
    /// Takes note of an entry.
    pub fn note(&mut self, partition: Partition, fields: &Fields<'_>, missing: Missing) {
        let context = &mut self.0[partition as usize];
        context.whole |= missing == Missing::Unset;
        if context.seen.is_empty() {
            context.seen.resize(fields.names.count(), false);
        }
        for (number, _) in fields.values() {
            context.seen[usize::from(*number)] = true;
        }
    }

    /// Adds what another part tells.
    pub fn add(&mut self, other: Self) {
        for (context, more) in self.0.iter_mut().zip(other.0) {
            context.whole |= more.whole;
            let length = context.seen.len().max(more.seen.len());
            context.seen.resize(length, false);
            for (seen, more) in context.seen.iter_mut().zip(more.seen) {
                *seen |= more;
            }
        }
    }

    /// Whether an entry of a naming context shows that attributes were not chosen.
    pub fn is_whole(&self, partition: Partition) -> bool {
        self.0[partition as usize].whole
    }

    /// The first of these attributes that no entry of a naming context has because it may have been
    /// left out; none if there are no entries at all.
    pub fn untold<'a>(
        &self,
        partition: Partition,
        names: &Names,
        mut wanted: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let context = &self.0[partition as usize];
        if context.seen.is_empty() {
            return None;
        }
        wanted.find(|name| {
            let number = names.number(name.as_bytes()).map(usize::from);
            let told = number.is_some_and(|number| context.seen.get(number) == Some(&true));
            // Without categories the classes decide.
            (!context.whole || *name == "objectClass") && *name != "objectCategory" && !told
        })
    }
}
