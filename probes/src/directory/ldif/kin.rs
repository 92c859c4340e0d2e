//! Which searches may want entries of the same classes.
//!
//! Entries of one kind mostly come one after the other, and their classes rule out most searches
//! whatever else they hold. So each search is looked at once for a run of such entries, and only
//! those that are left are held against each.

use super::survey::Asked;
use crate::directory::fields::{Fields, Number};

/// The searches that may want entries like the last one.
#[derive(Debug, Default)]
pub(super) struct Kin {
    /// Values of the classes and the category of the last entry, each behind its length.
    last: Vec<u8>,
    own: Vec<u8>,
    wanting: Option<Vec<usize>>,
}

impl Kin {
    /// The searches that may want this entry, by their numbers.
    pub fn of(&mut self, fields: &Fields<'_>, asked: &Asked) -> &[usize] {
        self.own.clear();
        for (number, value) in &fields.values {
            if asked.kinds.contains(&Some(*number)) {
                add(&mut self.own, *number, value);
            }
        }
        if self.own != self.last {
            self.wanting = None;
            std::mem::swap(&mut self.own, &mut self.last);
        }
        self.wanting.get_or_insert_with(|| asked.possible(fields))
    }
}

fn add(into: &mut Vec<u8>, number: Number, value: &[u8]) {
    into.extend_from_slice(&number.to_le_bytes());
    into.extend_from_slice(&value.len().to_le_bytes());
    into.extend_from_slice(value);
}
