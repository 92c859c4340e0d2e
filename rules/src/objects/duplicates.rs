//! Runs the checks of values that several objects hold, when all objects were seen.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
};

use waterline_facts::objects::{OTHERS, ObjectCheck, ViolationKind};

use super::{
    account_name_duplicate, address_duplicate, address_type_mismatch, anchor_duplicate,
    finding::{Finding, FindingSink},
    holders::Shared,
    meeting::{AtFault, Meeting},
    names::Names,
    nickname_duplicate,
    tally::{Tally, shorten},
    target_address_duplicate, upn_address_conflict, upn_duplicate,
};

/// How many other holders a finding names that is no sample: each has a finding of its own.
const FEW: usize = 20;

/// Who is at fault for a value that several objects hold.
type Judge = for<'a> fn(&Meeting<'a>) -> Vec<AtFault<'a>>;

/// The checks of values that several objects hold.
const CHECKS: [(ObjectCheck, ViolationKind, Judge); 8] = [
    (
        ObjectCheck::UpnDuplicate,
        ViolationKind::Duplicate,
        upn_duplicate::at_fault,
    ),
    (
        ObjectCheck::UpnAddressConflict,
        ViolationKind::Duplicate,
        upn_address_conflict::at_fault,
    ),
    (
        ObjectCheck::AccountNameDuplicate,
        ViolationKind::Duplicate,
        account_name_duplicate::at_fault,
    ),
    (
        ObjectCheck::AddressDuplicate,
        ViolationKind::Duplicate,
        address_duplicate::at_fault,
    ),
    (
        ObjectCheck::AddressTypeMismatch,
        ViolationKind::Mismatch,
        address_type_mismatch::at_fault,
    ),
    (
        ObjectCheck::TargetAddressDuplicate,
        ViolationKind::Duplicate,
        target_address_duplicate::at_fault,
    ),
    (
        ObjectCheck::NicknameDuplicate,
        ViolationKind::Duplicate,
        nickname_duplicate::at_fault,
    ),
    (
        ObjectCheck::AnchorDuplicate,
        ViolationKind::Duplicate,
        anchor_duplicate::at_fault,
    ),
];

/// Finds who holds what with others, and hands it out value by value.
pub fn judge(
    shared: &[Shared],
    names: &Names,
    tallies: &mut BTreeMap<ObjectCheck, Tally>,
    sink: &mut dyn FindingSink,
) {
    let mut concerned = CHECKS.map(|_| HashSet::new());
    for shared in shared {
        let meeting = Meeting::new(shared, names);
        for ((check, kind, at_fault), concerned) in CHECKS.iter().zip(&mut concerned) {
            let tally = tallies.entry(*check).or_default();
            for fault in at_fault(&meeting) {
                concerned.insert(fault.0.number);
                let finding = finding(*check, *kind, fault, &meeting, tally);
                tally.sample(fault.0.dn, &finding);
                sink.take(&finding);
            }
        }
    }
    for ((check, ..), concerned) in CHECKS.iter().zip(concerned) {
        let tally = tallies.entry(*check).or_default();
        tally.count(concerned.len() as u64);
    }
}

fn finding(
    check: ObjectCheck,
    kind: ViolationKind,
    (holder, attribute): AtFault<'_>,
    meeting: &Meeting<'_>,
    tally: &Tally,
) -> Finding {
    let others = meeting.holders.iter().map(|holder| holder.dn);
    let named = if tally.wants(holder.dn) { OTHERS } else { FEW };
    let words = match kind {
        ViolationKind::Mismatch => {
            format!(
                "is held by {} objects of different kinds",
                meeting.holders.len()
            )
        }
        _ => format!("is held by {} objects", meeting.holders.len()),
    };
    Finding {
        check,
        object: holder.number,
        attribute: Cow::Borrowed(attribute),
        value: shorten(meeting.value),
        kind,
        fault: words.into(),
        candidate: None,
        others: others
            .filter(|other| *other != holder.dn)
            .take(named)
            .map(str::to_owned)
            .collect(),
    }
}
