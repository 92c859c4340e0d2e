//! One cause in the network is one finding, with all that comes of it under it, and nothing becomes
//! readier for that.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use waterline_facts::{Environment, Seen};
use waterline_rules::{
    Assessment, Packs, Profile, Verdict,
    assessment::Finding,
    source::{Fault, Source},
};

const MICROSOFT: &str = "CN=Microsoft Azure RSA TLS Issuing CA 07, O=Microsoft Corporation, C=US";

/// An endpoint of this number that core and Intune require, reached well, with what differs.
fn endpoint(number: usize, differs: &Json) -> Json {
    let port = if number.is_multiple_of(2) { 443 } else { 80 };
    let mut endpoint = json!({
        "id": format!("host{number}.example:{port}"), "host": format!("host{number}.example"),
        "port": port, "scheme": if port == 443 { "https" } else { "http" },
        "testable": true, "chosen": true, "wildcard": {"absent": true},
        "groups": ["a-group"], "targets": ["core"], "required_by": ["core"], "required": true,
        "roles": ["device"], "inspection_forbidden": true,
        "reachable": {"known": true}, "failure": {"absent": true}, "resolve": known_addresses(),
        "connect": {"known": {"took_ms": 1.0, "address": "192.0.2.1:443"}},
        "proxy": {"absent": true}, "http": {"absent": true},
        "tls": if port == 443 { tls(MICROSOFT, true) } else { json!({"absent": true}) },
    });
    let differs = differs.as_object().unwrap().clone();
    endpoint.as_object_mut().unwrap().extend(differs);
    endpoint
}

fn known_addresses() -> Json {
    json!({"known": {"took_ms": 1.0, "addresses": ["192.0.2.1"]}})
}

fn tls(issuer: &str, trusted: bool) -> Json {
    let class = if issuer == MICROSOFT {
        "public"
    } else {
        "private"
    };
    json!({"known": {
        "took_ms": 1.0, "version": {"known": "TLS 1.3"}, "trusted": trusted,
        "issuer_class": {"known": class},
        "issuer": {"known": issuer}, "chain_top": {"known": issuer},
        "not_after": {"unknown": {"reason": "untrusted"}},
    }})
}

fn failure(stage: &str, reason: &str) -> Json {
    json!({"known": {"stage": stage, "reason": reason, "detail": ""}})
}

fn gap(reason: &str) -> Json {
    json!({"unknown": {"reason": reason}})
}

/// A run with these endpoints whose resolvers answer, or do not.
fn environment(endpoints: &[Json], resolver_answers: bool) -> Environment {
    let unknown = gap("not-run");
    serde_json::from_value(json!({
        "format": {"major": 1, "minor": 0},
        "run": {
            "tool_version": "0.1.0", "started": "2026-11-23T12:00:00Z", "took_ms": 1,
            "budget_s": 120, "interrupted": false, "probes": [],
            "rights": {"account": {"absent": true}, "elevated": {"known": false}},
        },
        "network": {"known": {
            "proxy": {"absent": true}, "cloud": "commercial", "catalog_as_of": "2026-06-08",
            "endpoints": {"known": endpoints}, "tenants": unknown,
        }},
        "dns": {"known": {
            "cloud": "commercial", "records": unknown, "locators": unknown,
            "resolvers": {"known": [{
                "address": "192.0.2.53:53", "answers": {"known": resolver_answers},
                "resolves_public": if resolver_answers { json!({"known": true}) } else { gap("timed-out") },
                "resolves_directory": unknown, "median_ms": unknown, "sent": 7, "timed_out": 7,
            }]},
        }},
    }))
    .unwrap()
}

fn assess(environment: &Environment) -> Assessment {
    let profile = Profile {
        targets: vec!["core".to_owned()],
        ..Profile::default()
    };
    Packs::embedded()
        .assess(environment, &profile, None)
        .unwrap()
}

