//! The catalogue: what it names is there, and what a run would contact is told.

use std::collections::BTreeSet;

use serde_json::Value;
use waterline_facts::Cloud;
use waterline_probes::catalog::{Catalog, Role};
use waterline_rules::Packs;

use crate::{
    fake::{authenticating_proxy, endpoints, serve},
    support::Sandbox,
};

#[test]
fn rules_that_a_requirement_names_exist() {
    let packs = Packs::embedded();
    for requirement in &Catalog::embedded().requirements {
        for rule in &requirement.judged_by {
            let found = packs.rule(rule.as_str());
            assert!(found.is_some(), "{} names {rule}", requirement.id);
        }
    }
}

#[test]
fn every_cloud_and_everybody_who_connects_has_an_entry() {
    let catalog = Catalog::embedded();
    for cloud in Cloud::ALL {
        let groups = catalog.endpoints.iter();
        assert!(groups.filter(|g| g.clouds.contains(&cloud)).count() >= 10);
        let own = catalog.own_hosts.iter();
        assert!(own.filter(|o| o.clouds.contains(&cloud)).count() >= 10);
    }
    let groups = catalog.endpoints.iter().flat_map(|group| &group.roles);
    let own = catalog.own_hosts.iter().flat_map(|own| &own.roles);
    let requirements = catalog.requirements.iter().flat_map(|one| &one.roles);
    let roles: BTreeSet<Role> = groups.chain(own).chain(requirements).copied().collect();
    assert_eq!(roles, Role::ALL.into_iter().collect());
}

/// Lines of the firewall list with this state.
fn with_state<'a>(list: &'a str, state: &str) -> Vec<&'a str> {
    let start = format!("{state},");
    let lines = list.lines();
    lines.filter(|line| line.starts_with(&start)).collect()
}

#[test]
fn the_firewall_list_has_what_failed_and_not_what_is_reached() {
    let sandbox = Sandbox::new();
    let open = serve(std::time::Duration::ZERO);
    let closed = closed_port();
    sandbox.file("own.yaml", endpoints("core", "device", &[open, closed]));
    let network = [
        "assess",
        "--only",
        "network",
        "--catalog",
        "own.yaml",
        "--proxy",
        "none",
    ];
    let ended = sandbox.run(&[&network[..], &["--out", "out", "--report", "firewall"]].concat());
    let list = fs_err::read_to_string(sandbox.path("out/firewall.csv")).unwrap();
    assert_eq!(list, ended.stdout);
    let unreachable = with_state(&list, "unreachable");
    let [line] = unreachable[..] else {
        panic!("{list}");
    };
    let start = format!("unreachable,127.0.0.1,{closed},tcp,127.0.0.1,device,required,core,");
    assert!(line.starts_with(&start), "{line}");
    assert!(
        line.contains(",stand-in,A server of the test,none,"),
        "{line}"
    );
    assert!(!list.contains(&format!("127.0.0.1,{open},")), "{list}");
    let left_out = with_state(&list, "not assessed");
    assert!(
        left_out
            .iter()
            .any(|line| line.contains("login.microsoftonline.com,443"))
    );
}

/// A port on which nobody listens.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn only_cause(report: &Value) -> Value {
    let findings = report["findings"].as_array().unwrap();
    let mut alone = findings
        .iter()
        .filter(|finding| finding["caused_by"].is_null());
    let cause = alone.next().unwrap().clone();
    assert!(alone.next().is_none(), "{findings:#?}");
    cause
}

#[test]
fn behind_a_proxy_that_demands_credentials_the_first_page_names_it() {
    let sandbox = Sandbox::new();
    let proxy = format!("http://127.0.0.1:{}", authenticating_proxy());
    let ports: Vec<u16> = (1..=12).collect();
    sandbox.file("own.yaml", endpoints("core", "device", &ports));
    let network = [
        "assess",
        "--only",
        "network",
        "--catalog",
        "own.yaml",
        "--proxy",
        &proxy,
    ];
    let files = [
        "--report",
        "json=report.json",
        "--report",
        "markdown=report.md",
    ];
    let ended = sandbox.run(&[&network[..], &files, &["--report", "terminal"]].concat());
    let text = fs_err::read_to_string(sandbox.path("report.json")).unwrap();
    let cause = only_cause(&serde_json::from_str(&text).unwrap());
    assert_eq!(cause["rule"], "network-proxy-demands-credentials");
    let consequences = cause["consequences"].as_array().unwrap().len();
    assert!(consequences >= 12, "{cause}");
    let told = format!("{consequences} consequences");
    let page: Vec<&str> = ended.stdout.lines().take(60).collect();
    let page = page.join("\n");
    assert!(
        page.contains("blocked by network-proxy-demands-credentials"),
        "{page}"
    );
    assert!(
        page.contains("The proxy demands credentials on the way to 12 of 12"),
        "{page}"
    );
    assert!(page.contains(&told), "{page}");
    let markdown = fs_err::read_to_string(sandbox.path("report.md")).unwrap();
    assert!(markdown.contains(&told), "{markdown}");
}

#[test]
fn with_no_resolver_that_answers_the_first_page_names_it() {
    let sandbox = Sandbox::new();
    let resolver = format!("127.0.0.1:{}", closed_port());
    let groups = endpoints("core, intune", "device", &[443]);
    let hosts = "[{host: a.example}, {host: b.example}]";
    sandbox.file(
        "own.yaml",
        groups.replace("[{host: 127.0.0.1, expect: ready}]", hosts),
    );
    let network = ["assess", "--only", "dns,network", "--catalog", "own.yaml"];
    let way = [
        "--resolver",
        &resolver,
        "--proxy",
        "none",
        "--report",
        "json",
    ];
    let ended = sandbox.run(&[&network[..], &way].concat());
    let report = ended.json();
    let cause = only_cause(&report);
    assert_eq!(cause["rule"], "dns-no-resolver-answers");
    let consequences = cause["consequences"].to_string();
    for rule in ["core-endpoint-unreachable", "dns-resolver-silent/"] {
        assert!(consequences.contains(rule), "{consequences}");
    }
    for target in report["targets"].as_array().unwrap() {
        assert_ne!(target["readiness"], "ready", "{target}");
    }
}
