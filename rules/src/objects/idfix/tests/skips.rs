//! Which objects the tool skips.

use super::*;

/// Whether the object, which has an error, is left out of the table.
fn is_skipped(rules: RuleSet, mut object: DirectoryObject) -> bool {
    object
        .mail
        .get_or_insert_with(|| "x@contoso.com".to_owned());
    object.display_name.get_or_insert_default();
    let long = object.display_name.as_mut().unwrap();
    long.push_str(&"x".repeat(300));
    table(rules, &[object]).is_empty()
}

fn named(name: &str) -> DirectoryObject {
    sound("user", name)
}

#[test]
fn common_names_are_skipped_by_prefix_in_both_sets() {
    let cases = [
        ("krbtgt", true),
        ("Administration Team", true),
        ("GUEST relations", true),
        ("msolar", true),
        ("CAS_{1}", true),
        ("CAS_1", false),
        ("HealthMailbox1", true),
        ("Exchange Online-ApplicationAccount", true),
        ("PC$", true),
        ("Adm", false),
        ("Ann Guest", false),
        ("$Ann", false),
    ];
    for (name, expected) in cases {
        for rules in [RuleSet::MultiTenant, RuleSet::Dedicated] {
            assert_eq!(is_skipped(rules, named(name)), expected, "{rules:?} {name}");
        }
    }
}

#[test]
fn conflicts_are_skipped_in_both_sets() {
    for dn in ["CN=ann\\0ACNF:1-2,DC=contoso,DC=com", "CN=ann\\0acnf:1"] {
        for rules in [RuleSet::MultiTenant, RuleSet::Dedicated] {
            let mut object = named("ann");
            object.dn = dn.to_owned();
            assert!(is_skipped(rules, object), "{dn}");
        }
    }
}

#[test]
fn critical_objects_are_skipped_in_the_multi_tenant_set_alone() {
    let mut object = named("ann");
    object.critical = true;
    assert!(is_skipped(RuleSet::MultiTenant, object.clone()));
    assert!(!is_skipped(RuleSet::Dedicated, object));
}

#[test]
fn users_are_skipped_by_account_nickname_or_hidden_display_name() {
    let skipped = |change: fn(&mut DirectoryObject)| {
        let mut object = named("ann");
        change(&mut object);
        let dedicated = is_skipped(RuleSet::Dedicated, object.clone());
        let mut person = object.clone();
        person.class = "inetOrgPerson".to_owned();
        assert!(!dedicated && !is_skipped(RuleSet::MultiTenant, person));
        is_skipped(RuleSet::MultiTenant, object)
    };
    assert!(skipped(|user| user.sam_account_name = Some("MSOL_1".into())));
    assert!(skipped(
        |user| user.sam_account_name = Some("support_1".into())
    ));
    assert!(!skipped(|user| user.sam_account_name = Some("AAD_1".into())));
    assert!(skipped(
        |user| user.mail_nickname = Some("SystemMailbox{1}".into())
    ));
    assert!(!skipped(|user| user.mail_nickname = Some("MSOL_1".into())));
    assert!(skipped(|user| {
        user.display_name = Some("Msol sync".into());
        user.hidden_from_address_lists = true;
    }));
    assert!(!skipped(|user| user.display_name = Some("MSOL sync".into())));
}

#[test]
fn recipient_types_never_skip_as_they_are_compared_in_hexadecimal() {
    for recipient_type in [
        4096,
        8192,
        16384,
        4_194_304,
        8_388_608,
        16_777_216,
        536_870_912,
    ] {
        let mut object = named("ann");
        object.recipient_type = Some(recipient_type);
        assert!(!is_skipped(RuleSet::MultiTenant, object));
    }
}

#[test]
fn groups_are_skipped_by_kind_and_addresses() {
    // Kind, mail, proxy address, whether it is skipped.
    let cases = [
        (Some(-1), false, true, true),
        (Some(-1), true, false, false),
        (Some(2), true, false, true),
        (Some(2), false, true, false),
        (None, false, false, false),
    ];
    for (group_type, mail, proxy, expected) in cases {
        let mut group = sound("group", "staff");
        group.display_name = None;
        group.group_type = group_type;
        group.mail = mail.then(|| "staff@contoso.com".to_owned());
        group.proxy_addresses = match proxy {
            true => vec!["smtp:staff@contoso.com".to_owned()],
            false => Vec::new(),
        };
        assert_eq!(multi_tenant(group).is_empty(), expected, "{group_type:?}");
    }
}

#[test]
fn the_dedicated_set_asks_for_objects_with_mail_alone() {
    let group = with(sound("group", "staff"), "displayName", " staff ");
    assert_eq!(dedicated(group.clone()), []);
    assert_eq!(dedicated(with(group, "mail", "staff@contoso.com")).len(), 1);
}

#[test]
fn computers_and_service_accounts_are_not_asked_for() {
    for kind in [ObjectKind::Computer, ObjectKind::ServiceAccount] {
        assert_eq!(multi_tenant(DirectoryObject::new(kind, "CN=pc")), []);
    }
}
