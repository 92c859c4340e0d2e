//! Counts machines by what they have.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use jiff::Timestamp;
use waterline_facts::{
    HostsFacts,
    hosts::{Remark, RemarkReason},
    seen::known_or_absent,
};

use super::{
    Looked,
    group::{Count, Kind},
    machine::Machine,
    remark,
};

/// Kinds that are told apart; made-up ones beyond are counted as one of which nothing is known.
const MOST_KINDS: usize = 20_000;
/// Remarks that are kept by name.
const MOST_REMARKS: usize = 1000;
/// Names of machines that are kept for examples of a group.
const SAMPLES: usize = 5;

/// Machines as they come, of each a few numbers.
#[derive(Default)]
pub(super) struct Tally {
    facts: HostsFacts,
    kinds: BTreeMap<Kind, u32>,
    machines: HashMap<String, Kept>,
}

/// What stays of a machine.
struct Kept {
    name: String,
    file: String,
    captured: Timestamp,
    revision: Option<u32>,
    kinds: Box<[u32]>,
}

impl Tally {
    /// Takes what became of one entry.
    pub(super) fn take(&mut self, looked: Looked) {
        if let Some(remark) = looked.remark {
            self.remark(remark);
        }
        if let Some(machine) = looked.machine {
            self.machine(machine);
        }
    }

    fn remark(&mut self, remark: Remark) {
        let counts = &mut self.facts.passed_over;
        *match remark.reason {
            RemarkReason::Foreign => &mut counts.foreign,
            RemarkReason::Damaged => &mut counts.damaged,
            RemarkReason::Duplicate => &mut counts.duplicate,
            RemarkReason::InPart => &mut counts.in_part,
        } += 1;
        if self.facts.remarks.len() < MOST_REMARKS {
            self.facts.remarks.push(remark);
        }
    }

    /// Of several recordings of a machine the newest counts; of equally old ones the last by name.
    fn machine(&mut self, machine: Machine) {
        let kinds = machine.kinds.into_iter().map(|kind| self.number(kind));
        let mut kinds: Vec<u32> = kinds.collect();
        kinds.sort_unstable();
        kinds.dedup();
        let kept = Kept {
            kinds: kinds.into(),
            name: machine.name,
            file: machine.file,
            captured: machine.captured,
            revision: machine.revision,
        };
        let older = match self.machines.entry(machine.identity) {
            Entry::Vacant(entry) => {
                entry.insert(kept);
                return;
            }
            Entry::Occupied(mut entry) => {
                let newer =
                    (kept.captured, &kept.file) >= (entry.get().captured, &entry.get().file);
                let older = if newer { entry.insert(kept) } else { kept };
                let counts = &entry.get().file;
                remark(
                    &older.file,
                    RemarkReason::Duplicate,
                    format!("{counts} is a newer recording of the same machine"),
                )
            }
        };
        self.remark(older);
    }

    /// The number of a kind.
    fn number(&mut self, kind: Kind) -> u32 {
        let full = self.kinds.len() >= MOST_KINDS && !self.kinds.contains_key(&kind);
        let kind = if full { kind.other() } else { kind };
        // The map is bounded, so its length is far below the limit of the type.
        let next = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        *self.kinds.entry(kind).or_insert(next)
    }

    /// The facts, sorted whatever came first.
    pub(super) fn facts(mut self) -> HostsFacts {
        let mut machines: Vec<Kept> = self.machines.into_values().collect();
        machines.sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
        let mut counts = vec![Count::default(); self.kinds.len()];
        for machine in &machines {
            for kind in &machine.kinds {
                if let Some(count) = counts.get_mut(*kind as usize) {
                    count.add(machine);
                }
            }
        }
        let facts = &mut self.facts;
        facts.machines = machines.len() as u64;
        let captured = || machines.iter().map(|machine| machine.captured);
        facts.oldest = known_or_absent(captured().min());
        facts.newest = known_or_absent(captured().max());
        facts.remarks.sort();
        for (kind, number) in self.kinds {
            let count = std::mem::take(&mut counts[number as usize]);
            // Of kinds that only older recordings had no machine is left.
            if count.machines > 0 {
                kind.add_to(facts, count);
            }
        }
        self.facts
    }
}

impl Count {
    fn add(&mut self, machine: &Kept) {
        self.machines += 1;
        if self.samples.len() < SAMPLES {
            self.samples.push(machine.name.clone());
        }
        self.lowest_revision = match (self.lowest_revision, machine.revision) {
            (Some(lowest), Some(own)) => Some(lowest.min(own)),
            (lowest, own) => lowest.or(own),
        };
    }
}
