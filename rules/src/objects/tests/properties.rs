//! What holds for any objects.

use std::collections::BTreeSet;

use proptest::prelude::*;
use waterline_facts::objects::{ObjectCheck, Proposal, Violation, ViolationKind};

use super::*;
use crate::objects::{Finding, proposal};

/// Few letters, so that values meet.
fn any_address() -> impl Strategy<Value = String> {
    "(smtp:|SMTP:|sip:)?[ab ]{1,2}@[ab]\\.(com|local)"
}

fn any_object() -> impl Strategy<Value = DirectoryObject> {
    let kind = prop_oneof![
        3 => Just(ObjectKind::User),
        1 => Just(ObjectKind::Group),
        1 => Just(ObjectKind::Contact),
    ];
    let names = (
        prop::option::of("[abA. ]{1,3}@b\\.(com|local)"),
        prop::option::of("[ab;]{1,2}"),
        prop::option::of("[ab. ]{1,3}"),
        prop::option::of("[ab ]{0,3}"),
    );
    let addresses = (
        prop::option::of("[ab +]{1,2}@b\\.(com|local)"),
        prop::collection::vec(any_address(), 0..3),
        prop::option::of(any_address()),
    );
    (kind, names, addresses).prop_map(|(kind, names, addresses)| {
        let mut object = DirectoryObject::new(kind, "");
        object.common_name = Some("ab".to_owned());
        (object.user_principal_name, object.sam_account_name, ..) = (names.0, names.1);
        (object.mail_nickname, object.display_name) = (names.2, names.3);
        (object.mail, object.proxy_addresses, object.target_address) = addresses;
        object
    })
}

/// Objects, each with a name of its own.
fn any_objects(most: usize) -> impl Strategy<Value = Vec<DirectoryObject>> {
    prop::collection::vec(any_object(), 0..most).prop_map(|mut objects| {
        for (number, object) in objects.iter_mut().enumerate() {
            object.dn = format!("CN={number:03}");
        }
        objects
    })
}

/// All violations, not the first of each check alone.
fn violations(objects: &[DirectoryObject]) -> BTreeSet<(ObjectCheck, Violation)> {
    let mut found: Vec<Finding> = Vec::new();
    let mut checker = Checker::new(&Profile::default());
    checker.feed_into(objects, &mut found);
    let (_, settlement) = checker.conclude(&mut found);
    let settled = found.into_iter();
    settled
        .map(|finding| (finding.check, settlement.settle(finding)))
        .collect()
}

/// What is wrong with what: a duplicate may be another check's when others hold the value.
fn wrong((_, violation): &(ObjectCheck, Violation)) -> (ViolationKind, &str, &str, &str) {
    let Violation {
        dn,
        attribute,
        value,
        kind,
        ..
    } = violation;
    (*kind, dn, attribute, value)
}

/// What makes two violations the same, though others hold the value by now.
fn key((check, violation): &(ObjectCheck, Violation)) -> (ObjectCheck, &str, &str, &str) {
    (
        *check,
        &violation.dn,
        &violation.attribute,
        &violation.value,
    )
}

proptest! {
    // Each case judges many objects, some of them several times.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_feeding_does_not_change_the_result(
        objects in any_objects(80),
        seed in any::<prop::sample::Index>(),
        batch in 1_usize..20,
    ) {
        let mut turned = objects.clone();
        if !turned.is_empty() {
            let middle = seed.index(turned.len());
            turned.rotate_left(middle);
            turned.reverse();
        }
        let mut checker = Checker::new(&Profile::default());
        for part in turned.chunks(batch) {
            checker.feed(part);
        }
        prop_assert_eq!(checker.finish(), facts(&objects));
        prop_assert_eq!(violations(&turned), violations(&objects));
    }

    #[test]
    fn an_object_that_comes_again_changes_nothing(
        objects in any_objects(40),
        again in any::<prop::sample::Index>(),
    ) {
        let mut twice = objects.clone();
        if !objects.is_empty() {
            twice.push(objects[again.index(objects.len())].clone());
        }
        prop_assert_eq!(facts(&twice), facts(&objects));
    }

    #[test]
    fn a_proposal_mends_its_violation_and_makes_no_other(objects in any_objects(12)) {
        let before = violations(&objects);
        for (check, violation) in &before {
            let Proposal::Proposed(value) = &violation.proposal else {
                continue;
            };
            let mut mended = objects.clone();
            for object in mended.iter_mut().filter(|object| object.dn == violation.dn) {
                *object = proposal::with(object, &violation.attribute, &violation.value, value);
            }
            let after = violations(&mended);
            let this = (*check, violation.clone());
            prop_assert!(after.iter().all(|left| key(left) != key(&this)), "{this:?} is left");
            for left in &after {
                let is_old = before.iter().any(|old| wrong(old) == wrong(left));
                prop_assert!(is_old, "{this:?} makes {left:?}");
            }
        }
    }

    #[test]
    fn a_value_is_proposed_to_one_object_alone(objects in any_objects(30)) {
        let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
        for (_, violation) in violations(&objects) {
            let competing = violation.attribute == "userPrincipalName";
            if let (Proposal::Proposed(value), true) = (violation.proposal, competing) {
                taken.insert((value.to_lowercase(), violation.dn));
            }
        }
        let values: BTreeSet<_> = taken.iter().map(|(value, _)| value).collect();
        prop_assert_eq!(values.len(), taken.len());
    }

    #[test]
    fn no_value_makes_a_check_panic(text in ".{0,40}") {
        let mut object = user(&text, &text);
        object.mail = Some(text.clone());
        object.sam_account_name = Some(text.clone());
        object.mail_nickname = Some(text.clone());
        object.display_name = Some(text.clone());
        object.target_address = Some(text.clone());
        object.proxy_addresses = vec![text];
        prop_assert!(facts(&[object]).checked + 1 > 0);
    }
}