/// Forty endpoints, those of these ports different in this.
fn forty(ports: &[u64], differs: &Json) -> Vec<Json> {
    let none = json!({});
    let made = (0..40).map(|number| {
        let plain = endpoint(number, &none);
        let concerned = ports.contains(&plain["port"].as_u64().unwrap());
        if concerned {
            endpoint(number, differs)
        } else {
            plain
        }
    });
    made.collect()
}

/// The findings that stand for themselves and have consequences.
fn causes(assessment: &Assessment) -> Vec<&Finding> {
    let findings = assessment.findings.iter();
    findings
        .filter(|finding| !finding.consequences.is_empty())
        .collect()
}

/// Looks at what every such assessment keeps to, and gives its only cause.
#[track_caller]
fn only_cause(assessment: &Assessment) -> &Finding {
    let causes = causes(assessment);
    let [cause] = causes[..] else {
        panic!("{:#?}", assessment.findings);
    };
    for target in &assessment.targets {
        assert!(!target.blocked_by.is_empty(), "{target:?}");
    }
    let open = assessment
        .findings
        .iter()
        .filter(|one| one.caused_by.is_none());
    let work = &assessment.remaining_work;
    let counted = work.blockers + work.majors + work.minors + work.infos;
    assert_eq!(open.count(), counted as usize);
    assert_eq!(work.consequences as usize, cause.consequences.len());
    let cleared: BTreeSet<&String> = assessment
        .plan
        .tasks
        .iter()
        .flat_map(|t| &t.clears)
        .collect();
    for consequence in assessment
        .findings
        .iter()
        .filter(|one| one.caused_by.is_some())
    {
        assert!(cleared.contains(&consequence.key), "{}", consequence.key);
    }
    cause
}

#[test]
fn behind_a_proxy_that_demands_credentials_there_is_one_finding_with_its_consequences() {
    let refused = json!({
        "reachable": {"known": false}, "tls": gap("denied"),
        "failure": failure("proxy", "proxy-authentication-required"),
    });
    let assessment = assess(&environment(&forty(&[80, 443], &refused), true));
    let cause = only_cause(&assessment);
    assert_eq!(cause.rule, "network-proxy-demands-credentials");
    assert!(cause.title.contains("40 of 40"), "{}", cause.title);
    let endpoints = cause.consequences.iter();
    let endpoints = endpoints.filter(|key| key.starts_with("core-endpoint-unreachable/"));
    assert_eq!(endpoints.count(), 40);
    let unread = "core-endpoint-tls-inspected".to_owned();
    assert!(
        cause.consequences.contains(&unread),
        "{:?}",
        cause.consequences
    );
    let tasks = assessment.plan.tasks.iter();
    let tasks: Vec<_> = tasks
        .filter(|task| !task.id.starts_with("confirm-"))
        .collect();
    assert_eq!(tasks.len(), 1, "{tasks:#?}");
}

#[test]
fn with_port_80_filtered_the_port_is_the_finding() {
    let silent = json!({
        "reachable": {"known": false}, "connect": gap("timed-out"),
        "failure": failure("connect", "timed-out"),
    });
    let assessment = assess(&environment(&forty(&[80], &silent), true));
    let cause = only_cause(&assessment);
    assert_eq!(cause.key, "network-port-80-filtered/80");
    assert_eq!(cause.consequences.len(), 20);
}

#[test]
fn with_every_port_filtered_the_port_is_a_consequence_too() {
    let silent = json!({
        "reachable": {"known": false}, "connect": gap("timed-out"), "tls": gap("timed-out"),
        "failure": failure("connect", "timed-out"),
    });
    let assessment = assess(&environment(&forty(&[80, 443], &silent), true));
    let cause = only_cause(&assessment);
    assert_eq!(cause.rule, "network-no-way-out");
    let port = "network-port-80-filtered/80".to_owned();
    assert!(cause.consequences.contains(&port));
}

