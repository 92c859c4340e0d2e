//! Values that several objects hold.

use super::*;

#[test]
fn every_holder_of_a_duplicate_is_named_with_the_others() {
    let facts = facts(&[
        user("CN=b", "Ann@contoso.com"),
        user("CN=a", "ann@contoso.COM "),
        user("CN=c", "lee@contoso.com"),
    ]);
    let found = known(&facts.upn_duplicate);
    assert_eq!(found.count, 2);
    let named: Vec<_> = found.samples.iter().map(|s| (&*s.dn, &*s.others)).collect();
    let (a, b) = ("CN=a".to_owned(), "CN=b".to_owned());
    assert_eq!(named, [("CN=a", &[b][..]), ("CN=b", &[a][..])]);
}

#[test]
fn an_address_is_compared_across_attributes_and_kinds() {
    let mut holder = user("CN=user", "ann@contoso.com");
    holder.mail = Some("info@contoso.com".to_owned());
    let mut group = object(ObjectKind::Group, "CN=group");
    group.proxy_addresses = vec!["SMTP:Info@contoso.com".to_owned()];
    let mut contact = object(ObjectKind::Contact, "CN=contact");
    contact.proxy_addresses = vec!["smtp:info@contoso.com".to_owned()];
    let facts = facts(&[holder, group, contact]);
    let found = known(&facts.address_duplicate);
    assert_eq!(found.count, 3);
    let attributes: Vec<_> = found.samples.iter().map(|s| &*s.attribute).collect();
    assert_eq!(attributes, ["proxyAddresses", "proxyAddresses", "mail"]);
}

#[test]
fn an_object_that_holds_its_address_twice_is_no_duplicate() {
    let mut holder = user("CN=ann", "ann@contoso.com");
    holder.mail = Some("ann@contoso.com".to_owned());
    holder.proxy_addresses = vec![
        "SMTP:Ann@contoso.com".to_owned(),
        "sip:ann@contoso.com".to_owned(),
    ];
    holder.target_address = Some("SMTP:ann@contoso.com".to_owned());
    assert_eq!(known(&facts(&[holder]).address_duplicate).count, 0);
}

#[test]
fn the_same_object_read_twice_is_no_duplicate() {
    let twice = [
        user("CN=ann", "ann@contoso.com"),
        user("CN=ann", "ann@contoso.com"),
    ];
    assert_eq!(known(&facts(&twice).upn_duplicate).count, 0);
}

#[test]
fn addresses_of_different_kinds_do_not_collide() {
    let mut first = user("CN=a", "a@contoso.com");
    first.proxy_addresses = vec!["sip:info@contoso.com".to_owned()];
    let mut second = user("CN=b", "b@contoso.com");
    second.proxy_addresses = vec!["smtp:info@contoso.com".to_owned()];
    assert_eq!(known(&facts(&[first, second]).address_duplicate).count, 0);
}

#[test]
fn a_sign_in_name_that_is_an_address_of_another_is_a_conflict_of_both() {
    let mut group = object(ObjectKind::Group, "CN=group");
    group.proxy_addresses = vec!["smtp:Ann@contoso.com".to_owned()];
    let facts = facts(&[user("CN=ann", "ann@contoso.com"), group]);
    let found = known(&facts.upn_address_conflict);
    let named: Vec<_> = found
        .samples
        .iter()
        .map(|s| (&*s.dn, &*s.attribute))
        .collect();
    let expected = [
        ("CN=ann", "userPrincipalName"),
        ("CN=group", "proxyAddresses"),
    ];
    assert_eq!(named, expected);
    assert_eq!(known(&facts.upn_duplicate).count, 0);
    assert_eq!(known(&facts.address_duplicate).count, 0);
}

