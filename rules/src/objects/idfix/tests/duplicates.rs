//! Who is reported for a value that several objects hold.

use super::*;

/// Distinguished names, errors and actions of the lines.
fn told(lines: &[Line]) -> Vec<(&str, &str, &str)> {
    lines
        .iter()
        .map(|line| {
            let name = line.dn.split(',').next().unwrap_or_default();
            (name, &*line.errors, line.action)
        })
        .collect()
}

fn pair(attribute: &str, first: &str, second: &str) -> Vec<DirectoryObject> {
    vec![
        with(sound("user", "a"), attribute, first),
        with(sound("contact", "b"), attribute, second),
    ]
}

#[test]
fn both_holders_are_listed_where_the_later_one_is_to_be_edited() {
    for attribute in [
        "mail",
        "userPrincipalName",
        "sAMAccountName",
        "targetAddress",
    ] {
        let lines = table(
            RuleSet::MultiTenant,
            &pair(attribute, "ann@contoso.com", "ANN@contoso.com"),
        );
        assert_eq!(
            told(&lines),
            [("CN=a", "Duplicate", "Edit"), ("CN=b", "Duplicate", "Edit")],
            "{attribute}"
        );
        // The first holder's line has the later one's class and spelling.
        assert_eq!(lines[0].class, "contact");
        assert_eq!(lines[0].value.as_deref(), Some("ANN@contoso.com"));
    }
}

#[test]
fn only_the_later_holder_is_listed_where_it_may_keep_the_value() {
    for attribute in ["mail", "userPrincipalName", "sAMAccountName"] {
        let mut objects = pair(attribute, "ann@contoso.com", "ann@contoso.com");
        objects[1].mail_nickname = Some("b".to_owned());
        let lines = table(RuleSet::MultiTenant, &objects);
        assert_eq!(
            told(&lines),
            [("CN=b", "Duplicate", "Complete")],
            "{attribute}"
        );
        assert_eq!(lines[0].update.as_deref(), Some("ann@contoso.com"));
    }
}

#[test]
fn nickname_may_be_kept_by_a_mailbox() {
    for rules in [RuleSet::MultiTenant, RuleSet::Dedicated] {
        for (mailbox, expected) in [(true, 1), (false, 2)] {
            let mut objects = vec![sound_dedicated("user", "a"), sound_dedicated("user", "b")];
            objects[1].mail_nickname = Some("A".to_owned());
            objects[1].mailbox = mailbox;
            let lines = table(rules, &objects);
            assert_eq!(lines.len(), expected, "{lines:?}");
        }
    }
}

#[test]
fn first_proxy_address_is_removed_or_kept_and_further_ones_are_to_be_edited() {
    let value = "smtp:ann@contoso.com".to_owned();
    let other = "smtp:b@contoso.com".to_owned();
    let first = with(sound("user", "a"), "proxyAddresses", &value);
    let mut later = with(sound("user", "b"), "proxyAddresses", &value);
    let objects = [first.clone(), later.clone()];
    assert_eq!(
        told(&table(RuleSet::MultiTenant, &objects)),
        [("CN=b", "Duplicate", "Remove")]
    );
    later.mail_nickname = Some("b".to_owned());
    let objects = [first.clone(), later.clone()];
    assert_eq!(
        told(&table(RuleSet::MultiTenant, &objects)),
        [("CN=b", "Duplicate", "Complete")]
    );
    later.proxy_addresses = vec![other, value];
    assert_eq!(
        told(&table(RuleSet::MultiTenant, &[first, later])),
        [("CN=a", "Duplicate", "Edit"), ("CN=b", "Duplicate", "Edit")]
    );
}

#[test]
fn prefix_is_part_of_the_value_and_attributes_are_never_compared_with_each_other() {
    let objects = [
        with(sound("user", "a"), "proxyAddresses", "smtp:ann@contoso.com"),
        with(sound("user", "b"), "proxyAddresses", "sip:ann@contoso.com"),
        with(sound("user", "c"), "mail", "ann@contoso.com"),
        with(sound("user", "d"), "userPrincipalName", "ann@contoso.com"),
        with(sound("user", "e"), "targetAddress", "smtp:ann@contoso.com"),
    ];
    assert_eq!(table(RuleSet::MultiTenant, &objects), []);
}

