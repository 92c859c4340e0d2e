//! What holds for every object, however odd.

use proptest::{collection::vec, option, prelude::*};

use super::*;

/// Texts of the characters that rules look at, and of any.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-cA-C@.:;' \\\\é😀\u{212a}-]{0,12}",
        "(smtp:|X500:|sip:)?.{0,300}",
        any::<String>()
    ]
}

prop_compose! {
    fn object()(
        class in prop_oneof![Just("user"), Just("contact"), Just("group"), Just("inetOrgPerson")],
        name in text(),
        singles in vec(option::of(text()), 7),
        proxy_addresses in vec(text(), 0..4),
        (mailbox, hidden, group_type) in (any::<bool>(), any::<bool>(), any::<Option<i32>>()),
    ) -> DirectoryObject {
        let mut object = sound(class, &name);
        let mut singles = singles.into_iter();
        object.display_name = singles.next().flatten();
        object.given_name = singles.next().flatten();
        object.mail = singles.next().flatten();
        object.mail_nickname = singles.next().flatten();
        object.sam_account_name = singles.next().flatten();
        object.target_address = singles.next().flatten();
        object.user_principal_name = singles.next().flatten();
        (object.mailbox, object.hidden_from_address_lists) = (mailbox, hidden);
        (object.proxy_addresses, object.group_type) = (proxy_addresses, group_type);
        object
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_line_says_what_is_wrong_with_a_value_of_its_object(
        objects in vec(object(), 0..8)
    ) {
        for rules in [RuleSet::MultiTenant, RuleSet::Dedicated] {
            for line in table(rules, &objects) {
                prop_assert!(!line.errors.is_empty());
                prop_assert!(objects.iter().any(|object| object.dn == line.dn));
                let is_blank = line.errors == "Blank";
                prop_assert!(line.value.is_some() || is_blank, "{line:?}");
                prop_assert!(line.update.is_some() || is_blank, "{line:?}");
            }
        }
    }

    #[test]
    fn a_second_reading_of_the_same_objects_finds_only_further_duplicates(
        objects in vec(object(), 0..5)
    ) {
        let once = table(RuleSet::MultiTenant, &objects);
        let twice = table(RuleSet::MultiTenant, &[&objects[..], &objects[..]].concat());
        prop_assert_eq!(&twice[..once.len()], &once[..]);
        for line in &twice[once.len()..] {
            let is_old = once.iter().any(|old| old.errors == line.errors && old.value == line.value);
            prop_assert!(is_old || line.errors.contains("Duplicate"), "{line:?}");
        }
    }
}
