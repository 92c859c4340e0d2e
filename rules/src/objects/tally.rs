//! How often a check was violated, with the first samples by distinguished name.
//!
//! Samples are kept in an ordered set of bounded size, so that the same objects give the same
//! samples in whatever order they come, and memory does not grow with the number of faults.

use std::collections::BTreeSet;

use waterline_facts::objects::{SAMPLES, Violations};

use super::{finding::Finding, settlement::Settlement};

/// Characters of a faulty value that are kept; longer ones are cut, as the value may come from an
/// export that nobody bounded.
const VALUE_LENGTH: usize = 300;

/// Counts the objects that violate one check.
#[derive(Debug, Default)]
pub struct Tally {
    count: u64,
    last: Option<u32>,
    samples: BTreeSet<(String, Finding)>,
}

impl Tally {
    /// Notes a finding of an object, whose findings come one after the other.
    pub fn note(&mut self, dn: &str, finding: &Finding) {
        if self.last != Some(finding.object) {
            self.count += 1;
            self.last = Some(finding.object);
        }
        self.sample(dn, finding);
    }

    /// Sets how many objects were at fault, where findings do not come object by object.
    pub fn count(&mut self, objects: u64) {
        self.count = objects;
    }

    /// Whether a finding of this object would be among the first.
    pub fn wants(&self, dn: &str) -> bool {
        let is_full = self.samples.len() >= SAMPLES;
        !is_full || self.samples.last().is_none_or(|(last, _)| dn <= &**last)
    }

    /// Keeps a finding if it is among the first.
    pub fn sample(&mut self, dn: &str, finding: &Finding) {
        if !self.wants(dn) {
            return;
        }
        self.samples.insert((dn.to_owned(), finding.clone()));
        if self.samples.len() > SAMPLES {
            self.samples.pop_last();
        }
    }

    /// The counts and samples as facts.
    pub fn into_violations(self, settlement: &Settlement) -> Violations {
        let samples = self.samples.into_iter();
        Violations {
            count: self.count,
            samples: samples
                .map(|(_, finding)| settlement.settle(finding))
                .collect(),
        }
    }
}

/// The value, cut with an ellipsis where it is longer than is kept.
pub fn shorten(value: &str) -> String {
    match value.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
