//! What a checker knows at the end: who is who, and which values are free.

use std::collections::HashMap;

use waterline_facts::objects::{Proposal, Violation};

use super::{
    finding::Finding,
    held,
    holders::Taken,
    names::Names,
    text::{Hashing, Key},
};

/// What a checker knows when all objects were seen.
#[derive(Debug)]
pub struct Settlement {
    pub(super) names: Names,
    /// Proposed values that somebody holds, or several are proposed.
    pub(super) taken: HashMap<Key, Taken>,
    pub(super) hashing: Hashing,
    /// Whether every object was seen: only then is a value that nobody was seen to hold free.
    pub(super) is_whole: bool,
}

impl Settlement {
    /// The distinguished name of an object that findings know by this number.
    ///
    /// # Panics
    /// If the number is another checker's.
    pub fn name(&self, object: u32) -> &str {
        self.names.name(object)
    }

    /// The violation that a finding is, its proposal shown only if it is free.
    ///
    /// # Panics
    /// If the finding is another checker's.
    pub fn settle(&self, finding: Finding) -> Violation {
        let dn = self.name(finding.object).to_owned();
        let is_free = |value: &String| self.is_free(&finding.attribute, value, finding.object);
        let proposal = match finding.candidate.filter(is_free) {
            Some(value) => Proposal::Proposed(value),
            None => Proposal::Decide,
        };
        Violation {
            dn,
            attribute: finding.attribute.into_owned(),
            value: finding.value,
            kind: finding.kind,
            fault: finding.fault.into_owned(),
            proposal,
            others: finding.others,
        }
    }

    fn is_free(&self, attribute: &str, value: &str, object: u32) -> bool {
        let Some(key) = held::proposed(attribute, value, &self.hashing) else {
            return true;
        };
        let taken = self.taken.get(&key);
        self.is_whole && taken.is_none_or(|taken| *taken == Taken::By(object))
    }
}
