//! Whole assessments in networks that have one thing wrong: every endpoint tells the same reason.
//!
//! All servers share the machine with the program; where it is busy, some endpoints run out of time.
//! Those tell nothing here, as long as enough others do.

use serde_json::Value;
use xtask::lab::network::{ASKING_PROXY, NAMELESS, OPENING_PROXY, USER_WITHOUT_HTTP};

use super::{Found, assess, failure, lab};

/// How many endpoints at this port ended like this; none of them ended otherwise, but for those that
/// ran out of time.
fn all_end(found: &Found, port: u16, ending: &str) -> usize {
    let known = |one: &&Value| !one["reachable"]["known"].is_null();
    let endpoints = found.at_port(port).into_iter().filter(known);
    let endings = endpoints.map(|one| (one, failure(one)));
    let told: Vec<_> = endings
        .filter(|(_, failure)| !failure.ends_with("timed-out"))
        .collect();
    for (endpoint, failure) in &told {
        assert_eq!(failure, ending, "{endpoint}");
    }
    told.len()
}

/// Panics unless a finding of this rule stands for at least so many others.
fn stands_for(found: &Found, rule: &str, least: usize) {
    let findings = found.report["findings"].as_array().unwrap();
    let own = findings.iter().filter(|one| one["rule"] == rule);
    let consequences = own.filter_map(|one| one["consequences"].as_array());
    let most = consequences.map(Vec::len).max().unwrap_or_default();
    assert!(most >= least, "{rule} stands for {most}");
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_opens_tls_is_behind_every_endpoint() {
    let lab = lab();
    let gateway = lab.gateway_authority().display().to_string();
    let options = ["--proxy", OPENING_PROXY, "--ca-file", &gateway];
    let found = assess(&lab, &[], &options);
    let shown = |one: &&Value| !one["tls"]["known"].is_null();
    let endpoints: Vec<_> = found.at_port(443).into_iter().filter(shown).collect();
    assert!(endpoints.len() > 20, "{}", endpoints.len());
    for endpoint in endpoints {
        let issuer = &endpoint["tls"]["known"]["issuer"]["known"];
        let gateway = issuer.as_str().unwrap().contains("Example Web Gateway");
        assert!(gateway, "{endpoint}");
        let inspected = |way: usize| &endpoint["paths"][way]["inspected"]["known"];
        assert_eq!(inspected(1), true, "{endpoint}");
        assert_ne!(inspected(0), true, "{endpoint}");
    }
    stands_for(&found, "network-tls-decrypted", 5);
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_asks_for_a_sign_in_is_behind_every_endpoint() {
    let found = assess(&lab(), &[], &["--proxy", ASKING_PROXY]);
    let asks = "proxy proxy-authentication-required";
    assert!(all_end(&found, 443, asks) > 20);
    assert!(all_end(&found, 80, asks) > 5);
    stands_for(&found, "network-proxy-demands-credentials", 10);
}

#[test]
#[ignore = "needs the lab's network"]
fn port_80_that_is_dropped_is_behind_all_its_endpoints_and_no_others() {
    let user = format!("--reuid={USER_WITHOUT_HTTP}");
    let wrapper = ["setpriv", &user, "--clear-groups", "--"];
    let found = assess(&lab(), &wrapper, &["--proxy", "none"]);
    assert!(all_end(&found, 80, "connect filtered") > 5);
    assert!(all_end(&found, 443, "") > 5);
    stands_for(&found, "network-port-80-filtered", 3);
}

#[test]
#[ignore = "needs the lab's network"]
fn resolver_that_knows_no_name_of_the_internet_is_behind_every_endpoint() {
    let found = assess(&lab(), &[], &["--proxy", "none", "--resolver", NAMELESS]);
    assert!(all_end(&found, 443, "resolve name-not-found") > 20);
    stands_for(&found, "dns-public-names-unavailable", 20);
}
