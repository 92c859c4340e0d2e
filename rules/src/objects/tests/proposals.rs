//! What is proposed in the place of faulty values.

use waterline_facts::objects::{ObjectCheck, Proposal};

use super::*;

fn with_profile(domains: &[&str], objects: &[DirectoryObject]) -> ObjectFacts {
    let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
    let mut checker = Checker::new(&Profile {
        domains,
        ..Profile::default()
    });
    checker.feed(objects);
    checker.finish()
}

/// What is proposed for the first sample of a check.
fn proposed(facts: &ObjectFacts, check: ObjectCheck) -> Option<&str> {
    match &known(facts.found(check)).samples[0].proposal {
        Proposal::Proposed(value) => Some(value),
        Proposal::Decide => None,
    }
}

fn upn_proposed(upn: &str, mail: Option<&str>) -> Option<String> {
    let mut object = user("CN=ann", upn);
    object.mail = mail.map(str::to_owned);
    let facts = facts(&[object]);
    let failed = facts.checks().find(|(_, found)| known_count(found) > 0);
    let (check, _) = failed.unwrap();
    proposed(&facts, check).map(str::to_owned)
}

fn known_count(found: &Seen<Violations>) -> u64 {
    found.known().map_or(0, |violations| violations.count)
}

#[test]
fn the_mail_address_is_the_best_sign_in_name() {
    let cases = [
        ("ann lee@contoso.com", None, Some("annlee@contoso.com")),
        (
            "ann lee@contoso.com",
            Some("ann.lee@contoso.com"),
            Some("ann.lee@contoso.com"),
        ),
        (
            "ann lee@contoso.com",
            Some("ann+lee@contoso.com"),
            Some("annlee@contoso.com"),
        ),
        ("jörg@contoso.com", None, None),
        (
            "jörg@contoso.com",
            Some("joerg@contoso.com"),
            Some("joerg@contoso.com"),
        ),
        ("ann@contoso.local", None, None),
        (
            "ann@contoso.local",
            Some("ann@contoso.com"),
            Some("ann@contoso.com"),
        ),
        ("ann@contoso.com\n", None, Some("ann@contoso.com")),
        ("ann@con&so.com", None, None),
        ("", Some("ann@contoso.com"), Some("ann@contoso.com")),
        ("", None, None),
    ];
    for (upn, mail, expected) in cases {
        assert_eq!(
            upn_proposed(upn, mail).as_deref(),
            expected,
            "{upn:?} {mail:?}"
        );
    }
}

#[test]
fn the_profiles_first_domain_takes_the_place_of_one_that_cannot_be_verified() {
    let facts = with_profile(&["contoso.com"], &[user("CN=ann", "ann@contoso.local")]);
    let proposal = proposed(&facts, ObjectCheck::UpnUnroutable);
    assert_eq!(proposal, Some("ann@contoso.com"));
    let facts = with_profile(&["contoso.com"], &[user("CN=ann", "")]);
    assert_eq!(
        proposed(&facts, ObjectCheck::UpnMissing),
        Some("ann@contoso.com")
    );
}

#[test]
fn a_value_that_another_holds_in_any_attribute_is_not_proposed() {
    type Set = fn(&mut DirectoryObject, String);
    let sets: [Set; 4] = [
        |o, v| o.user_principal_name = Some(v),
        |o, v| o.mail = Some(v),
        |o, v| o.proxy_addresses = vec![format!("smtp:{v}")],
        |o, v| o.target_address = Some(format!("SMTP:{v}")),
    ];
    for set in sets {
        let mut other = object(ObjectKind::User, "CN=other");
        other.user_principal_name = Some("other@contoso.com".to_owned());
        set(&mut other, "AnnLee@contoso.com".to_owned());
        for order in [[0, 1], [1, 0]] {
            let both = [user("CN=ann", "ann lee@contoso.com"), other.clone()];
            let facts = facts(&order.map(|at: usize| both[at].clone()));
            assert_eq!(proposed(&facts, ObjectCheck::UpnMalformed), None);
        }
    }
}

#[test]
fn a_value_that_something_unsynchronised_holds_is_not_proposed() {
    let mut critical = user("CN=other", "annlee@contoso.com");
    critical.critical = true;
    let facts = facts(&[critical, user("CN=ann", "ann lee@contoso.com")]);
    assert_eq!(proposed(&facts, ObjectCheck::UpnMalformed), None);
}

#[test]
fn nothing_is_free_in_a_directory_that_was_read_in_part() {
    let mut checker = Checker::new(&Profile::default());
    let mut padded = user("CN=ann", "ann lee@contoso.com");
    padded.display_name = Some("Ann ".to_owned());
    checker.feed(&[padded]);
    let facts = checker.finish_early(&Gap::new(Reason::Unreachable, "gone"));
    assert_eq!(proposed(&facts, ObjectCheck::UpnMalformed), None);
    // For a display name nobody competes.
    assert_eq!(
        proposed(&facts, ObjectCheck::DisplayNamePadded),
        Some("Ann")
    );
}

#[test]
fn attributes_besides_the_name_get_proposals_that_fit() {
    let mut object = user("CN=ann", "ann@contoso.com");
    object.common_name = Some("Ann Lee".to_owned());
    object.display_name = Some("  ".to_owned());
    object.mail = Some("SMTP:ann@contoso.com".to_owned());
    object.mail_nickname = Some(".ann.".to_owned());
    object.sam_account_name = Some("an;n".to_owned());
    object.given_name = Some("n".repeat(70));
    object.proxy_addresses = vec!["smtp: lee@contoso.com".to_owned()];
    let facts = facts(&[object]);
    for (check, expected) in [
        (ObjectCheck::DisplayNameBlank, "Ann Lee"),
        (ObjectCheck::AddressMalformed, "ann@contoso.com"),
        (ObjectCheck::NicknameMalformed, "ann"),
        (ObjectCheck::AccountNameMalformed, "ann"),
        (ObjectCheck::AttributeTooLong, &"n".repeat(64)),
    ] {
        assert_eq!(proposed(&facts, check), Some(expected), "{check:?}");
    }
    let proxy = &known(&facts.address_malformed).samples[1];
    assert_eq!(
        proxy.proposal,
        Proposal::Proposed("smtp:lee@contoso.com".to_owned())
    );
}
