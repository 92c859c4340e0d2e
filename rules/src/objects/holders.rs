//! Who holds which value, in one pass and little memory.
//!
//! Of each value a hash and its holder's number are written one after the other, 16 bytes, and
//! nothing is looked up. A [`Sieve`] tells which values may have come before; of those alone the
//! text is kept. When all objects were seen, what was written is gone through once, to find every
//! holder of a value that did come before. Hashes are long enough never to meet by chance, so that
//! two values are never taken for one. Values that are proposed are noted like those that are held.

use std::collections::HashMap;

use super::{
    held::{PROPOSED, Space, Ways},
    identities::Identities,
    sieve::Sieve,
    text::Key,
};

/// Bits of a holder's number that tell how it holds the value.
const WAY_BITS: u32 = 6;

/// Most objects that have a number: more than a machine with 4 GB for their names can hold.
pub const MOST_OBJECTS: u32 = u32::MAX >> WAY_BITS;

/// Notes that are kept in one piece, so that memory grows by pieces and is never copied.
const PIECE: usize = 1 << 16;

/// A value, by its hash, and an object that holds it.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    key: Key,
    object_and_ways: u32,
}

impl Note {
    /// The object of this number holds a value in these ways.
    pub fn new(key: Key, object: u32, ways: Ways) -> Self {
        Self {
            key,
            object_and_ways: object << WAY_BITS | u32::from(ways),
        }
    }

    /// The hash of the value.
    pub fn key(self) -> Key {
        self.key
    }

    /// The number of the object and how it holds the value.
    pub fn holder(self) -> (u32, Ways) {
        // The lowest bits alone.
        let ways = (self.object_and_ways & ((1 << WAY_BITS) - 1)) as Ways;
        (self.object_and_ways >> WAY_BITS, ways)
    }
}

/// A value that more than one object holds.
#[derive(Debug)]
pub struct Shared {
    /// Its name space.
    pub space: Space,
    /// The value, folded.
    pub value: Box<str>,
    /// Each object that holds it, and how.
    pub holders: Vec<(u32, Ways)>,
}

/// What is known of a proposed value that was noted more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// This object alone holds it or is proposed it.
    By(u32),
    /// Several objects do.
    BySeveral,
}

/// Who holds which value.
#[derive(Debug)]
pub struct Holders {
    pieces: Vec<Vec<Note>>,
    sieve: Sieve,
    /// Values that may have come before.
    again: HashMap<Key, Shared>,
}

/// What the notes say in the end.
#[derive(Debug)]
pub struct Told {
    /// The values that more than one object holds, sorted.
    pub shared: Vec<Shared>,
    /// The proposed values that are not free for everybody.
    pub taken: HashMap<Key, Taken>,
}

impl Holders {
    /// Nobody holds anything.
    pub fn new() -> Self {
        Self {
            pieces: Vec::new(),
            sieve: Sieve::for_keys(0),
            again: HashMap::new(),
        }
    }

    /// Notes that an object, known by its number, holds a value or is proposed it. The value itself
    /// is asked for only where it may have come before.
    pub fn note(&mut self, note: Note, value: impl FnOnce() -> (Space, String)) {
        if self.sieve.add(note.key) {
            self.keep(note.key, value);
        }
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(note),
            _ => self.next_piece(note),
        }
    }

    /// Reads where these keys will be looked up, so that the looks do not wait for memory one by one.
    pub fn expect(&self, keys: impl Iterator<Item = Key>) {
        self.sieve.expect(keys);
    }

    /// Keeps a value although it may not have come before, as others hold it who are not noted here.
    pub fn keep(&mut self, key: Key, value: impl FnOnce() -> (Space, String)) {
        self.again.entry(key).or_insert_with(|| {
            let (space, value) = value();
            Shared {
                space,
                value: value.into(),
                holders: Vec::new(),
            }
        });
    }

    #[cold]
    fn next_piece(&mut self, note: Note) {
        let mut piece = Vec::with_capacity(PIECE);
        piece.push(note);
        self.pieces.push(piece);
    }

    /// Makes room for what is noted next.
    pub fn make_room(&mut self) {
        if let Some(keys) = self.sieve.is_full() {
            self.sieve = Sieve::for_keys(keys * 4);
            for note in self.pieces.iter().flatten() {
                self.sieve.add(note.key);
            }
        }
    }

    /// Goes through the notes for all who hold what came more than once.
    pub fn told(self, identities: &Identities) -> Told {
        let Self {
            pieces, mut again, ..
        } = self;
        for (key, value) in again.iter_mut() {
            if value.space == Space::Identity {
                value.holders.extend(identities.holder(*key));
            }
        }
        let mut sieve = Sieve::for_keys(again.len());
        for key in again.keys() {
            sieve.add(*key);
        }
        for note in pieces.iter().flatten() {
            if sieve.holds(note.key)
                && let Some(value) = again.get_mut(&note.key)
            {
                value.add(note.holder());
            }
        }
        Told::of(again)
    }
}

impl Shared {
    fn add(&mut self, (object, ways): (u32, Ways)) {
        match self.holders.last_mut() {
            Some((last, known)) if *last == object => *known |= ways,
            _ => self.holders.push((object, ways)),
        }
    }

    /// Whom a proposal of the value must fear; none if it is not proposed.
    fn taken(&self) -> Option<Taken> {
        let mut holders = self.holders.iter();
        let is_proposed = holders.clone().any(|(_, ways)| ways & PROPOSED != 0);
        let first = holders.next().filter(|_| is_proposed)?.0;
        let is_alone = holders.all(|(object, _)| *object == first);
        Some(if is_alone {
            Taken::By(first)
        } else {
            Taken::BySeveral
        })
    }

    /// Leaves those who hold it; gives whether they are several.
    fn is_shared(&mut self) -> bool {
        for (_, ways) in &mut self.holders {
            *ways &= !PROPOSED;
        }
        self.holders.retain(|(_, ways)| *ways != 0);
        let first = self.holders.first().map(|(object, _)| *object);
        self.holders
            .iter()
            .any(|(object, _)| Some(*object) != first)
    }
}

impl Told {
    fn of(again: HashMap<Key, Shared>) -> Self {
        let taken = again
            .iter()
            .filter_map(|(key, value)| Some((*key, value.taken()?)));
        let taken = taken.collect();
        let values = again.into_values();
        let mut shared: Vec<_> = values
            .filter_map(|mut value| value.is_shared().then_some(value))
            .collect();
        shared.sort_unstable_by(|a, b| (a.space, &a.value).cmp(&(b.space, &b.value)));
        Self { shared, taken }
    }
}