#[test]
fn behind_a_decrypting_proxy_its_authority_is_the_finding_whether_trusted_or_not() {
    let issuer = "CN=Example Inspection CA, O=Example Ltd";
    let trusted = json!({"tls": tls(issuer, true)});
    let untrusted = json!({
        "tls": tls(issuer, false), "reachable": {"known": false},
        "failure": failure("tls", "untrusted"),
    });
    for differs in [trusted, untrusted] {
        let assessment = assess(&environment(&forty(&[443], &differs), true));
        let cause = only_cause(&assessment);
        assert_eq!(cause.key, format!("network-tls-decrypted/{issuer}"));
        assert!(cause.title.contains(issuer), "{}", cause.title);
        assert_eq!(cause.consequences.len(), 20, "{:?}", cause.consequences);
    }
}

#[test]
fn with_no_name_resolution_what_could_not_be_assessed_waits_for_it() {
    let unclear = json!({
        "reachable": gap("timed-out"), "failure": gap("timed-out"), "resolve": gap("timed-out"),
        "connect": gap("timed-out"), "tls": gap("timed-out"),
    });
    let assessment = assess(&environment(&forty(&[80, 443], &unclear), false));
    let cause = only_cause(&assessment);
    assert_eq!(cause.key, "dns-no-resolver-answers");
    for rule in ["core-endpoint-unreachable", "core-endpoint-tls-version-low"] {
        assert!(cause.consequences.iter().any(|one| one == rule), "{rule}");
        let result = assessment.rules.iter().find(|one| one.id == rule).unwrap();
        assert_eq!(result.verdict, Verdict::NotAssessed);
        assert_eq!(result.caused_by.as_deref(), Some("dns-no-resolver-answers"));
    }
}

#[test]
fn with_resolvers_that_know_no_public_name_that_is_the_finding_unless_a_proxy_knows_them() {
    let nameless = json!({
        "reachable": {"known": false}, "failure": failure("resolve", "name-not-found"),
        "resolve": gap("unreachable"), "connect": gap("unreachable"), "tls": gap("unreachable"),
    });
    let mut environment = environment(&forty(&[80, 443], &nameless), true);
    let Seen::Known(dns) = &mut environment.dns else {
        panic!("the resolvers were asked");
    };
    let Seen::Known(resolvers) = &mut dns.resolvers else {
        panic!("there are resolvers");
    };
    resolvers[0].resolves_public = Seen::Known(false);
    let assessment = assess(&environment);
    let cause = only_cause(&assessment);
    assert_eq!(cause.key, "dns-public-names-unavailable");
    let single = "dns-public-names-unresolved/192.0.2.53:53".to_owned();
    assert!(
        cause.consequences.contains(&single),
        "{:?}",
        cause.consequences
    );
    assert!(cause.consequences.len() > 40, "{:?}", cause.consequences);
    let Seen::Known(network) = &mut environment.network else {
        panic!("the endpoints were probed");
    };
    network.proxy = Seen::Known("http://192.0.2.8:8080".to_owned());
    let behind_proxy = assess(&environment);
    let rule = behind_proxy.rules.iter();
    let mut rule = rule.filter(|one| one.id == "dns-public-names-unavailable");
    assert_eq!(rule.next().unwrap().verdict, Verdict::NotApplicable);
}

#[test]
fn a_few_endpoints_of_many_have_no_common_cause() {
    let refused = json!({
        "reachable": {"known": false}, "failure": failure("connect", "refused"),
        "connect": gap("unreachable"), "tls": gap("unreachable"),
    });
    let mut endpoints = forty(&[], &json!({}));
    endpoints[4] = endpoint(4, &refused);
    let assessment = assess(&environment(&endpoints, true));
    assert!(causes(&assessment).is_empty());
    let own = assessment.findings.iter();
    assert!(
        own.into_iter()
            .any(|one| one.key.ends_with("host4.example:443"))
    );
}

