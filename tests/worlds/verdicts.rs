//! What each world is judged as, and the causes that are found in it.

use serde_json::Value;

use super::assess;

#[test]
fn small_firm_in_which_all_is_well_is_ready_without_a_finding() {
    let report = assess("small-firm");
    assert_eq!(report.rules("not-assessed"), [""; 0]);
    assert_eq!(report.rules("not-met"), [""; 0]);
    for target in ["core", "multifactor-authentication", "conditional-access"] {
        assert_eq!(report.readiness(target), "ready", "{target}");
    }
}

#[test]
fn decrypting_proxy_is_the_one_cause_of_every_certificate_that_it_made() {
    let report = assess("decrypting-proxy");
    assert_eq!(report.readiness("core"), "not-ready");
    let cause = "network-tls-decrypted/CN=Example Inspecting Proxy CA";
    let causes = report.findings("network-tls-decrypted");
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(causes[0]["key"], cause);
    for rule in ["core-endpoint-tls-inspected", "intune-endpoint-inspected"] {
        let findings = report.findings(rule);
        assert!(!findings.is_empty(), "{rule}");
        for finding in findings {
            assert_eq!(finding["caused_by"], cause, "{}", finding["key"]);
            let key = finding["key"].as_str().unwrap();
            assert!(!key.contains("microsoftonline.com:"), "{key} is left alone");
        }
    }
    let forbidden = report.findings("intune-endpoint-unreachable");
    assert_eq!(
        keys(&forbidden),
        ["intune-endpoint-unreachable/go.microsoft.com:443"]
    );
    assert_eq!(failure(forbidden[0])["reason"], "proxy-forbidden");
}

#[test]
fn zone_that_nobody_kept_inside_is_told_from_the_public_one() {
    let report = assess("decrypting-proxy");
    for (rule, finding) in [
        (
            "dns-record-hidden-inside",
            "enterpriseenrollment.example.com",
        ),
        ("dns-msoid-record-present", "example.com"),
        ("dns-registration-record-wrong", "example.com"),
    ] {
        let keys = keys(&report.findings(rule));
        assert_eq!(keys, [format!("{rule}/{finding}")]);
    }
    // The sign-in service is asked through the proxy, and knows the domain.
    assert_eq!(report.verdict("tenant-domain-unknown"), "met");
}

#[test]
fn each_ill_endpoint_has_its_own_reason_and_a_slow_one_none() {
    let report = assess("ill-plant");
    let findings = report.findings("core-endpoint-unreachable");
    let found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let key = finding["key"].as_str().unwrap();
            let failure = failure(finding);
            let told = [&failure["stage"], &failure["reason"]];
            let [stage, reason] = told.map(|one| one.as_str().unwrap());
            (key.split('/').nth(1).unwrap(), stage, reason)
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "device.login.microsoftonline.com:443",
                "connect",
                "filtered"
            ),
            (
                "enterpriseregistration.windows.net:443",
                "http",
                "timed-out"
            ),
            ("graph.microsoft.com:443", "tls", "expired"),
            ("login.windows.net:443", "resolve", "name-not-found"),
        ]
    );
    assert_eq!(report.readiness("core"), "not-ready");
}

#[test]
fn ill_directory_controller_and_resolver_are_found_beside_the_endpoints() {
    let report = assess("ill-plant");
    for rule in [
        "controller-port-closed",
        "controller-time-wrong",
        "dns-resolver-silent",
        "object-upn-duplicate",
        "object-upn-missing",
        "object-address-duplicate",
        "object-anchor-duplicate",
    ] {
        assert_eq!(report.verdict(rule), "not-met", "{rule}");
    }
    assert_eq!(report.readiness("connect-sync"), "not-ready");
}

/// The failure in a finding's evidence.
fn failure(finding: &Value) -> &Value {
    let mut evidence = finding["evidence"].as_array().unwrap().iter();
    let is_failure = |one: &&Value| one["path"].as_str().unwrap().ends_with(".failure");
    &evidence.find(is_failure).unwrap()["value"]
}

fn keys(findings: &[&Value]) -> Vec<String> {
    let key = |finding: &&Value| finding["key"].as_str().unwrap().to_owned();
    findings.iter().map(key).collect()
}
