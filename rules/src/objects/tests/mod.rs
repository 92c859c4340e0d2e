//! What the checks find, by tables of sound and faulty values.

mod duplicates;
mod faults;
mod properties;
mod proposals;

use waterline_facts::{
    DirectoryObject, Gap, ObjectFacts, Reason, Seen,
    objects::{ObjectKind, SAMPLES, Violations},
};

use super::Checker;
use crate::Profile;

fn object(kind: ObjectKind, dn: &str) -> DirectoryObject {
    DirectoryObject {
        sam_account_name: Some("ann".to_owned()),
        ..DirectoryObject::new(kind, dn)
    }
}

fn user(dn: &str, upn: &str) -> DirectoryObject {
    DirectoryObject {
        user_principal_name: (!upn.is_empty()).then(|| upn.to_owned()),
        ..object(ObjectKind::User, dn)
    }
}

fn facts(objects: &[DirectoryObject]) -> ObjectFacts {
    let mut checker = Checker::new(&Profile::default());
    checker.feed(objects);
    checker.finish()
}

fn known(fact: &Seen<Violations>) -> &Violations {
    fact.known().unwrap()
}

/// Counts of the checks of a user's name: missing, malformed, unroutable, too long.
fn name_counts(upn: &str) -> [u64; 4] {
    let facts = facts(&[user("CN=ann", upn)]);
    [
        known(&facts.upn_missing).count,
        known(&facts.upn_malformed).count,
        known(&facts.upn_unroutable).count,
        known(&facts.attribute_too_long).count,
    ]
}

#[test]
fn sign_in_names_fail_the_check_that_fits() {
    const SOUND: [u64; 4] = [0, 0, 0, 0];
    const MISSING: [u64; 4] = [1, 0, 0, 0];
    const MALFORMED: [u64; 4] = [0, 1, 0, 0];
    const UNROUTABLE: [u64; 4] = [0, 0, 1, 0];
    const LONG: [u64; 4] = [0, 0, 0, 1];
    let local = |length: usize| format!("{}@contoso.com", "a".repeat(length));
    let domain = |length: usize| format!("ann@{}.com", "a".repeat(length - 4));
    let cases = [
        ("ann@contoso.com", SOUND),
        ("o'neil@contoso.com", SOUND),
        ("ann-b_c!d#e^f~g.h@contoso.com", SOUND),
        ("ann@contoso.xn--p1ai", SOUND),
        ("", MISSING),
        ("ann lee@contoso.com", MALFORMED),
        ("ann\u{200b}lee@contoso.com", MALFORMED),
        ("ann@contoso.com\n", MALFORMED),
        ("jörg@contoso.com", MALFORMED),
        ("josé@contoso.com", MALFORMED),
        ("a$b@contoso.com", MALFORMED),
        ("a`b@contoso.com", MALFORMED),
        ("ann.@contoso.com", MALFORMED),
        (".ann@contoso.com", MALFORMED),
        ("ann..lee@contoso.com", MALFORMED),
        ("@contoso.com", MALFORMED),
        ("ann@@contoso.com", MALFORMED),
        ("ann", MALFORMED),
        ("ann@", MALFORMED),
        ("ann@-contoso.com", MALFORMED),
        ("a&b@con&so.com", MALFORMED),
        ("ann@contoso.local", UNROUTABLE),
        ("ann@CONTOSO.Local", UNROUTABLE),
        ("ann@contoso", UNROUTABLE),
        (&local(64), SOUND),
        (&local(65), LONG),
        (&domain(48), SOUND),
        (&domain(49), LONG),
    ];
    for (upn, expected) in cases {
        assert_eq!(name_counts(upn), expected, "{upn:?}");
    }
}

#[test]
fn mail_addresses_are_judged_by_form_and_other_kinds_are_left_alone() {
    let cases = [
        ("SMTP:ann@contoso.com", 0),
        ("smtp:ann@contoso.local", 0),
        ("smtp:o'neil@contoso.com", 0),
        ("ann@contoso.com", 0),
        ("SMTP:ann:x@contoso.com", 1),
        ("SMTP:ann\\x@contoso.com", 1),
        ("smtp: ann@contoso.com", 1),
        ("smtp:josé@contoso.com", 1),
        ("smtp:ann", 1),
        ("smtp:", 1),
        ("sip:ann@contoso.local", 0),
        ("X500:/o=Org/ou=First (A)/cn=Recipients/cn=ann", 0),
        ("X500:/o=Org/cn=o'neil", 0),
        ("X400:C=US;A= ;P=Org;S=Lee;", 0),
        ("NOTES:Ann Lee/Org", 1),
        ("NOTES:Ann-Lee/Org", 0),
        ("sip:ann@contoso.com:5061", 1),
        ("X500:/o=Org/cn=[ann]", 1),
        ("x.400:C=US;\tS=Lee", 1),
        ("EUM:1234;phone-context=dp.contoso.com", 0),
    ];
    for (value, expected) in cases {
        let mut proxied = user("CN=ann", "ann@contoso.com");
        proxied.proxy_addresses = vec![value.to_owned()];
        let mut forwarded = user("CN=ann", "ann@contoso.com");
        forwarded.target_address = Some(value.to_owned());
        for object in [proxied, forwarded] {
            let facts = facts(&[object]);
            assert_eq!(known(&facts.address_malformed).count, expected, "{value}");
        }
    }
}

