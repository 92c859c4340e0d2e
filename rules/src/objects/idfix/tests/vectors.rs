//! Sample values of the multi-tenant set with what the tool makes of them.

use super::*;

/// Attribute, value, errors, proposed value.
type Vector = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const UPN: &str = "userPrincipalName";
const PROXY: &str = "proxyAddresses";
const TARGET: &str = "targetAddress";
const NICKNAME: &str = "mailnickname";
const ACCOUNT: &str = "sAMAccountName";

/// The object's common name is `CN`.
const VECTORS: [Vector; 37] = [
    (UPN, "ann@contoso.com", "", None),
    (
        UPN,
        "ann@contoso.local",
        "TopLevelDomain",
        Some("ann@contoso.local"),
    ),
    (
        UPN,
        "o'neil@contoso.com",
        "Character",
        Some("oneil@contoso.com"),
    ),
    (
        UPN,
        "ann lee@contoso.com",
        "Character",
        Some("annlee@contoso.com"),
    ),
    (
        UPN,
        "ann@@contoso.com",
        "LocalPart",
        Some("ann@contoso.com"),
    ),
    (
        UPN,
        "jörg@contoso.com",
        "Character",
        Some("jrg@contoso.com"),
    ),
    (
        UPN,
        "josé@contoso.com",
        "LocalPart",
        Some("jos@contoso.com"),
    ),
    (UPN, "ann", "Format, DomainPart, LocalPart", Some("ann")),
    (
        UPN,
        "ann.@contoso.com",
        "LocalPart",
        Some("ann@contoso.com"),
    ),
    (UPN, "a&b@con&so.com", "Character", Some("ab@conso.com")),
    (
        UPN,
        "ann@contoso.xn--p1ai",
        "Format, TopLevelDomain, DomainPart",
        Some("ann@contoso.xn--p1ai"),
    ),
    (
        UPN,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@contoso.com",
        "",
        None,
    ),
    (
        UPN,
        "ann@contoso.com\n",
        "Character",
        Some("ann@contoso.com"),
    ),
    (PROXY, "SMTP:ann@contoso.com", "", None),
    (
        PROXY,
        "smtp:ann@contoso.local",
        "TopLevelDomain",
        Some("smtp:ann@contoso.local"),
    ),
    (
        PROXY,
        "SMTP:ann:x@contoso.com",
        "Character",
        Some("SMTP:annx@contoso.com"),
    ),
    (PROXY, "smtp:o'neil@contoso.com", "", None),
    (
        PROXY,
        "smtp: ann@contoso.com",
        "Character",
        Some("smtp:ann@contoso.com"),
    ),
    (PROXY, "sip:ann@contoso.local", "", None),
    (
        PROXY,
        "X500:/o=Org/ou=First (A)/cn=Recipients/cn=ann",
        "",
        None,
    ),
    (
        PROXY,
        "X500:/o=Org/cn=o'neil",
        "Character",
        Some("X500:/o=Org/cn=oneil"),
    ),
    (PROXY, "X400:C=US;A= ;P=Org;S=Lee;", "", None),
    (
        PROXY,
        "NOTES:Ann Lee/Org",
        "Character",
        Some("NOTES:AnnLee/Org"),
    ),
    (
        PROXY,
        "smtp:josé@contoso.com",
        "LocalPart",
        Some("smtp:jos@contoso.com"),
    ),
    (PROXY, "EUM:1234;phone-context=dp.contoso.com", "", None),
    (TARGET, "SMTP:ann@contoso.mail.onmicrosoft.com", "", None),
    (TARGET, "ann@contoso.com", "", None),
    (
        TARGET,
        "SMTP:ann\\x@contoso.com",
        "Character",
        Some("SMTP:annx@contoso.com"),
    ),
    (NICKNAME, ".ann", "Character", Some("ann")),
    (NICKNAME, "ann.", "", None),
    (NICKNAME, "a#b", "", None),
    (NICKNAME, "...", "Character", Some("CN")),
    (ACCOUNT, "ann", "", None),
    (
        ACCOUNT,
        "aaaaaaaaaaaaaaaaaaaaa",
        "Length",
        Some("aaaaaaaaaaaaaaaaaaaa"),
    ),
    (ACCOUNT, "ann@x", "", None),
    (ACCOUNT, "ann;x", "Character", Some("annx")),
    (ACCOUNT, "o'neil", "", None),
];

#[test]
fn each_sample_value_comes_out_as_the_tool_has_it() {
    for (attribute, value, errors, update) in VECTORS {
        let lines = multi_tenant(with(sound("user", "CN"), attribute, value));
        if errors.is_empty() {
            assert_eq!(lines, [], "{value:?}");
            continue;
        }
        let [line] = &lines[..] else {
            panic!("{value:?}: {lines:?}");
        };
        assert_eq!(line.attribute, attribute, "{value:?}");
        assert_eq!(line.errors, errors, "{value:?}");
        assert_eq!(line.value.as_deref(), Some(value));
        assert_eq!(line.update.as_deref(), update, "{value:?}");
        assert_eq!(line.action, "Edit", "{value:?}");
    }
}

#[test]
fn kelvin_sign_is_a_letter_and_a_long_s_is_none() {
    let kelvin = with(sound("user", "CN"), UPN, "\u{212a}ate@contoso.com");
    assert_eq!(multi_tenant(kelvin), []);
    let long = multi_tenant(with(sound("user", "CN"), UPN, "\u{17f}am@contoso.com"));
    assert_eq!(long[0].errors, "LocalPart");
    assert_eq!(long[0].update.as_deref(), Some("am@contoso.com"));
}

#[test]
fn capital_umlauts_are_refused_and_other_marks_left_to_the_local_part() {
    for letter in ["ä", "Ä", "ÿ", "Ÿ"] {
        let value = format!("a{letter}@contoso.com");
        let lines = multi_tenant(with(sound("user", "CN"), UPN, &value));
        assert_eq!(lines[0].errors, "Character", "{letter}");
    }
    let lines = multi_tenant(with(sound("user", "CN"), UPN, "aå@contoso.com"));
    assert_eq!(lines[0].errors, "LocalPart");
}
