//! Each rule on lengths and blanks, below, at and above its limit.

use super::*;

/// A value of so many characters that is sound in this attribute.
fn value(attribute: &str, length: usize) -> String {
    let (prefix, end) = match attribute {
        "mail" | "userPrincipalName" => ("", "@contoso.com"),
        "proxyAddresses" | "targetAddress" => ("SMTP:", "@contoso.com"),
        _ => ("", ""),
    };
    let fill = length - prefix.len() - end.len();
    format!("{prefix}{}{end}", "a".repeat(fill))
}

/// Whether the value of this length is too long, and nothing else is reported of length.
fn is_too_long(rules: RuleSet, class: &str, attribute: &str, length: usize) -> bool {
    let object = match rules {
        RuleSet::MultiTenant => sound(class, "ann"),
        RuleSet::Dedicated => sound_dedicated(class, "ann"),
    };
    let lines = table(rules, &[with(object, attribute, &value(attribute, length))]);
    assert!(
        lines.iter().all(|line| line.attribute == attribute),
        "{lines:?}"
    );
    let Some(line) = lines.first() else {
        return false;
    };
    assert!(line.errors.starts_with("Length"), "{line:?}");
    true
}

#[test]
fn lengths_pass_at_the_limit_and_fail_above_it() {
    use RuleSet::{Dedicated, MultiTenant};
    let cases = [
        (MultiTenant, "user", "displayName", 255),
        (MultiTenant, "user", "givenName", 63),
        (MultiTenant, "user", "mail", 256),
        (MultiTenant, "user", "mailnickname", 64),
        (MultiTenant, "user", "proxyAddresses", 256),
        (MultiTenant, "user", "sAMAccountName", 20),
        (MultiTenant, "inetOrgPerson", "sAMAccountName", 256),
        (MultiTenant, "contact", "sAMAccountName", 256),
        (MultiTenant, "user", "targetAddress", 255),
        (MultiTenant, "user", "userPrincipalName", 113),
        (Dedicated, "user", "displayName", 256),
        (Dedicated, "user", "mail", 256),
        (Dedicated, "user", "mailnickname", 64),
        (Dedicated, "user", "proxyAddresses", 256),
        (Dedicated, "user", "targetAddress", 256),
    ];
    for (rules, class, attribute, most) in cases {
        for (length, expected) in [(most - 1, false), (most, false), (most + 1, true)] {
            let is_long = is_too_long(rules, class, attribute, length);
            assert_eq!(is_long, expected, "{rules:?} {class} {attribute} {length}");
        }
    }
}

#[test]
fn lengths_count_utf_16_code_units() {
    let at_limit = "😀".repeat(31) + "a";
    assert_eq!(
        multi_tenant(with(sound("user", "ann"), "givenName", &at_limit)),
        []
    );
    let above = "😀".repeat(32);
    let lines = multi_tenant(with(sound("user", "ann"), "givenName", &above));
    let cut = "😀".repeat(31) + "\u{fffd}";
    assert_eq!(lines[0].update, Some(cut));
}

#[test]
fn attributes_that_the_dedicated_set_does_not_know_are_not_looked_at() {
    let mut object = sound_dedicated("user", "ann");
    object.given_name = Some("a".repeat(64));
    object.sam_account_name = Some("a;".repeat(20));
    object.user_principal_name = Some("not a name".to_owned());
    assert_eq!(dedicated(object), []);
}

#[test]
fn display_name_is_asked_of_all_or_of_groups_alone() {
    for class in ["user", "inetOrgPerson", "contact", "group"] {
        for name in [None, Some(String::new())] {
            let mut object = sound(class, "ann");
            object.display_name.clone_from(&name);
            let lines = multi_tenant(object);
            assert_eq!(lines[0].errors, "Blank", "{class}");
            assert_eq!(
                (&lines[0].value, &lines[0].update),
                (&name, &Some("ann".to_owned()))
            );
            let mut object = sound_dedicated(class, "ann");
            object.display_name = name;
            assert_eq!(
                dedicated(object).len(),
                usize::from(class == "group"),
                "{class}"
            );
        }
    }
}

#[test]
fn white_space_is_a_display_name_until_the_dedicated_set_trims_it() {
    assert_eq!(
        multi_tenant(with(sound("group", "ann"), "displayName", "  ")),
        []
    );
    let lines = dedicated(with(sound_dedicated("group", "ann"), "displayName", "  "));
    assert_eq!(lines[0].errors, "Character");
    assert_eq!(lines[0].update.as_deref(), Some("ann"));
    let lines = dedicated(with(
        sound_dedicated("user", "ann"),
        "displayName",
        "\tA n ",
    ));
    assert_eq!(lines[0].update.as_deref(), Some("A n"));
}

#[test]
fn nickname_is_asked_of_contacts_and_made_of_their_names() {
    let given = Some("Ann".to_owned());
    let surname = Some("Lee".to_owned());
    let account = Some("alee".to_owned());
    let cases = [
        (given.clone(), surname.clone(), None, "Ann.Lee"),
        (given, None, None, "Ann"),
        (None, surname, account.clone(), "Lee"),
        (None, None, account, "alee"),
        (None, None, None, "ann"),
    ];
    for (given, surname, account, expected) in cases {
        let mut object = sound_dedicated("contact", "ann");
        object.mail_nickname = None;
        (object.given_name, object.surname) = (given, surname);
        object.sam_account_name = account;
        let lines = dedicated(object);
        assert_eq!(
            (&*lines[0].errors, lines[0].attribute),
            ("Blank", "mailnickname")
        );
        assert_eq!(lines[0].update.as_deref(), Some(expected));
    }
    let mut user = sound_dedicated("user", "ann");
    user.mail_nickname = None;
    assert_eq!(dedicated(user), []);
}

#[test]
fn target_address_is_asked_of_users_and_contacts_without_a_mailbox() {
    let cases = [
        ("user", false, Some(None)),
        ("contact", false, Some(Some("SMTP:ann@contoso.com"))),
        ("user", true, None),
        ("contact", true, None),
        ("group", false, None),
        ("inetOrgPerson", false, None),
    ];
    for (class, mailbox, expected) in cases {
        let mut object = sound_dedicated(class, "ann");
        object.target_address = None;
        object.mailbox = mailbox;
        let lines = dedicated(object);
        let found = lines
            .first()
            .map(|line| (&*line.errors, line.update.as_deref()));
        assert_eq!(found, expected.map(|update| ("Blank", update)), "{class}");
    }
}
