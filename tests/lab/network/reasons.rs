//! One endpoint for each reason, in one run for each way.

use std::fmt::Write as _;

use tempfile::TempDir;
use xtask::lab::network::{ASKING_PROXY, NetworkLab, OPENING_PROXY, PLAIN_PROXY};

use super::{Found, assess, failure, lab};

/// Probes these hosts, each `NAME:PORT/SCHEME` below `example.test`, with these options.
fn probe(lab: &NetworkLab, hosts: &[&str], options: &[&str]) -> Found {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("endpoints.yaml");
    let mut text =
        "- id: lab\n  targets: [core]\n  clouds: [commercial]\n  roles: [device]\n  need: \
                    required\n  ports: [443/https]\n  why: w\n  source: s\n  hosts:\n"
            .to_owned();
    for host in hosts {
        let (name, port) = host.split_once(':').unwrap();
        writeln!(text, "    - {{host: {name}.example.test, ports: [{port}]}}").unwrap();
    }
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    assess(lab, &[], &[&["--catalog", &file], options].concat())
}

fn expect(found: &Found, expected: &[(&str, &str)]) {
    for (id, reason) in expected {
        let (name, port) = id.split_once(':').unwrap();
        let endpoint = found.endpoint(&format!("{name}.example.test:{port}"));
        assert_eq!(failure(endpoint), *reason, "{endpoint}");
    }
}

#[test]
#[ignore = "needs the lab's network"]
fn each_way_of_failing_directly_has_its_reason() {
    let hosts = [
        "good:443/https",
        "good:80/http",
        "gone:443/https",
        "refused:443/https",
        "filtered:443/https",
        "prohibited:443/https",
        "rejected:443/https",
        "alert:443/https",
        "expired:443/https",
        "wrong-name:443/https",
        "self-signed:443/https",
        "portal:80/http",
        "blocked:80/http",
        "reset:80/http",
    ];
    let found = probe(&lab(), &hosts, &["--proxy", "none"]);
    expect(
        &found,
        &[
            ("good:443", ""),
            ("good:80", ""),
            ("gone:443", "resolve name-not-found"),
            ("refused:443", "connect refused"),
            ("filtered:443", "connect filtered"),
            ("prohibited:443", "connect unreachable"),
            ("rejected:443", "connect refused"),
            ("alert:443", "tls tls-alert"),
            ("expired:443", "tls expired"),
            ("wrong-name:443", "tls name-mismatch"),
            ("self-signed:443", "tls untrusted"),
            ("portal:80", "http blocked"),
            ("blocked:80", "http blocked"),
            ("reset:80", "http reset"),
        ],
    );
    let tls = &found.endpoint("good.example.test:443")["tls"]["known"];
    assert_eq!(tls["issuer_class"]["known"], "public", "{tls}");
    assert_eq!(tls["ocsp_hosts"][0], "ocsp.lab.example.test");
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_lets_through_forbids_and_asks() {
    let lab = lab();
    let hosts = [
        "good:443/https",
        "good:80/http",
        "forbidden:443/https",
        "forbidden:80/http",
    ];
    let found = probe(&lab, &hosts, &["--proxy", PLAIN_PROXY]);
    expect(
        &found,
        &[
            ("good:443", ""),
            ("good:80", ""),
            ("forbidden:443", "proxy proxy-forbidden"),
            ("forbidden:80", "proxy proxy-forbidden"),
        ],
    );
    let found = probe(&lab, &hosts, &["--proxy", ASKING_PROXY]);
    let asks = "proxy proxy-authentication-required";
    expect(&found, &[("good:443", asks)]);
    let through = &found.endpoint("good.example.test:443")["paths"];
    assert_eq!(
        through[0]["reachable"]["known"], true,
        "directly: {through}"
    );
    assert_eq!(through[1]["reachable"]["known"], false, "{through}");
}

#[test]
#[ignore = "needs the lab's network"]
fn proxy_that_opens_tls_is_found_whether_or_not_it_is_trusted() {
    let lab = lab();
    let gateway = lab.gateway_authority().display().to_string();
    let cases: [(&[&str], &str); 2] = [(&[], "tls intercepted"), (&["--ca-file", &gateway], "")];
    for (options, reason) in cases {
        let options = [&["--proxy", OPENING_PROXY], options].concat();
        let found = probe(&lab, &["good:443/https"], &options);
        expect(&found, &[("good:443", reason)]);
        let endpoint = found.endpoint("good.example.test:443");
        let class = &endpoint["tls"]["known"]["issuer_class"]["known"];
        assert_eq!(class, "private", "{endpoint}");
        let inspected = |way: usize| &endpoint["paths"][way]["inspected"]["known"];
        assert_eq!((inspected(0), inspected(1)), (&false.into(), &true.into()));
    }
}

#[test]
#[ignore = "needs the lab's network"]
fn ports_of_push_services_are_connected_to_one_by_one() {
    let hosts = ["push:5223/tcp", "push:5228-5230/tcp"];
    let found = probe(&lab(), &hosts, &["--proxy", "none"]);
    expect(
        &found,
        &[
            ("push:5223", ""),
            ("push:5228", ""),
            ("push:5229", ""),
            ("push:5230", "connect filtered"),
        ],
    );
    let apple = found.endpoint("push.example.test:5223");
    assert!(
        apple["tls"].get("absent").is_some(),
        "nothing is said: {apple}"
    );
}
