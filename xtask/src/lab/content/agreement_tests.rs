//! What is said to be planted is what the object checks find in the content.

use std::collections::BTreeMap;

use jiff::civil::Date;
use waterline_facts::objects::{ObjectKind, Violations};
use waterline_facts::{DirectoryObject, Seen};
use waterline_rules::{Checker, Profile};

use super::{Entry, generate};

#[test]
fn object_checks_find_what_is_said_to_be_planted() {
    let today = Date::constant(2026, 1, 31);
    let content = generate(today);
    let mut checker = Checker::new(&Profile::default());
    let objects: Vec<_> = content.entries.iter().filter_map(object).collect();
    checker.feed(&objects);
    let facts = checker.finish();
    let found: BTreeMap<_, _> = [
        (
            "object-account-name-malformed",
            count(&facts.account_name_malformed),
        ),
        ("object-address-duplicate", count(&facts.address_duplicate)),
        ("object-address-malformed", count(&facts.address_malformed)),
        (
            "object-attribute-too-long",
            count(&facts.attribute_too_long),
        ),
        ("object-upn-duplicate", count(&facts.upn_duplicate)),
        ("object-upn-malformed", count(&facts.upn_malformed)),
        ("object-upn-missing", count(&facts.upn_missing)),
        ("object-upn-unroutable", count(&facts.upn_unroutable)),
    ]
    .into_iter()
    .map(|(rule, count)| (rule.to_owned(), count))
    .collect();
    assert_eq!(found, content.planted(today).checks);
}

fn count(fact: &Seen<Violations>) -> usize {
    match fact {
        Seen::Known(violations) => usize::try_from(violations.count).unwrap(),
        unknown => panic!("not checked: {unknown:?}"),
    }
}

fn object(entry: &Entry) -> Option<DirectoryObject> {
    let kind = match entry.class {
        "user" => ObjectKind::User,
        "group" => ObjectKind::Group,
        "contact" => ObjectKind::Contact,
        _ => return None,
    };
    let value = |attribute: &str| {
        let forced = entry.forced.as_ref().filter(|(name, _)| *name == attribute);
        forced
            .map(|(_, value)| value.as_str())
            .or(entry.first(attribute))
            .map(str::to_owned)
    };
    Some(DirectoryObject {
        sam_account_name: value("sAMAccountName"),
        user_principal_name: value("userPrincipalName"),
        mail: value("mail"),
        display_name: value("displayName"),
        proxy_addresses: entry.values("proxyAddresses").to_vec(),
        account_control: Some(if entry.disabled() { 514 } else { 512 }),
        ..DirectoryObject::new(kind, entry.dn.clone())
    })
}