#[test]
fn a_cause_changes_no_verdict_and_no_readiness() {
    let silent = json!({
        "reachable": {"known": false}, "connect": gap("timed-out"),
        "failure": failure("connect", "timed-out"),
    });
    let environment = environment(&forty(&[80], &silent), true);
    let with = assess(&environment);
    let sources: Vec<Source> = Packs::embedded_sources()
        .into_iter()
        .map(without_causes)
        .collect();
    let packs = Packs::read(&sources).unwrap();
    let profile = Profile {
        targets: vec!["core".to_owned()],
        ..Profile::default()
    };
    let without = packs.assess(&environment, &profile, None).unwrap();
    assert!(!causes(&with).is_empty() && causes(&without).is_empty());
    assert_eq!(with.targets, without.targets);
    for (with, without) in with.rules.iter().zip(&without.rules) {
        assert_eq!((&with.id, with.verdict), (&without.id, without.verdict));
    }
}

/// The same rule, naming no cause.
fn without_causes(source: Source) -> Source {
    let mut within = false;
    let kept = source.text.lines().filter(|line| {
        let starts = !line.starts_with(' ') && !line.is_empty();
        within = line.starts_with("caused_by:") || within && !starts;
        !within
    });
    let text = kept.collect::<Vec<_>>().join("\n");
    Source::new(source.name, text)
}

fn rule(id: &str, severity: &str, further: &str) -> Source {
    let text = format!(
        "id: {id}\ntitle: T\ntargets: [core]\nseverity: {severity}\nsince: 0.1.0\nneeds: [host.name]\n\
         pass: host.name == 'a'\n{further}\nwhy: w\nevidence: [host.name]\n\
         task: {{id: of-{id}, title: T, wave: directory, owner: o, effort_hours: 2, risk: low,\n  \
         outage: none, reversible: false, steps: [Do.], verify: Look.}}\n\
         sources: [{{doc: a page, as_of: 2026-09-29, confidence: documented}}]\n\
         cases:\n\
         - {{name: met, facts: {{host.name: a}}, expect: met}}\n\
         - {{name: low, facts: {{host.name: b}}, expect: not-met}}\n\
         - {{name: unknown, expect: not-assessed}}\n\
         - {{name: other, facts: {{host.name: c}}, expect: not-met}}\n"
    );
    Source::new(format!("{id}.yaml"), text)
}

fn faults(rules: &[Source]) -> String {
    let mut sources = rules.to_vec();
    let targets = "[{id: core, title: Core, meaning: Something., default: true}]";
    sources.push(Source::new("targets.yaml", targets));
    let faults: Vec<Fault> = Packs::read(&sources).map(drop).unwrap_err();
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    faults.join("\n")
}

#[test]
fn causes_that_are_unknown_too_mild_or_in_a_circle_are_refused_with_their_place() {
    let unknown = faults(&[
        rule("dark", "blocker", ""),
        rule("port", "major", "caused_by: [{rule: drk, when: 'true'}]"),
    ]);
    assert!(
        unknown.starts_with("port.yaml:8:20: there is no rule `drk`; did you mean `dark`?"),
        "{unknown}"
    );
    let mild = faults(&[
        rule("dark", "minor", ""),
        rule("port", "major", "caused_by: [{rule: dark, when: 'true'}]"),
    ]);
    assert!(
        mild.contains("`dark` is minor and cannot stand for what is major"),
        "{mild}"
    );
    let circle = faults(&[
        rule("a", "major", "caused_by: [{rule: b, when: 'true'}]"),
        rule("b", "major", "caused_by: [{rule: a, when: 'true'}]"),
    ]);
    assert!(
        circle.contains("rules cause each other in a circle: a → b → a"),
        "{circle}"
    );
    let idle = faults(&[
        rule("dark", "blocker", ""),
        rule("port", "major", "caused_by: [{rule: dark}]"),
    ]);
    assert!(idle.contains("say `when` a finding comes of it"), "{idle}");
    let wrong = faults(&[
        rule("dark", "blocker", ""),
        rule(
            "port",
            "major",
            "caused_by: [{rule: dark, when: 'host.nam == 1'}]",
        ),
    ]);
    assert!(wrong.contains("port.yaml:8:"), "{wrong}");
}
