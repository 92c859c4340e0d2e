//! Who holds which value, in one pass and little memory.
//!
//! A value that only one object holds costs a hash and a number; values themselves are kept only
//! where they repeat. The table is in parts, so that it grows by parts and never needs twice its
//! size at once.

use std::collections::HashMap;

use hashbrown::HashTable;
use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::held::{self, AS_GUID, Held, Space, Ways};

const PARTS: usize = 64;

/// Bits of a holder's number that tell how it holds the value.
const WAY_BITS: u32 = 5;

/// Most objects that have a number: more than a machine with 8 GB for their names can hold.
const MOST_OBJECTS: u32 = u32::MAX >> WAY_BITS;

/// The first object that held a value, with the value's hash: 12 bytes, as there are millions.
#[derive(Debug, Clone, Copy)]
struct Slot {
    key: [u32; 2],
    object_and_ways: u32,
}

impl Slot {
    fn new(key: u64, object: u32, ways: Ways) -> Self {
        Self {
            key: halves(key),
            object_and_ways: object << WAY_BITS | u32::from(ways),
        }
    }

    fn key(self) -> u64 {
        u64::from(self.key[0]) << 32 | u64::from(self.key[1])
    }

    fn object(self) -> u32 {
        self.object_and_ways >> WAY_BITS
    }

    fn ways(self) -> Ways {
        // The lowest bits alone.
        (self.object_and_ways & ((1 << WAY_BITS) - 1)) as Ways
    }
}

fn halves(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

/// A value that more than one object holds.
#[derive(Debug)]
pub struct Shared {
    /// Its name space.
    pub space: Space,
    /// The value, folded.
    pub value: String,
    /// Each object that holds it, and how.
    pub holders: Vec<(u32, Ways)>,
}

/// Who holds which value.
#[derive(Debug)]
pub struct Holders {
    parts: Vec<HashTable<Slot>>,
    shared: HashMap<u64, Shared>,
}

impl Holders {
    /// Nobody holds anything.
    pub fn new() -> Self {
        Self {
            parts: (0..PARTS).map(|_| HashTable::new()).collect(),
            shared: HashMap::new(),
        }
    }

    /// Looks for keys that are to be noted next. One look does not wait for the other, so that
    /// memory is fetched for many at once; noting them would wait for each.
    pub fn look_ahead(&self, keys: impl Iterator<Item = u64>) {
        let held = keys.filter(|key| self.first(*key).is_some());
        // Else the looks would be left out, as nobody asks for what they find.
        std::hint::black_box(held.count());
    }

    /// Notes that an object, known by its number, holds a value.
    pub fn note(&mut self, number: u32, object: &DirectoryObject, held: Held) {
        let Held { key, ways, place } = held;
        let (halves, part) = (halves(key), part(key));
        let slot = self.parts[part]
            .entry(key, |slot| slot.key == halves, |slot| slot.key())
            .or_insert(Slot::new(key, number, ways))
            .into_mut();
        if slot.object() == number {
            slot.object_and_ways |= u32::from(ways);
            return;
        }
        let first = (slot.object(), slot.ways());
        let shared = self.shared.entry(key).or_insert_with(|| {
            let (space, value) = held::value(object, place);
            let holders = vec![first];
            Shared {
                space,
                value,
                holders,
            }
        });
        match shared.holders.last_mut() {
            Some((last, known)) if *last == number => *known |= ways,
            _ => shared.holders.push((number, ways)),
        }
    }

    /// Whether an object with this identity was noted already.
    pub fn knows(&self, identity: u64) -> bool {
        let is_own = |ways: Ways| ways & AS_GUID != 0;
        let Some(slot) = self.first(identity) else {
            return false;
        };
        let others = self.shared.get(&identity);
        is_own(slot.ways())
            || others.is_some_and(|shared| shared.holders.iter().any(|(_, ways)| is_own(*ways)))
    }

    /// Whether another object than this one holds a value.
    pub fn holds_another(&self, key: u64, number: u32) -> bool {
        let Some(slot) = self.first(key) else {
            return false;
        };
        let is_other = |holder: &(u32, Ways)| holder.0 != number;
        let others = self.shared.get(&key);
        slot.object() != number || others.is_some_and(|shared| shared.holders.iter().any(is_other))
    }

    /// The values that more than one object holds, sorted.
    pub fn take_shared(&mut self) -> Vec<(u64, Shared)> {
        let mut shared: Vec<_> = self.shared.drain().collect();
        shared.sort_by(|(_, a), (_, b)| (a.space, &a.value).cmp(&(b.space, &b.value)));
        shared
    }

    /// Puts back what was taken.
    pub fn put_back(&mut self, shared: Vec<(u64, Shared)>) {
        self.shared.extend(shared);
    }

    fn first(&self, key: u64) -> Option<Slot> {
        let halves = halves(key);
        self.parts[part(key)]
            .find(key, |slot| slot.key == halves)
            .copied()
    }
}

/// Bits in the middle: those at the ends find the slot within the part.
fn part(key: u64) -> usize {
    (key >> 40) as usize % PARTS
}

/// The names and kinds of objects, each known by its number.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<usize>,
    kinds: Vec<ObjectKind>,
}

impl Names {
    /// Adds an object and gives its number; none if there are more than have numbers.
    pub fn push(&mut self, object: &DirectoryObject) -> Option<u32> {
        let number = u32::try_from(self.ends.len()).ok();
        let number = number.filter(|number| *number < MOST_OBJECTS)?;
        self.text.push_str(&object.dn);
        self.ends.push(self.text.len());
        self.kinds.push(object.kind);
        Some(number)
    }

    /// The distinguished name of an object.
    pub fn name(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// The kind of an object.
    pub fn kind(&self, number: u32) -> ObjectKind {
        self.kinds[number as usize]
    }
}
