//! Which objects were seen already, by their GUID or else their distinguished name.
//!
//! Objects come again where a reader takes up a lost connection or files overlap. An object costs
//! its note and some five bytes in a table that points to it.

use std::hint::black_box;

use hashbrown::HashTable;

use super::{held::Ways, holders::Note, text::Key};

/// The objects that were seen.
#[derive(Debug, Default)]
pub struct Identities {
    notes: Vec<Note>,
    table: HashTable<u32>,
}

impl Identities {
    /// Whether an object with this identity was noted.
    pub fn knows(&self, identity: Key) -> bool {
        self.find(identity).is_some()
    }

    /// Looks once where these will be looked up, so that the looks do not wait for memory one by one.
    pub fn expect(&self, identities: &[Option<Key>]) {
        let known = identities.iter().flatten().filter(|key| self.knows(**key));
        // Who is known is asked again when it counts; looking must not be left out.
        black_box(known.count());
    }

    /// Notes an object that was not known.
    pub fn note(&mut self, note: Note) {
        let Self { notes, table } = self;
        // There are no more notes than objects have numbers.
        let Ok(at) = u32::try_from(notes.len()) else {
            return;
        };
        notes.push(note);
        let hash = |at: &u32| notes[*at as usize].key().hash();
        table.insert_unique(note.key().hash(), at, hash);
    }

    /// The number of the object with an identity, and how it holds it.
    pub fn holder(&self, identity: Key) -> Option<(u32, Ways)> {
        self.find(identity).map(Note::holder)
    }

    fn find(&self, identity: Key) -> Option<Note> {
        let is_it = |at: &u32| self.notes[*at as usize].key() == identity;
        let at = self.table.find(identity.hash(), is_it)?;
        Some(self.notes[*at as usize])
    }
}
