//! What a check of one object says: the faults that it found in it.

use std::borrow::Cow;

use waterline_facts::objects::{ObjectCheck, ViolationKind};

/// One thing wrong with one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault<'a> {
    /// The attribute's LDAP name.
    pub attribute: &'static str,
    /// Its value as it stands; empty if missing.
    pub value: Cow<'a, str>,
    /// The kind of fault.
    pub kind: ViolationKind,
    /// What is wrong, in a few words.
    pub words: Cow<'static, str>,
    /// Values that might be put in its place, the best first; none of them is proven.
    pub candidates: Vec<String>,
}

impl<'a> Fault<'a> {
    /// This attribute's value has this fault.
    pub fn new(
        attribute: &'static str,
        value: impl Into<Cow<'a, str>>,
        kind: ViolationKind,
        words: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            attribute,
            value: value.into(),
            kind,
            words: words.into(),
            candidates: Vec::new(),
        }
    }

    /// The same fault, with values that might be put in its place.
    #[must_use]
    pub fn or(mut self, candidates: impl IntoIterator<Item = String>) -> Self {
        self.candidates.extend(candidates);
        self
    }
}

/// The faults of one object, each with the check that found it.
#[derive(Debug)]
pub struct Faults<'a> {
    /// The check that is looking.
    pub check: ObjectCheck,
    /// What was found so far.
    pub found: Vec<(ObjectCheck, Fault<'a>)>,
}

impl<'a> Faults<'a> {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self {
            check: ObjectCheck::UpnMissing,
            found: Vec::new(),
        }
    }

    /// Adds a fault.
    pub fn add(&mut self, fault: Fault<'a>) {
        self.found.push((self.check, fault));
    }
}
