//! Faults of one object by itself, for each check a table of what it finds and what it leaves.

use waterline_facts::objects::{ObjectCheck, account_control};

use super::*;

type Change = fn(&mut DirectoryObject);

/// The moment of the run: 2026-01-01.
const NOW: i64 = 1_767_225_600;
const DAY: i64 = 24 * 60 * 60;

/// A user, group or contact without a fault.
fn sound(kind: ObjectKind) -> DirectoryObject {
    let mut object = object(kind, "CN=ann");
    object.mail = Some("ann@contoso.com".to_owned());
    object.proxy_addresses = vec!["SMTP:ann@contoso.com".to_owned()];
    object.mail_nickname = Some("ann".to_owned());
    match kind {
        ObjectKind::User => {
            object.user_principal_name = Some("ann@contoso.com".to_owned());
            object.account_control = Some(512);
            object.primary_group = Some(513);
        }
        ObjectKind::Group => object.group_type = Some(2),
        _ => object.sam_account_name = None,
    }
    object
}

/// The checks that find something in an object.
fn failed(object: DirectoryObject) -> Vec<ObjectCheck> {
    let mut checker = Checker::new(&Profile::default()).at(NOW);
    checker.feed(&[object]);
    let facts = checker.finish();
    let checks = facts.checks();
    checks
        .filter(|(_, found)| known(found).count > 0)
        .map(|(check, _)| check)
        .collect()
}

/// Each change makes a sound object of the kind fail the check, or leaves it as it is.
fn table(check: ObjectCheck, kind: ObjectKind, faulty: &[Change], sound_changes: &[Change]) {
    for (changes, is_faulty) in [(faulty, true), (sound_changes, false)] {
        for (number, change) in changes.iter().enumerate() {
            let mut object = sound(kind);
            change(&mut object);
            let found = failed(object.clone()).contains(&check);
            assert_eq!(found, is_faulty, "{check:?}, change {number}: {object:?}");
        }
    }
}

#[test]
fn sound_objects_fail_no_check() {
    for kind in [ObjectKind::User, ObjectKind::Group, ObjectKind::Contact] {
        assert_eq!(failed(sound(kind)), []);
    }
}

#[test]
fn account_names_are_asked_of_users_and_groups() {
    for kind in [ObjectKind::User, ObjectKind::Group] {
        let faulty: [Change; 1] = [|o| o.sam_account_name = None];
        table(ObjectCheck::AccountNameMissing, kind, &faulty, &[]);
    }
    assert!(!failed(sound(ObjectKind::Contact)).contains(&ObjectCheck::AccountNameMissing));
}

#[test]
fn names_and_addresses_differ_only_if_both_are_sound() {
    table(
        ObjectCheck::UpnNotMail,
        ObjectKind::User,
        &[|o| o.mail = Some("lee@contoso.com".to_owned())],
        &[
            |o| o.mail = Some("ANN@contoso.com".to_owned()),
            |o| o.mail = Some("lee@contoso.local".to_owned()),
            |o| o.mail = Some("lee lee@contoso.com".to_owned()),
            |o| o.mail = None,
        ],
    );
}

#[test]
fn only_enabled_users_need_an_address() {
    table(
        ObjectCheck::AddressMissing,
        ObjectKind::User,
        &[|o| (o.mail, o.proxy_addresses) = (None, vec!["sip:a@contoso.com".to_owned()])],
        &[
            |o| o.mail = None,
            |o| o.proxy_addresses.clear(),
            |o| (o.mail, o.proxy_addresses, o.account_control) = (None, Vec::new(), Some(514)),
            |o| (o.mail, o.proxy_addresses, o.account_control) = (None, Vec::new(), None),
        ],
    );
}

#[test]
fn addresses_outside_public_domains_are_found_but_for_those_elsewhere() {
    let proxy: Change = |o| o.proxy_addresses.push("smtp:a@contoso.local".to_owned());
    let mail: Change = |o| o.mail = Some("a@contoso.local".to_owned());
    let sip: Change = |o| o.proxy_addresses.push("sip:a@contoso.local".to_owned());
    let forwarded: Change = |o| {
        o.mail = Some("a@partner.local".to_owned());
        o.target_address = Some("SMTP:a@partner.local".to_owned());
    };
    let check = ObjectCheck::AddressUnroutable;
    table(check, ObjectKind::User, &[proxy, mail], &[sip, forwarded]);
    table(check, ObjectKind::Group, &[proxy, mail], &[sip]);
    table(check, ObjectKind::Contact, &[], &[proxy, mail]);
}

