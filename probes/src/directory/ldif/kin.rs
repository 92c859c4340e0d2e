//! Which searches may want entries of the same classes.
//!
//! Entries of one kind mostly come one after the other, and their classes rule out most searches
//! whatever else they hold. So each search is looked at once for a run of such entries, and only
//! what is left open is held against each.

use super::survey::Asked;
use crate::directory::{
    fields::{Fields, Number},
    matching::Test,
};

/// The searches that may want entries like the last one.
#[derive(Debug, Default)]
pub(super) struct Kin {
    /// Values of the classes and the category of the last entry.
    last: Vec<(Number, Vec<u8>)>,
    wanting: Option<Vec<(usize, Test)>>,
}

impl Kin {
    /// The searches that may want this entry, by their numbers, and what is left of their filters.
    pub fn of(&mut self, fields: &Fields<'_>, asked: &Asked) -> &[(usize, Test)] {
        let own = fields.values().iter().copied();
        let own = own.filter(|(number, _)| asked.kinds.contains(&Some(*number)));
        let last = self.last.iter().map(|(number, value)| (*number, &**value));
        if !own.clone().eq(last) {
            self.wanting = None;
            self.last = own
                .map(|(number, value)| (number, value.to_vec()))
                .collect();
        }
        self.wanting.get_or_insert_with(|| asked.possible(fields))
    }
}
