//! Whole assessments in networks that have one thing wrong: every endpoint tells the same reason.

use xtask::lab::network::{ASKING_PROXY, OPENING_PROXY, USER_WITHOUT_HTTP};

use super::{Found, assess, failure, lab};

/// How many endpoints at this port were probed, all of them with this failure.
fn all_fail(found: &Found, port: u16, reason: &str) -> usize {
    let endpoints = found.at_port(port);
    for endpoint in &endpoints {
        assert_eq!(failure(endpoint), reason, "{endpoint}");
    }
    endpoints.len()
}

fn unmet(found: &Found) -> usize {
    let rules = found.report["rules"].as_array().unwrap().iter();
    rules.filter(|rule| rule["verdict"] == "not-met").count()
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_opens_tls_is_behind_every_endpoint() {
    let lab = lab();
    let gateway = lab.gateway_authority().display().to_string();
    let options = ["--proxy", OPENING_PROXY, "--ca-file", &gateway];
    let found = assess(&lab, &[], &options);
    let endpoints = found.at_port(443);
    assert!(endpoints.len() > 50, "{}", endpoints.len());
    for endpoint in endpoints {
        let issuer = endpoint["tls"]["known"]["issuer"]["known"].as_str();
        assert!(
            issuer.is_some_and(|name| name.contains("Example Web Gateway")),
            "{endpoint}"
        );
        assert_eq!(
            endpoint["paths"][1]["inspected"]["known"], true,
            "{endpoint}"
        );
        assert_eq!(
            endpoint["paths"][0]["inspected"]["known"], false,
            "{endpoint}"
        );
    }
    assert!(unmet(&found) > 0);
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_asks_for_a_sign_in_is_behind_every_endpoint() {
    let found = assess(&lab(), &[], &["--proxy", ASKING_PROXY]);
    let count = all_fail(&found, 443, "proxy proxy-authentication-required");
    assert!(count > 50, "{count}");
    assert!(all_fail(&found, 80, "proxy proxy-authentication-required") > 5);
    assert!(unmet(&found) > 0);
}

#[test]
#[ignore = "needs the lab's network"]
fn port_80_that_is_dropped_is_behind_all_its_endpoints_and_no_others() {
    let user = format!("--reuid={USER_WITHOUT_HTTP}");
    let wrapper = ["setpriv", &user, "--clear-groups", "--"];
    let found = assess(&lab(), &wrapper, &["--proxy", "none"]);
    let count = all_fail(&found, 80, "connect filtered");
    assert!(count > 5, "{count}");
    all_fail(&found, 443, "");
}