#[test]
fn three_hundred_addresses_are_not_too_many() {
    fn many(object: &mut DirectoryObject, count: usize) {
        let addresses = (0..count).map(|n| format!("smtp:a{n}@contoso.com"));
        object.proxy_addresses = addresses.collect();
    }
    let check = ObjectCheck::AddressesTooMany;
    table(
        check,
        ObjectKind::Group,
        &[|o| many(o, 301)],
        &[|o| many(o, 300)],
    );
}

#[test]
fn users_with_attributes_of_exchange_need_an_alias() {
    table(
        ObjectCheck::NicknameMissing,
        ObjectKind::User,
        &[
            |o| o.mail_nickname = None,
            |o| (o.mail_nickname, o.target_address) = (None, Some("SMTP:a@x.com".to_owned())),
            |o| (o.mail_nickname, o.hidden_from_address_lists) = (None, true),
        ],
        &[|o| (o.mail_nickname, o.proxy_addresses) = (None, Vec::new())],
    );
    let without: [Change; 1] = [|o| o.mail_nickname = None];
    table(
        ObjectCheck::NicknameMissing,
        ObjectKind::Group,
        &[],
        &without,
    );
}

#[test]
fn aliases_are_dotted_words() {
    for (alias, is_faulty) in [
        ("ann", false),
        ("ann.lee", false),
        ("a#b", false),
        (".ann", true),
        ("ann.", true),
        ("...", true),
        ("ann lee", true),
        ("ann@lee", true),
        ("jörg", true),
    ] {
        let mut object = sound(ObjectKind::User);
        object.mail_nickname = Some(alias.to_owned());
        let found = failed(object).contains(&ObjectCheck::NicknameMalformed);
        assert_eq!(found, is_faulty, "{alias}");
    }
}

#[test]
fn reserved_aliases_are_those_of_groups() {
    let reserved: [Change; 2] = [
        |o| o.mail_nickname = Some("Postmaster".to_owned()),
        |o| o.mail_nickname = Some("ssl-admin".to_owned()),
    ];
    let free: [Change; 1] = [|o| o.mail_nickname = Some("postmasters".to_owned())];
    table(
        ObjectCheck::AliasReserved,
        ObjectKind::Group,
        &reserved,
        &free,
    );
    table(ObjectCheck::AliasReserved, ObjectKind::User, &[], &reserved);
}

#[test]
fn display_names_are_neither_blank_nor_padded() {
    let named = |name: &str| {
        let mut object = sound(ObjectKind::User);
        object.display_name = Some(name.to_owned());
        failed(object)
    };
    assert_eq!(named("Ann Lee"), []);
    for blank in ["", "  ", "\u{a0}\u{200b}"] {
        assert_eq!(named(blank), [ObjectCheck::DisplayNameBlank], "{blank:?}");
    }
    for padded in [" Ann", "Ann ", "Ann\u{3000}"] {
        assert_eq!(
            named(padded),
            [ObjectCheck::DisplayNamePadded],
            "{padded:?}"
        );
    }
}

#[test]
fn contacts_and_distribution_groups_need_an_address() {
    table(
        ObjectCheck::ContactWithoutMail,
        ObjectKind::Contact,
        &[
            |o| o.proxy_addresses.clear(),
            |o| (o.mail, o.proxy_addresses) = (None, vec!["X500:/o=Org".to_owned()]),
            |o| (o.mail, o.proxy_addresses) = (None, vec!["smtp:ann".to_owned()]),
        ],
        &[
            |o| o.mail = None,
            |o| o.proxy_addresses = vec!["X500:/o=Org".to_owned()],
        ],
    );
    table(
        ObjectCheck::DistributionGroupWithoutMail,
        ObjectKind::Group,
        &[
            |o| (o.mail, o.proxy_addresses) = (None, Vec::new()),
            |o| o.proxy_addresses = vec!["X500:/o=Org".to_owned()],
        ],
        &[
            |o| o.mail = None,
            |o| o.proxy_addresses.clear(),
            |o| (o.mail, o.proxy_addresses, o.group_type) = (None, Vec::new(), Some(i32::MIN + 2)),
            |o| (o.mail, o.proxy_addresses, o.group_type) = (None, Vec::new(), None),
        ],
    );
}

#[test]
fn groups_are_large_above_one_limit_and_too_large_above_the_other() {
    for (members, expected) in [
        (50_000, &[][..]),
        (50_001, &[ObjectCheck::GroupLarge]),
        (250_000, &[ObjectCheck::GroupLarge]),
        (250_001, &[ObjectCheck::GroupTooLarge]),
    ] {
        let mut group = sound(ObjectKind::Group);
        group.members = members;
        assert_eq!(failed(group), expected, "{members}");
    }
}

