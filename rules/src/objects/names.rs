//! The names and kinds of objects, each known by its number.

use waterline_facts::{DirectoryObject, objects::ObjectKind};

use super::holders::MOST_OBJECTS;

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
