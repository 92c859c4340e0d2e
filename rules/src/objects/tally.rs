//! How often a check was violated, with the first samples by distinguished name.
//!
//! Samples are kept in an ordered set of bounded size, so that the same objects give the same
//! samples in whatever order they come, and memory does not grow with the number of faults.

use std::collections::BTreeSet;

use waterline_facts::objects::{SAMPLES, Violation, Violations};

/// Characters of a faulty value that a sample keeps; longer ones are cut, as the value may come
/// from an export that nobody bounded.
const VALUE_LENGTH: usize = 300;

/// One thing wrong with one object.
#[derive(Debug, PartialEq)]
pub struct Fault {
    /// The attribute's LDAP name.
    pub attribute: &'static str,
    /// Its value as it stands; empty if missing.
    pub value: String,
    /// What is wrong, in a few words.
    pub fault: String,
}

impl Fault {
    /// This attribute's value has this fault.
    pub fn new(attribute: &'static str, value: &str, fault: impl Into<String>) -> Self {
        Self {
            attribute,
            value: value.to_owned(),
            fault: fault.into(),
        }
    }
}

/// Counts the objects that violate one check.
#[derive(Debug, Default)]
pub struct Tally {
    count: u64,
    samples: BTreeSet<Violation>,
}

impl Tally {
    /// Notes the faults of one object; none is fine.
    pub fn add(&mut self, dn: &str, faults: Vec<Fault>) {
        if faults.is_empty() {
            return;
        }
        self.count += 1;
        for fault in faults {
            self.sample(Violation {
                dn: dn.to_owned(),
                attribute: fault.attribute.to_owned(),
                value: shorten(&fault.value),
                fault: fault.fault,
                others: Vec::new(),
            });
        }
    }

    /// Counts one more object.
    pub fn count_one(&mut self) {
        self.count += 1;
    }

    /// Keeps a sample of this object if it is among the first; it is only built then.
    pub fn sample_with(&mut self, dn: &str, build: impl FnOnce() -> Violation) {
        let is_late =
            self.samples.len() >= SAMPLES && self.samples.last().is_some_and(|last| dn > &*last.dn);
        if !is_late {
            self.sample(build());
        }
    }

    /// Adds what another tally saw.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        for sample in other.samples {
            self.sample(sample);
        }
    }

    /// The counts and samples as facts.
    pub fn into_violations(self) -> Violations {
        Violations {
            count: self.count,
            samples: self.samples.into_iter().collect(),
        }
    }

    fn sample(&mut self, violation: Violation) {
        self.samples.insert(violation);
        if self.samples.len() > SAMPLES {
            self.samples.pop_last();
        }
    }
}

/// The value, cut with an ellipsis where it is longer than a sample keeps.
pub fn shorten(value: &str) -> String {
    match value.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