#[test]
fn who_is_a_duplicate_already_is_no_conflict_as_well() {
    let with_mail = |dn: &str, upn: &str| DirectoryObject {
        mail: Some("ann@contoso.com".to_owned()),
        ..user(dn, upn)
    };
    let facts = facts(&[
        with_mail("CN=a", "a@contoso.com"),
        with_mail("CN=b", "b@contoso.com"),
        user("CN=c", "ann@contoso.com"),
    ]);
    assert_eq!(known(&facts.address_duplicate).count, 2);
    let conflict = known(&facts.upn_address_conflict);
    assert_eq!((conflict.count, &*conflict.samples[0].dn), (1, "CN=c"));
}

#[test]
fn a_target_address_that_another_holds_is_the_forwarding_objects_fault() {
    let mut contact = object(ObjectKind::Contact, "CN=contact");
    contact.target_address = Some("SMTP:ann@contoso.com".to_owned());
    let facts = facts(&[user("CN=ann", "ann@contoso.com"), contact]);
    let found = known(&facts.target_address_duplicate);
    assert_eq!((found.count, &*found.samples[0].dn), (1, "CN=contact"));
    assert_eq!(found.samples[0].others, ["CN=ann"]);
}

#[test]
fn an_address_on_objects_of_one_kind_is_no_mismatch() {
    let with_mail = |kind, dn: &str| DirectoryObject {
        mail: Some("info@contoso.com".to_owned()),
        ..object(kind, dn)
    };
    for (other, expected) in [(ObjectKind::User, 0), (ObjectKind::Group, 2)] {
        let facts = facts(&[
            with_mail(ObjectKind::User, "CN=a"),
            with_mail(other, "CN=b"),
        ]);
        assert_eq!(known(&facts.address_duplicate).count, 2);
        assert_eq!(known(&facts.address_type_mismatch).count, expected);
    }
}

#[test]
fn account_names_collide_only_among_users_without_a_sign_in_name() {
    let cases = [
        ("", "", 2),
        ("", "b@contoso.com", 0),
        ("a@contoso.com", "b@contoso.com", 0),
    ];
    for (first, second, expected) in cases {
        let facts = facts(&[user("CN=a,DC=eu", first), user("CN=b,DC=us", second)]);
        let count = known(&facts.account_name_duplicate).count;
        assert_eq!(count, expected, "{first:?} and {second:?}");
    }
}

#[test]
fn aliases_collide_whatever_the_kind_of_object() {
    let with_alias = |kind, dn: &str, alias: &str| DirectoryObject {
        mail_nickname: Some(alias.to_owned()),
        ..object(kind, dn)
    };
    let facts = facts(&[
        with_alias(ObjectKind::Group, "CN=a", "Sales"),
        with_alias(ObjectKind::Contact, "CN=b", "sales"),
        with_alias(ObjectKind::Contact, "CN=c", "other"),
    ]);
    assert_eq!(known(&facts.nickname_duplicate).count, 2);
}

#[test]
fn an_anchor_is_the_consistency_guid_or_else_the_objects_own() {
    let with_anchor = |dn: &str, guid: &str, anchor: Option<&str>| DirectoryObject {
        guid: guid.to_owned(),
        consistency_guid: anchor.map(str::to_owned),
        ..user(dn, &format!("{guid}@contoso.com"))
    };
    let cases = [
        // Copied from an object that still has it, in either form.
        (None, Some("G1"), 2),
        (Some("g1"), Some("G1"), 2),
        // Both copied from a third.
        (Some("g9"), Some("G9"), 2),
        // Moved: the old object has another anchor by now.
        (Some("g8"), Some("G1"), 0),
        (None, None, 0),
    ];
    for (first, second, expected) in cases {
        let facts = facts(&[
            with_anchor("CN=a", "g1", first),
            with_anchor("CN=b", "g2", second),
        ]);
        let count = known(&facts.anchor_duplicate).count;
        assert_eq!(count, expected, "{first:?} and {second:?}");
    }
}

#[test]
fn what_synchronisation_leaves_out_is_no_holder() {
    let mut written_back = user("CN=b", "ann@contoso.com");
    written_back.written_back = true;
    let facts = facts(&[user("CN=a", "ann@contoso.com"), written_back]);
    assert_eq!(known(&facts.upn_duplicate).count, 0);
    assert_eq!((facts.checked, facts.left_out), (1, 1));
}
