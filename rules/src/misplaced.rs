//! A fault at a place of a document that was read well, before it is known which file it is in.

use crate::source::Location;

/// A fault at a place of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Misplaced {
    /// The id of the rule or target that it is in.
    pub id: String,
    /// Where.
    pub place: Location,
    /// What is wrong and what to do, in words.
    pub message: String,
}