#[test]
fn values_are_compared_as_earlier_rules_left_them_and_the_first_holder_is_then_not_found() {
    let lines = table(
        RuleSet::MultiTenant,
        &pair(
            "userPrincipalName",
            "annlee@contoso.com",
            "ann lee@contoso.com",
        ),
    );
    assert_eq!(told(&lines), [("CN=b", "Character, Duplicate", "Edit")]);
    // Proxy addresses are compared before their characters are cleaned.
    let lines = table(
        RuleSet::MultiTenant,
        &pair(
            "proxyAddresses",
            "smtp:annlee@contoso.com",
            "smtp:ann lee@contoso.com",
        ),
    );
    assert_eq!(told(&lines), [("CN=b", "Character", "Edit")]);
}

#[test]
fn each_later_holder_lists_the_first_one_again() {
    let named = |name: &str| with(sound("user", name), "targetAddress", "smtp:x@contoso.com");
    let lines = table(RuleSet::MultiTenant, &[named("a"), named("b"), named("c")]);
    let names: Vec<_> = told(&lines).iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, ["CN=a", "CN=b", "CN=a", "CN=c"]);
}

#[test]
fn account_names_are_compared_among_objects_without_a_user_principal_name() {
    let mut objects = pair("sAMAccountName", "ann", "ann");
    objects[0].user_principal_name = Some("ann@contoso.com".to_owned());
    assert_eq!(table(RuleSet::MultiTenant, &objects), []);
}

#[test]
fn skipped_objects_hold_nothing() {
    let mut objects = pair("mail", "ann@contoso.com", "ann@contoso.com");
    objects[0].common_name = Some("Guest Relations".to_owned());
    assert_eq!(table(RuleSet::MultiTenant, &objects), []);
}

#[test]
fn last_failing_rule_decides_what_is_done_about_a_duplicate() {
    let value = "smtp:ann@contoso.local";
    let objects = [
        with(sound("user", "a"), "proxyAddresses", value),
        with(sound("user", "b"), "proxyAddresses", value),
    ];
    assert_eq!(
        told(&table(RuleSet::MultiTenant, &objects)),
        [
            ("CN=a", "TopLevelDomain", "Edit"),
            ("CN=a", "Duplicate", "Edit"),
            ("CN=b", "Duplicate, TopLevelDomain", "Edit"),
        ]
    );
}

#[test]
fn dedicated_set_compares_mail_nicknames_and_proxy_addresses_alone() {
    let mut objects = vec![sound_dedicated("user", "a"), sound_dedicated("user", "b")];
    for object in &mut objects {
        object.mail = Some("x@contoso.com".to_owned());
        object.target_address = Some("smtp:x@contoso.com".to_owned());
        object.sam_account_name = Some("x".to_owned());
        object.user_principal_name = Some("x@contoso.com".to_owned());
    }
    let lines = table(RuleSet::Dedicated, &objects);
    assert_eq!(told(&lines), [("CN=b", "Duplicate", "Complete")]);
    assert_eq!(lines[0].attribute, "mail");
}

#[test]
fn figures_count_values_and_not_the_lines_of_first_holders() {
    let mut engine = Engine::new(RuleSet::MultiTenant, TopLevelDomains::public());
    let mut objects = pair("mail", "ann@contoso.com", "ann@contoso.com");
    objects.push(sound("user", "krbtgt"));
    objects.push(DirectoryObject::new(ObjectKind::Computer, "CN=pc"));
    let mut lines = Lines::default();
    engine.feed(&objects, &mut lines).unwrap();
    let expected = Totals {
        found: 3,
        skipped: 1,
        errors: 1,
        duplicates: 1,
    };
    assert_eq!((engine.totals(), lines.0.len()), (expected, 2));
}

#[test]
fn batches_make_no_difference() {
    let objects: Vec<_> = (0..600)
        .map(|number| {
            let name = format!("user {}", number % 400);
            let value = format!("{name}@contoso.com");
            with(sound("user", &name), "userPrincipalName", &value)
        })
        .collect();
    let whole = table(RuleSet::MultiTenant, &objects);
    let mut lines = Lines::default();
    let mut engine = Engine::new(RuleSet::MultiTenant, TopLevelDomains::public());
    for batch in objects.chunks(7) {
        engine.feed(batch, &mut lines).unwrap();
    }
    assert_eq!(whole, lines.0);
    assert_eq!(
        whole.len(),
        600,
        "the first holder is not found by a value with a space"
    );
}