#[test]
fn a_prefix_within_mail_is_malformed() {
    let mut object = user("CN=ann", "ann@contoso.com");
    object.mail = Some("SMTP:ann@contoso.com".to_owned());
    assert_eq!(known(&facts(&[object]).address_malformed).count, 1);
}

#[test]
fn account_names_fail_on_refused_characters_only() {
    for (name, expected) in [
        ("ann", 0),
        ("ann@x", 0),
        ("o'neil", 0),
        ("ann;x", 1),
        ("ann\\x", 1),
        ("ann*", 1),
    ] {
        let mut object = user("CN=ann", "ann@contoso.com");
        object.sam_account_name = Some(name.to_owned());
        let facts = facts(&[object]);
        assert_eq!(
            known(&facts.account_name_malformed).count,
            expected,
            "{name}"
        );
    }
}

#[test]
fn attributes_pass_at_their_limit_and_fail_one_above() {
    type Set = fn(&mut DirectoryObject, String);
    let cases: [(ObjectKind, usize, Set); 7] = [
        (ObjectKind::User, 256, |o, v| o.display_name = Some(v)),
        (ObjectKind::User, 256, |o, v| o.mail = Some(v)),
        (ObjectKind::User, 64, |o, v| o.mail_nickname = Some(v)),
        (ObjectKind::User, 256, |o, v| o.target_address = Some(v)),
        (ObjectKind::User, 256, |o, v| o.proxy_addresses = vec![v]),
        (ObjectKind::User, 20, |o, v| o.sam_account_name = Some(v)),
        (ObjectKind::Group, 256, |o, v| o.sam_account_name = Some(v)),
    ];
    for (kind, limit, set) in cases {
        for (length, expected) in [(limit, 0), (limit + 1, 1)] {
            let mut object = object(kind, "CN=ann");
            set(&mut object, "a".repeat(length));
            let count = known(&facts(&[object]).attribute_too_long).count;
            assert_eq!(count, expected, "{length} of {limit}");
        }
    }
}

#[test]
fn a_character_outside_the_basic_plane_counts_twice() {
    let mut object = user("CN=ann", "ann@contoso.com");
    object.sam_account_name = Some("𝒳".repeat(11));
    assert_eq!(known(&facts(&[object]).attribute_too_long).count, 1);
}

#[test]
fn what_synchronisation_leaves_out_is_counted_and_not_judged() {
    let mut critical = user("CN=krbtgt", "");
    critical.critical = true;
    let conflict = user("CN=ann\\0ACNF:6f9619ff,DC=contoso", "");
    let mut service = user("CN=sync", "");
    service.sam_account_name = Some("MSOL_0123456789ab".to_owned());
    let mut mailbox = user("CN=system", "");
    mailbox.mail_nickname = Some("SystemMailbox{1f05}".to_owned());
    let computer = object(ObjectKind::Computer, "CN=pc");
    let facts = facts(&[
        critical,
        conflict,
        service,
        mailbox,
        computer,
        user("CN=ann", ""),
    ]);
    assert_eq!((facts.checked, facts.left_out), (1, 4));
    assert_eq!(known(&facts.upn_missing).count, 1);
}

#[test]
fn people_whose_names_begin_like_a_system_account_are_judged() {
    let mut object = user("CN=Administration Team", "");
    object.sam_account_name = Some("msolar".to_owned());
    assert_eq!(known(&facts(&[object]).upn_missing).count, 1);
}

#[test]
fn groups_and_contacts_need_no_sign_in_name() {
    let facts = facts(&[
        object(ObjectKind::Group, "CN=group"),
        object(ObjectKind::Contact, "CN=contact"),
    ]);
    assert_eq!(known(&facts.upn_missing).count, 0);
}

#[test]
fn all_are_counted_and_the_first_by_name_are_kept() {
    let objects: Vec<_> = (0..SAMPLES + 25)
        .rev()
        .map(|n| user(&format!("CN={n:04}"), ""))
        .collect();
    let facts = facts(&objects);
    let found = known(&facts.upn_missing);
    assert_eq!(found.count, objects.len() as u64);
    assert_eq!(found.samples.len(), SAMPLES);
    assert_eq!(
        found.samples[SAMPLES - 1].dn,
        format!("CN={:04}", SAMPLES - 1)
    );
}

#[test]
fn an_early_end_keeps_what_was_seen_and_concludes_nothing_else() {
    let mut checker = Checker::new(&Profile::default());
    checker.feed(&[user("CN=ann", "")]);
    let gap = Gap::new(Reason::Unreachable, "the server went away");
    let facts = checker.finish_early(&gap);
    assert_eq!(known(&facts.upn_missing).count, 1);
    assert_eq!(facts.upn_duplicate, Seen::Unknown(gap.clone()));
    assert_eq!(facts.upn_suffixes, Seen::Unknown(gap));
}

#[test]
fn hostile_values_are_cut_in_samples() {
    let facts = facts(&[user("CN=ann", &"ä".repeat(100_000))]);
    let sample = &known(&facts.upn_malformed).samples[0];
    assert_eq!(sample.value.chars().count(), 301);
}
