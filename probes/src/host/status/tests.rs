//! Texts of every documented state, and of none.

use super::*;

/// The sections that every text has, for these answers of the device state.
fn whole(entra: &str, enterprise: &str, domain: &str, workplace: &str) -> String {
    format!(
        "+---+\n| Device State |\n+---+\n\n AzureAdJoined : {entra}\n EnterpriseJoined : {enterprise}\n \
         DomainJoined : {domain}\n+---+\n| User State |\n+---+\n NgcSet : NO\n \
         WorkplaceJoined : {workplace}\n+---+\n| SSO State |\n+---+\n AzureAdPrt : NO\n"
    )
}

fn facts(text: &str) -> DeviceStatusFacts {
    read(text.as_bytes(), StatusSource::File)
        .into_known()
        .unwrap()
}

#[test]
fn each_documented_state_is_told() {
    use JoinKind::{Domain, Entra, Hybrid, None, OnPremisesRegistered, Registered};
    let table = [
        (["YES", "NO", "NO", "NO"], Entra),
        (["NO", "NO", "YES", "NO"], Domain),
        (["YES", "NO", "YES", "NO"], Hybrid),
        (["YES", "NO", "YES", "YES"], Hybrid),
        (["NO", "YES", "YES", "NO"], OnPremisesRegistered),
        (["NO", "NO", "NO", "YES"], Registered),
        (["no", "no", "no", "no"], None),
    ];
    for ([entra, enterprise, domain, workplace], kind) in table {
        let facts = facts(&whole(entra, enterprise, domain, workplace));
        assert_eq!(facts.join, Seen::Known(kind));
    }
    assert!(facts(&whole("YES", "YES", "YES", "NO")).join.is_unknown());
}

#[test]
fn joined_machine_tells_its_certificate_token_and_tenant() {
    let text = whole("YES", "NO", "YES", "NO").replace(
        "| User State |",
        "| Device Details |\nDeviceCertificateValidity : [ 2019-01-11 21:02:50.000 UTC -- 2029-01-11 \
         21:32:50.000 UTC ]\nTpmProtected : YES\nDeviceAuthStatus : FAILED. Device is either disabled or \
         deleted\n| Tenant Details |\nTenantId : AAAABBBB-0000-CCCC-1111-DDDD2222EEEE\nMdmUrl :\n| User State |",
    ) + "AzureAdPrtUpdateTime : 2026-07-12 22:57:53.000 UTC\nUser Identity : mila@contoso.com\n\
         | Diagnostic Data |\nAadRecoveryEnabled: NO\nKeySignTest : : MUST Run elevated to test.\n";
    let facts = facts(&text);
    assert_eq!(
        facts.certificate_ends,
        Seen::Known("2029-01-11T21:32:50Z".parse().unwrap())
    );
    assert_eq!(facts.key_in_tpm, Seen::Known(true));
    assert_eq!(
        facts.authentication,
        Seen::Known(DeviceAuthentication::DisabledOrDeleted)
    );
    assert_eq!(
        facts.tenant,
        Seen::Known("aaaabbbb-0000-cccc-1111-dddd2222eeee".into())
    );
    assert_eq!(facts.management_url, Seen::Absent);
    assert!(facts.refresh_token_renewed.known().is_some());
    assert_eq!(facts.recovery_due, Seen::Known(false));
    assert_eq!(facts.keys_sign.gap().unwrap().reason, Reason::Denied);
    let kept = serde_json::to_string(&facts).unwrap();
    assert!(!kept.contains("mila"), "a person is named");
}

#[test]
fn failed_join_tells_phase_and_codes_with_their_meaning() {
    let text = whole("NO", "NO", "YES", "NO")
        + "| Diagnostic Data |\nFallback to Sync-Join : ENABLED\nError Phase : join\n\
           Client ErrorCode : 0x801c03f2\nServer ErrorCode : DirectoryError\n";
    let facts = facts(&text);
    assert_eq!(facts.failed_phase, Seen::Known("join".into()));
    assert_eq!(facts.fallback, Seen::Known(true));
    let codes: Vec<&str> = facts.codes.iter().map(|code| code.code.as_str()).collect();
    assert_eq!(codes, ["0x801c03f2", "DirectoryError"]);
    assert!(
        facts
            .codes
            .iter()
            .all(|code| code.meaning.known().is_some())
    );
    assert_eq!(facts.certificate_ends, Seen::Absent);
}

#[test]
fn text_that_is_cut_off_or_translated_costs_only_what_it_lacks() {
    let whole = whole("YES", "NO", "YES", "NO");
    let cut = facts(whole.split("| User State |").next().unwrap());
    assert_eq!(cut.join, Seen::Known(JoinKind::Hybrid));
    assert!(cut.refresh_token.is_unknown() && cut.hello.is_unknown());
    assert!(cut.failed_phase.is_unknown(), "the end is missing");
    let translated = facts(&whole.replace("YES", "JA").replace("NO", "NEIN"));
    assert!(translated.join.is_unknown() && translated.entra_joined.is_unknown());
    for nothing in ["", "Access denied.", "\u{0}\u{ff}::::\n+---+\n||||"] {
        assert!(read(nothing.as_bytes(), StatusSource::File).is_unknown());
    }
}
