//! How rules of one attribute follow each other, and what each of the address's tests says.

use super::*;

/// Errors and proposed value of the only line.
fn only(lines: &[Line]) -> (&str, &str) {
    let [line] = lines else {
        panic!("{lines:?}");
    };
    (&line.errors, line.update.as_deref().unwrap_or_default())
}

#[test]
fn each_rule_sees_what_the_one_before_proposed() {
    let long = format!("{}\u{e9} @contoso.local", "a".repeat(100));
    let lines = multi_tenant(with(sound("user", "ann"), "userPrincipalName", &long));
    // Cut to 113 units, then without the space, then without the letter with a mark.
    let expected = format!("{}@contoso.lo", "a".repeat(100));
    let (errors, update) = only(&lines);
    assert_eq!(errors, "Length, Character, TopLevelDomain, LocalPart");
    assert_eq!(update, expected);
}

#[test]
fn ending_is_everything_after_the_last_period_of_the_whole_value() {
    let cases = [
        ("a.b@host", "Format, TopLevelDomain, DomainPart", "a.b@host"),
        ("ab@host", "Format, DomainPart", "ab@host"),
        ("ab@host.", "Format, DomainPart", "ab@host."),
        ("ab@con_toso.com", "DomainPart", "ab@contoso.com"),
        ("a..b@contoso.com", "Format, LocalPart", "a..b@contoso.com"),
        ("ab..@contoso.com", "Format, LocalPart", "ab.@contoso.com"),
        ("a@b@contoso.com", "LocalPart", "ab@contoso.com"),
        (
            "ab@contoso.travelersinsurance",
            "Format, DomainPart",
            "ab@contoso.travelersinsurance",
        ),
        ("@contoso.com", "Format, LocalPart", "@contoso.com"),
    ];
    for (value, errors, update) in cases {
        let lines = multi_tenant(with(sound("user", "ann"), "userPrincipalName", value));
        assert_eq!(only(&lines), (errors, update), "{value}");
    }
}

#[test]
fn smtp_is_searched_anywhere_and_the_address_begins_at_the_first_colon() {
    let value = "x500:/o=smtp:ann@contoso.com";
    let lines = multi_tenant(with(sound("user", "ann"), "proxyAddresses", value));
    // The second colon goes first, and with it what had made the value one of SMTP kind; so its
    // prefix is part of the address by the time that is tested.
    assert_eq!(
        only(&lines),
        ("Character, LocalPart", "x500/o=smtpann@contoso.com")
    );
    let value = "notes-smtp:ann@contoso.local";
    let lines = multi_tenant(with(sound("user", "ann"), "proxyAddresses", value));
    assert_eq!(only(&lines), ("TopLevelDomain", value));
}

#[test]
fn colons_after_the_first_are_refused_in_every_kind_of_address() {
    for (value, update) in [
        ("X500:/o=a:b:c", Some("X500:/o=abc")),
        ("sip:a:b", Some("sip:ab")),
        (":a:b", None),
        ("a", None),
    ] {
        for rules in [RuleSet::MultiTenant, RuleSet::Dedicated] {
            let object = with(sound_dedicated("user", "ann"), "proxyAddresses", value);
            let lines = table(rules, &[object]);
            let found = lines.first().and_then(|line| line.update.as_deref());
            assert_eq!(found, update, "{rules:?} {value}");
        }
    }
}

#[test]
fn characters_depend_on_the_kind_of_address() {
    // The value, and whether the multi-tenant set refuses it as proxy and as target address.
    let cases = [
        ("smtp:a;b@contoso.com", true, true),
        ("sip:a;b", false, false),
        ("sip:a\\b", false, true),
        ("sip:(a)", true, true),
        ("x.400:a[b", true, true),
        ("X500:a\"b", true, true),
        ("X500:a (b), c", false, true),
        ("sip:a'b", false, false),
    ];
    for (value, proxy, target) in cases {
        for (attribute, refused) in [("proxyAddresses", proxy), ("targetAddress", target)] {
            let lines = multi_tenant(with(sound("user", "ann"), attribute, value));
            assert_eq!(!lines.is_empty(), refused, "{attribute} {value}");
        }
    }
}

#[test]
fn the_dedicated_set_tests_no_characters_of_addresses_but_their_form() {
    let spaced = with(
        sound_dedicated("user", "ann"),
        "proxyAddresses",
        "NOTES:Ann Lee",
    );
    assert_eq!(dedicated(spaced), []);
    let mail = with(sound_dedicated("user", "ann"), "mail", "an n@contoso.local");
    assert_eq!(
        only(&dedicated(mail)),
        ("Character, TopLevelDomain", "ann@contoso.local")
    );
    let proxy = with(
        sound_dedicated("user", "ann"),
        "proxyAddresses",
        "smtp:a b@contoso.com",
    );
    assert_eq!(
        only(&dedicated(proxy)),
        ("LocalPart", "smtp:ab@contoso.com")
    );
    let target = with(sound_dedicated("user", "ann"), "targetAddress", "smtp:ann");
    assert_eq!(
        only(&dedicated(target)),
        ("Format, DomainPart, LocalPart", "smtp:ann")
    );
}

#[test]
fn dollar_matches_before_a_final_line_feed() {
    let value = "smtp:ann@contoso.com\n";
    let lines = dedicated(with(
        sound_dedicated("user", "ann"),
        "proxyAddresses",
        value,
    ));
    assert_eq!(only(&lines), ("TopLevelDomain", value));
}

#[test]
fn nicknames_are_cleaned_by_each_set_in_its_own_way() {
    let refused = "a b#c@d";
    let cleaned = dedicated(with(
        sound_dedicated("user", "ann"),
        "mailnickname",
        refused,
    ));
    assert_eq!(only(&cleaned), ("Character", "abcd"));
    assert_eq!(
        multi_tenant(with(sound("user", "ann"), "mailnickname", refused)),
        []
    );
    for periods in [".ann", "ann."] {
        let kept = with(sound_dedicated("user", "ann"), "mailnickname", periods);
        assert_eq!(
            dedicated(kept),
            [],
            "the dedicated set's rule never reports"
        );
    }
}

#[test]
fn each_proxy_address_has_a_line_of_its_own() {
    let mut object = sound("user", "ann");
    let values = ["smtp:a@contoso.com", "smtp:b@contoso.local", "sip: b"];
    object.proxy_addresses = values.map(str::to_owned).to_vec();
    let lines = multi_tenant(object);
    let found: Vec<_> = lines.iter().map(|line| line.value.as_deref()).collect();
    assert_eq!(found, [Some(values[1]), Some(values[2])]);
}
