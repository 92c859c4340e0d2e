//! How many objects of each kind there are, which of them carry a fault, and who shares it.
//!
//! Everything follows from an object's index, so that any object can be made at any time by itself:
//! nothing is remembered while a directory of millions is written.

use super::faults::Fault;

/// Kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A person's account.
    User,
    /// A group.
    Group,
    /// A mail contact.
    Contact,
    /// A computer.
    Computer,
    /// A group managed service account.
    ServiceAccount,
}

/// The kinds, in the order in which they are written.
pub(super) const KINDS: [Kind; 5] = [
    Kind::User,
    Kind::Group,
    Kind::Contact,
    Kind::Computer,
    Kind::ServiceAccount,
];

/// How many of a thousand objects are of the kinds other than users.
const PER_MILLE: [(Kind, u64); 4] = [
    (Kind::Group, 80),
    (Kind::Contact, 40),
    (Kind::Computer, 280),
    (Kind::ServiceAccount, 4),
];

/// Of so many objects of a kind at most one carries a fault, once every fault has its turn.
const SPARSE: u64 = 1000;

/// What is where.
#[derive(Debug)]
pub(super) struct Layout {
    parts: Vec<Part>,
}

/// An object's fault.
#[derive(Debug)]
pub(super) struct Slot {
    /// The fault.
    pub fault: &'static Fault,
    /// Number of the sound user who shares it, and is the partner of no other fault.
    pub partner: u64,
    /// How often the fault was planted before.
    pub turn: u64,
}

/// The objects of one kind.
#[derive(Debug)]
struct Part {
    kind: Kind,
    count: u64,
    faults: Vec<&'static Fault>,
    /// Every so many objects one carries a fault.
    stride: u64,
    /// How many carry one.
    slots: u64,
    /// How many objects of the kinds before carry one.
    slots_before: u64,
}

impl Layout {
    /// Shares out so many objects, with these faults.
    pub fn new(objects: u64, faults: &[&'static Fault]) -> Self {
        let count = |kind| {
            let share = |(other, per_mille): &(Kind, u64)| {
                (kind == *other).then(|| (objects * per_mille / 1000).max(1))
            };
            let others = PER_MILLE
                .iter()
                .map(|(_, per_mille)| (objects * per_mille / 1000).max(1));
            PER_MILLE
                .iter()
                .find_map(share)
                .unwrap_or_else(|| objects - others.sum::<u64>())
        };
        let mut slots_before = 0;
        let part = |kind| {
            let own: Vec<_> = faults
                .iter()
                .copied()
                .filter(|fault| fault.kind == kind)
                .collect();
            let part = Part::new(kind, count(kind), own, slots_before);
            slots_before += part.slots;
            part
        };
        Self {
            parts: KINDS.map(part).into(),
        }
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: Kind) -> u64 {
        self.part(kind).count
    }

    /// The kind of the object with this index, and which of its kind it is.
    pub fn locate(&self, mut index: u64) -> (Kind, u64) {
        for part in &self.parts {
            if index < part.count {
                return (part.kind, index);
            }
            index -= part.count;
        }
        (Kind::ServiceAccount, index)
    }

    /// How many there are in all.
    pub fn all(&self) -> u64 {
        self.parts.iter().map(|part| part.count).sum()
    }

    /// The fault that an object carries, if it is its turn.
    pub fn slot(&self, kind: Kind, number: u64) -> Option<Slot> {
        let part = self.part(kind);
        let slot = number / part.stride;
        // The last of a stride: the first computers are a controller and an account of the cloud's.
        if number % part.stride != part.stride - 1 || slot >= part.slots {
            return None;
        }
        let users = self.part(Kind::User);
        let partner = sound_number(part.slots_before + slot, users.stride);
        let turn = slot / part.faults.len() as u64;
        let fault = part.fault(slot);
        (partner < users.count).then_some(Slot {
            fault,
            partner,
            turn,
        })
    }

    /// The fault that a user is the partner of.
    pub fn served_by(&self, user: u64) -> Option<&'static Fault> {
        let stride = self.part(Kind::User).stride;
        let (turn, place) = (user / stride, user % stride);
        let nth = (place < stride - 1).then_some(turn * (stride - 1) + place)?;
        let part = self
            .parts
            .iter()
            .find(|part| nth < part.slots_before + part.slots)?;
        Some(part.fault(nth - part.slots_before))
    }

    fn part(&self, kind: Kind) -> &Part {
        let part = self.parts.iter().find(|part| part.kind == kind);
        part.expect("all kinds have a part")
    }
}

/// The n-th user who carries no fault: those between the slots, by turns.
fn sound_number(nth: u64, stride: u64) -> u64 {
    let between = stride - 1;
    nth / between * stride + nth % between
}

impl Part {
    fn new(kind: Kind, count: u64, faults: Vec<&'static Fault>, slots_before: u64) -> Self {
        let kinds = faults.len() as u64;
        let stride = count.checked_div(kinds).unwrap_or(SPARSE).clamp(2, SPARSE);
        let slots = if kinds == 0 { 0 } else { count / stride };
        Self {
            kind,
            count,
            faults,
            stride,
            slots,
            slots_before,
        }
    }

    fn fault(&self, slot: u64) -> &'static Fault {
        let turn = slot % self.faults.len() as u64;
        self.faults[usize::try_from(turn).expect("an index")]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::{super::faults, *};

    #[test]
    fn every_object_has_its_kind_and_no_partner_serves_two_faults() {
        let faults: Vec<_> = faults::all().collect();
        for objects in [100, 3_000, 50_000] {
            let layout = Layout::new(objects, &faults);
            assert_eq!(
                KINDS.map(|kind| layout.count(kind)).iter().sum::<u64>(),
                objects
            );
            let (mut partners, mut broken) = (HashSet::new(), HashSet::new());
            for index in 0..objects {
                let (kind, number) = layout.locate(index);
                let Some(slot) = layout.slot(kind, number) else {
                    continue;
                };
                let partner = slot.partner;
                assert!(partners.insert(partner), "{partner} twice among {objects}");
                assert_eq!(layout.served_by(partner).unwrap().id, slot.fault.id);
                if kind == Kind::User {
                    broken.insert(number);
                }
            }
            assert!(partners.is_disjoint(&broken));
        }
    }

    #[test]
    fn every_fault_has_its_turn_and_few_objects_carry_one() {
        let faults: Vec<_> = faults::all().collect();
        for objects in [5_000, 200_000] {
            let layout = Layout::new(objects, &faults);
            let located = (0..objects).map(|index| layout.locate(index));
            let planted: Vec<_> = located
                .filter_map(|(kind, number)| layout.slot(kind, number))
                .collect();
            let kinds: BTreeSet<_> = planted.iter().map(|slot| slot.fault.id).collect();
            assert_eq!(kinds.len(), faults.len());
            let most = objects / SPARSE + 2 * faults.len() as u64;
            assert!(
                (planted.len() as u64) < most,
                "{} of {objects}",
                planted.len()
            );
        }
    }
}
