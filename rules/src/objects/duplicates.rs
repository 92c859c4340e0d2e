//! Finds values that more than one object holds, in one pass.
//!
//! A value that only one object holds costs a hash and a number, and each object that holds any
//! value costs its distinguished name once; values themselves are kept only where they repeat.
//! Two reads of the same object, known by its distinguished name, are no duplicate.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use rayon::prelude::*;
use waterline_facts::{
    DirectoryObject,
    objects::{OTHERS, Violation, Violations},
};

use super::tally::{Tally, shorten};

/// A value that an object holds, in the form in which values are compared.
#[derive(Debug)]
pub struct Held {
    /// The attribute that holds it, by its LDAP name.
    pub attribute: &'static str,
    /// The value, folded.
    pub value: String,
}

/// The first object that held a value.
#[derive(Debug)]
struct First {
    object: u32,
    attribute: &'static str,
}

/// A value that more than one object holds: the attribute by the object.
#[derive(Debug)]
struct Shared {
    value: String,
    holders: BTreeMap<u32, &'static str>,
}

/// Who holds which value.
#[derive(Debug, Default)]
pub struct Duplicates {
    names: Vec<Box<str>>,
    first: HashMap<u128, First>,
    shared: HashMap<u128, Shared>,
}

impl Duplicates {
    /// Notes what these objects hold.
    pub fn note(
        &mut self,
        objects: &[&DirectoryObject],
        values: fn(&DirectoryObject) -> Vec<Held>,
    ) {
        let held: Vec<Vec<(u128, Held)>> = objects
            .par_iter()
            .map(|object| {
                let keyed = values(object).into_iter();
                keyed.map(|held| (key(&held.value), held)).collect()
            })
            .collect();
        for (object, held) in objects.iter().zip(held) {
            self.note_object(&object.dn, held);
        }
    }

    fn note_object(&mut self, dn: &str, held: Vec<(u128, Held)>) {
        if held.is_empty() {
            return;
        }
        // Four thousand million objects are beyond any directory (2^31 in its lifetime).
        let Ok(object) = u32::try_from(self.names.len()) else {
            return;
        };
        self.names.push(dn.into());
        for (key, held) in held {
            self.note_value(object, key, held);
        }
    }

    fn note_value(&mut self, object: u32, key: u128, held: Held) {
        let Some(first) = self.first.get(&key) else {
            let attribute = held.attribute;
            self.first.insert(key, First { object, attribute });
            return;
        };
        let shared = self.shared.entry(key).or_insert_with(|| Shared {
            value: held.value,
            holders: BTreeMap::from([(first.object, first.attribute)]),
        });
        shared.holders.insert(object, held.attribute);
    }

    /// Every object that holds a value with another.
    pub fn into_violations(self) -> Violations {
        let mut tally = Tally::default();
        let mut concerned: BTreeSet<&str> = BTreeSet::new();
        for shared in self.shared.values() {
            let holders = self.holders(shared);
            if holders.len() < 2 {
                continue;
            }
            for (dn, attribute) in &holders {
                if concerned.insert(dn) {
                    tally.count_one();
                }
                tally.sample_with(dn, || violation(dn, attribute, &shared.value, &holders));
            }
        }
        tally.into_violations()
    }

    /// The holders by distinguished name, so that an object read twice is one.
    fn holders(&self, shared: &Shared) -> BTreeMap<&str, &'static str> {
        let mut holders: BTreeMap<&str, &'static str> = BTreeMap::new();
        for (object, attribute) in &shared.holders {
            let dn = &*self.names[*object as usize];
            let kept = holders.entry(dn).or_insert(attribute);
            *kept = (*kept).min(attribute);
        }
        holders
    }
}

fn violation(
    dn: &str,
    attribute: &str,
    value: &str,
    holders: &BTreeMap<&str, &'static str>,
) -> Violation {
    Violation {
        dn: dn.to_owned(),
        attribute: attribute.to_owned(),
        value: shorten(value),
        fault: format!("is held by {} objects", holders.len()),
        others: holders
            .keys()
            .filter(|other| **other != dn)
            .take(OTHERS)
            .map(|other| (*other).to_owned())
            .collect(),
    }
}

/// 128 bits of a value: among a thousand million values a chance meeting is one in 10^20.
fn key(value: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, value).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}