#[test]
fn what_an_object_is_can_be_its_fault() {
    table(
        ObjectCheck::InetOrgPerson,
        ObjectKind::User,
        &[|o| o.class = "inetOrgPerson".to_owned()],
        &[|o| o.class = "user".to_owned()],
    );
    table(
        ObjectCheck::LinkedMailbox,
        ObjectKind::User,
        &[|o| o.recipient_type = Some(2)],
        &[|o| o.recipient_type = Some(1), |o| o.recipient_type = None],
    );
    table(
        ObjectCheck::PrimaryGroupOther,
        ObjectKind::User,
        &[|o| o.primary_group = Some(514)],
        &[|o| o.primary_group = None],
    );
    table(
        ObjectCheck::ProtectedAccount,
        ObjectKind::Group,
        &[|o| o.admin_count = true],
        &[|o| o.admin_count = false],
    );
}

#[test]
fn losers_of_a_conflict_are_told_by_either_name_computers_too() {
    let changes: [Change; 2] = [
        |o| o.dn = "CN=ann\\0ACNF:6f9619ff,DC=contoso".to_owned(),
        |o| o.sam_account_name = Some("$DUPLICATE-1f4".to_owned()),
    ];
    let others: [Change; 1] = [|o| o.dn = "CN=ann CNF:6f9619ff,DC=contoso".to_owned()];
    for kind in [ObjectKind::User, ObjectKind::Computer] {
        table(ObjectCheck::ConflictObject, kind, &changes, &others);
    }
}

#[test]
fn flags_count_on_enabled_users_only() {
    for (check, bit) in [
        (
            ObjectCheck::SmartCardRequired,
            account_control::SMART_CARD_REQUIRED,
        ),
        (
            ObjectCheck::PasswordNeverExpires,
            account_control::PASSWORD_NEVER_EXPIRES,
        ),
        (
            ObjectCheck::PasswordNotRequired,
            account_control::PASSWORD_NOT_REQUIRED,
        ),
    ] {
        for (bits, expected) in [(512 | bit, &[check][..]), (514 | bit, &[]), (512, &[])] {
            let mut user = sound(ObjectKind::User);
            user.account_control = Some(bits);
            assert_eq!(failed(user), expected, "{bits}");
        }
    }
    table(
        ObjectCheck::PasswordMustChange,
        ObjectKind::User,
        &[|o| o.password_must_change = true],
        &[|o| (o.password_must_change, o.account_control) = (true, Some(514))],
    );
}

#[test]
fn accounts_expire_and_go_stale_by_the_moment_of_the_run() {
    table(
        ObjectCheck::AccountExpired,
        ObjectKind::User,
        &[|o| o.account_expires_s = Some(NOW - 1)],
        &[
            |o| o.account_expires_s = Some(NOW),
            |o| (o.account_expires_s, o.account_control) = (Some(NOW - 1), Some(514)),
        ],
    );
    table(
        ObjectCheck::StaleAccount,
        ObjectKind::User,
        &[
            |o| o.last_logon_s = Some(NOW - 180 * DAY - 1),
            |o| o.created_s = Some(NOW - 181 * DAY),
        ],
        &[
            |o| o.last_logon_s = Some(NOW - 180 * DAY),
            |o| (o.last_logon_s, o.created_s) = (Some(NOW), Some(NOW - 999 * DAY)),
            |o| o.created_s = None,
        ],
    );
}

#[test]
fn without_a_moment_nothing_is_said_of_what_expired() {
    let facts = facts(&[sound(ObjectKind::User)]);
    for fact in [facts.account_expired, facts.stale_account] {
        assert_eq!(fact.gap().unwrap().reason, Reason::NotConfigured);
    }
}

#[test]
fn fifteen_certificates_are_not_too_many() {
    let check = ObjectCheck::CertificatesTooMany;
    for kind in [ObjectKind::User, ObjectKind::Contact, ObjectKind::Computer] {
        table(
            check,
            kind,
            &[|o| o.certificates = 16],
            &[|o| o.certificates = 15],
        );
    }
    table(
        ObjectCheck::SmimeCertificatesTooMany,
        ObjectKind::User,
        &[|o| o.smime_certificates = 16],
        &[|o| o.smime_certificates = 15],
    );
}

#[test]
fn an_anchor_of_another_object_is_foreign() {
    fn anchored(object: &mut DirectoryObject, guid: &str, anchor: &str) {
        object.guid = guid.to_owned();
        object.consistency_guid = Some(anchor.to_owned());
    }
    table(
        ObjectCheck::AnchorForeign,
        ObjectKind::User,
        &[|o| anchored(o, "6f96", "7f96")],
        &[|o| anchored(o, "6f96", "6F96"), |o| anchored(o, "", "7f96")],
    );
}
