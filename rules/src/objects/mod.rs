//! Checks of the directory's objects, as they stream by.
//!
//! A [`Checker`] is fed batches of objects and keeps counts, the first samples of each fault, and
//! what duplicate detection needs: a hash for each distinct value and the names of the holders.
//! Checks of one object by itself run in parallel within a batch; each is one file here. Nothing
//! depends on the order in which objects come. No values are proposed and nothing is changed.

mod account_name_malformed;
mod address;
mod address_duplicate;
mod address_malformed;
mod attribute_too_long;
mod duplicates;
pub mod idfix;
mod scope;
mod suffixes;
mod tally;
mod upn_duplicate;
mod upn_malformed;
mod upn_missing;
mod upn_unroutable;

#[cfg(test)]
mod tests;

use rayon::prelude::*;
use waterline_facts::{DirectoryObject, Gap, ObjectFacts, Seen, objects::Violations};

use crate::Profile;
use duplicates::Duplicates;
use suffixes::Suffixes;
use tally::{Fault, Tally};

/// Objects that one thread checks at a stretch: enough to make the hand-over cheap.
const CHUNK: usize = 512;

/// A check of one object by itself: every fault found in it.
type Check = fn(&DirectoryObject, &Suffixes) -> Vec<Fault>;

/// The checks of one object by itself, in the order of [`Checker::tallies`].
const CHECKS: [Check; 6] = [
    upn_missing::faults,
    upn_malformed::faults,
    upn_unroutable::faults,
    address_malformed::faults,
    attribute_too_long::faults,
    account_name_malformed::faults,
];

/// Checks objects as they stream by.
#[derive(Debug)]
pub struct Checker {
    suffixes: Suffixes,
    checked: u64,
    left_out: u64,
    tallies: [Tally; CHECKS.len()],
    upns: Duplicates,
    addresses: Duplicates,
}

impl Checker {
    /// A checker that has seen nothing; UPN suffixes are judged against the profile's domains if
    /// it names any, else by whether a public registry could have delegated them.
    pub fn new(profile: &Profile) -> Self {
        Self {
            suffixes: Suffixes::new(&profile.domains),
            checked: 0,
            left_out: 0,
            tallies: Default::default(),
            upns: Duplicates::default(),
            addresses: Duplicates::default(),
        }
    }

    /// Checks a batch. Users, groups and contacts are checked, but for those that synchronisation
    /// leaves out; other kinds are passed over. Cost: linear in the batch.
    pub fn feed(&mut self, batch: &[DirectoryObject]) {
        let in_scope: Vec<&DirectoryObject> = batch
            .iter()
            .filter(|object| scope::is_checked(object))
            .collect();
        let (taken, left_out): (Vec<_>, Vec<_>) = in_scope
            .into_iter()
            .partition(|object| !scope::is_left_out(object));
        self.checked += taken.len() as u64;
        self.left_out += left_out.len() as u64;
        self.check_each(&taken);
        self.suffixes.count(&taken);
        self.upns.note(&taken, upn_duplicate::values);
        self.addresses.note(&taken, address_duplicate::values);
    }

    fn check_each(&mut self, objects: &[&DirectoryObject]) {
        let suffixes = &self.suffixes;
        let found = objects
            .par_chunks(CHUNK)
            .map(|chunk| tally_chunk(chunk, suffixes))
            .reduce(Default::default, merge_all);
        self.tallies = merge_all(std::mem::take(&mut self.tallies), found);
    }

    /// What was found, all objects having been fed.
    pub fn finish(self) -> ObjectFacts {
        let [missing, malformed, unroutable, address, long, account] = self.tallies;
        ObjectFacts {
            checked: self.checked,
            left_out: self.left_out,
            upn_suffixes: Seen::Known(self.suffixes.in_use()),
            upn_missing: Seen::Known(missing.into_violations()),
            upn_malformed: Seen::Known(malformed.into_violations()),
            upn_unroutable: Seen::Known(unroutable.into_violations()),
            upn_duplicate: Seen::Known(self.upns.into_violations()),
            address_duplicate: Seen::Known(self.addresses.into_violations()),
            address_malformed: Seen::Known(address.into_violations()),
            attribute_too_long: Seen::Known(long.into_violations()),
            account_name_malformed: Seen::Known(account.into_violations()),
        }
    }

    /// What was found although reading ended early: a fault that was seen stands, while a check
    /// that saw none is unknown for the given reason, as are the suffixes in use.
    pub fn finish_early(self, gap: &Gap) -> ObjectFacts {
        let full = self.finish();
        let keep = |fact: Seen<Violations>| match fact {
            Seen::Known(violations) if violations.count > 0 => Seen::Known(violations),
            _ => Seen::Unknown(gap.clone()),
        };
        ObjectFacts {
            checked: full.checked,
            left_out: full.left_out,
            upn_suffixes: Seen::Unknown(gap.clone()),
            upn_missing: keep(full.upn_missing),
            upn_malformed: keep(full.upn_malformed),
            upn_unroutable: keep(full.upn_unroutable),
            upn_duplicate: keep(full.upn_duplicate),
            address_duplicate: keep(full.address_duplicate),
            address_malformed: keep(full.address_malformed),
            attribute_too_long: keep(full.attribute_too_long),
            account_name_malformed: keep(full.account_name_malformed),
        }
    }
}

fn tally_chunk(objects: &[&DirectoryObject], suffixes: &Suffixes) -> [Tally; CHECKS.len()] {
    let mut tallies: [Tally; CHECKS.len()] = Default::default();
    for object in objects {
        for (tally, check) in tallies.iter_mut().zip(CHECKS) {
            tally.add(&object.dn, check(object, suffixes));
        }
    }
    tallies
}

fn merge_all(
    mut left: [Tally; CHECKS.len()],
    right: [Tally; CHECKS.len()],
) -> [Tally; CHECKS.len()] {
    for (left, right) in left.iter_mut().zip(right) {
        left.merge(right);
    }
    left
}
