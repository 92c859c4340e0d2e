//! Whole assessments in networks that have one thing wrong: every endpoint tells the same reason.
//!
//! All servers share the machine with the program; where it is busy, some endpoints run out of time.
//! Those tell nothing here, as long as enough others do.

use serde_json::Value;
use xtask::lab::network::{ASKING_PROXY, OPENING_PROXY, USER_WITHOUT_HTTP};

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
    assert!(unmet(&found) > 0);
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_asks_for_a_sign_in_is_behind_every_endpoint() {
    let found = assess(&lab(), &[], &["--proxy", ASKING_PROXY]);
    let asks = "proxy proxy-authentication-required";
    assert!(all_end(&found, 443, asks) > 20);
    assert!(all_end(&found, 80, asks) > 5);
    assert!(unmet(&found) > 0);
}

#[test]
#[ignore = "needs the lab's network"]
fn port_80_that_is_dropped_is_behind_all_its_endpoints_and_no_others() {
    let user = format!("--reuid={USER_WITHOUT_HTTP}");
    let wrapper = ["setpriv", &user, "--clear-groups", "--"];
    let found = assess(&lab(), &wrapper, &["--proxy", "none"]);
    assert!(all_end(&found, 80, "connect filtered") > 5);
    assert!(all_end(&found, 443, "") > 5);
}
