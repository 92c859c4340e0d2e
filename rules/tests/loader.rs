//! What the loader refuses, and how it says so.

#![allow(clippy::unwrap_used)]

mod common;

use common::{read, sound, sources};
use waterline_rules::{Packs, source::Source};

/// The faults of one rule, as they are shown.
fn faults(body: &str) -> String {
    shown(&read(body).expect_err("it must be refused"))
}

fn shown(faults: &[waterline_rules::source::Fault]) -> String {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    faults.join("\n")
}

#[test]
fn every_fault_is_shown_in_its_place() {
    insta::assert_snapshot!(
        "all_at_once",
        faults(
            "needs: [directory.forest.levl, 'directory.domains[', host.os.family]\n\
         applies: \"host.os.family == 'windwos'\"\n\
         each:\n  of: directory.domains\n  as: domain\n  key: domain.level\n  title: '{domain.nam} is low'\n\
         pass: domain.level >= params.min_level && domain.read\n\
         params: {min_level: 2, max_level: 9, odd: {a: 1}}\n\
         affected: domain.dns_name\n\
         evidence: [domain.levels]\n\
         task_ref: other"
        )
    );
}

#[test]
fn a_form_that_is_wrong_is_shown_in_its_place() {
    let bodies = [
        "pass: true\nneed: [host.name]",
        "pass: true\nseverity: fatal",
        "pass: true\nparams: 5",
        "pass: true\npass: false",
        "needs: host.name\npass: true",
    ];
    let all: Vec<String> = bodies.iter().map(|body| faults(body)).collect();
    insta::assert_snapshot!("forms", all.join("\n\n"));
}

#[test]
fn a_rule_that_lacks_what_a_rule_must_have_is_refused() {
    let rule = "id: Low_level\ntitle: ''\ntargets: [coer]\nseverity: major\nsince: 0.1.0\n\
                pass: true\napplies: true\nwhy: w\nsources: []\n\
                cases: [{name: a, expect: waived}, {name: a, expect: met, facts: \
                {host.name: 5, host.os.family: beos, directory.forest.level: low, host.os: 3, run.x: 1, 'a b': 2}}]\n";
    let mut sources = sources("pass: true");
    sources.push(Source::new("core/level-low.yaml", rule));
    sources.push(Source::new("core/copy.yaml", sources[1].text.clone()));
    insta::assert_snapshot!("lacking", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn a_wave_that_is_not_there_is_refused() {
    let mut sources = sources("pass: true");
    let text = sources[1].text.replace("wave: directory", "wave: later");
    sources[1] = Source::new("core/probe.yaml", text);
    insta::assert_snapshot!("wave", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn tasks_and_targets_that_wait_for_each_other_are_refused() {
    let mut sources = sources("pass: true");
    let text = sources[1]
        .text
        .replace("reversible: false,", "reversible: false, after: [raise],");
    sources[1] = Source::new("core/probe.yaml", text);
    sources[0] = Source::new(
        "targets.yaml",
        sources[0].text.replace("default: true", "needs: [core]"),
    );
    insta::assert_snapshot!("circles", shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn an_expression_or_a_document_that_is_too_deep_or_grows_is_refused_in_its_place() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}true{}", open.repeat(times), close.repeat(times))
    };
    let bodies = [
        format!("pass: '{}'", deep("(", ")", 10_000)),
        format!("pass: '{}'", deep("!(", ")", 600)),
        format!("pass: '{}'", deep("(", ")", 900)),
        format!("pass: {}", deep("[", "]", 10_000)),
        "pass: true\nparams: {a: &a [1, 2], b: &b [*a, *a, *a], c: &c [*b, *b, *b], \
         d: &d [*c, *c, *c], e: &e [*d, *d, *d], f: &f [*e, *e, *e], g: &g [*f, *f, *f], \
         h: &h [*g, *g, *g], i: &i [*h, *h, *h], j: &j [*i, *i, *i], k: [*j, *j, *j]}"
            .to_owned(),
    ];
    for body in bodies {
        let faults = faults(&body);
        let start: String = faults.chars().take(200).collect();
        assert!(faults.starts_with("core/probe.yaml:"), "{start}");
        assert!(faults.lines().count() < 20, "{start}");
        assert!(faults.len() < 4_000, "{start}");
    }
}

#[test]
fn a_case_without_expectation_is_refused_in_its_place() {
    let mut sources = sources("pass: true");
    let text = sources[1]
        .text
        .replace("name: low, expect: not-met", "name: low");
    sources[1] = Source::new("core/probe.yaml", text);
    insta::assert_snapshot!(shown(&Packs::read(&sources).unwrap_err()));
}

#[test]
fn bounds_that_do_not_fit_and_a_waiver_ban_on_a_mild_rule_are_refused() {
    insta::assert_snapshot!(faults(
        "pass: params.min_level > 1\nseverity: minor\nnever_waivable: true\n\
         params: {min_level: 2}\nbounds: {min_level: {min: 3}, max_level: {max: 4}}"
    ));
}

#[test]
fn a_pack_with_one_fault_is_not_loaded_in_part() {
    let mut sources = Packs::embedded_sources();
    sources.push(Source::new("own/broken.yaml", "id: broken\n"));
    let faults = Packs::read(&sources).unwrap_err();
    assert!(
        faults.iter().all(|fault| fault.file == "own/broken.yaml"),
        "{}",
        shown(&faults)
    );
}

#[test]
fn a_rule_reads_as_markdown() {
    let packs = sound(
        "applies: host.os.family == 'windows'\n\
         needs: [host.os.family, domain.level]\n\
         each: {of: directory.domains, as: domain, where: domain.dns_name != '', key: domain.dns_name}\n\
         pass: domain.level >= params.min_level\n\
         params: {min_level: 2}",
    );
    insta::assert_snapshot!("markdown", packs.rule("probe").unwrap().to_markdown());
}

#[test]
fn the_examples_of_a_rule_name_every_wrong_verdict() {
    let mut sources = sources(
        "needs: [directory.forest.level]\npass: directory.forest.level >= 4\nevidence: [host.name]",
    );
    let (head, _) = sources[1].text.split_once("cases:").unwrap();
    let text = format!(
        "{head}cases:\n\
         - {{name: good, facts: {{directory.forest.level: 4}}, expect: met}}\n\
         - {{name: noisy, facts: {{directory.forest.level: 3}}, expect: met}}\n\
         - {{name: missed, facts: {{directory.forest.level: 4}}, expect: not-met}}\n\
         - {{name: rash, facts: {{directory.forest.level: 4}}, expect: not-assessed}}\n\
         - {{name: shy, expect: met}}\n\
         - {{name: other, facts: {{directory.forest.level: 3}}, expect: not-met, findings: [a]}}\n"
    );
    sources[1] = Source::new("core/probe.yaml", text);
    let results = Packs::read(&sources).unwrap().test_cases();
    assert_eq!((results.rules, results.cases), (1, 6));
    let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("wrong_cases", failures.join("\n"));
}
