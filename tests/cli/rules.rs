//! `waterline rules`: what the minimums are, why, and that each does what it says.

use crate::support::Sandbox;

#[test]
fn list_names_every_rule_and_its_targets() {
    let ended = Sandbox::new().run(&["rules", "list"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for target in [
        "core",
        "connect-sync",
        "hybrid-join",
        "intune",
        "co-management",
    ] {
        assert!(ended.stdout.contains(target), "{target}");
    }
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn show_explains_one_rule_with_its_sources() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["rules", "list", "--ids"]).stdout;
    let id = list.lines().next().unwrap();
    let ended = sandbox.run(&["rules", "show", id]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains(id) && ended.stdout.contains("Sources"),
        "{}",
        ended.stdout
    );
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["rules", "list", "--ids"]).stdout;
    let id = list.lines().next().unwrap();
    let wrong = &id[..id.len() - 1];
    sandbox
        .run(&["rules", "show", wrong])
        .refused(2, &[wrong, "did you mean", id]);
}

#[test]
fn every_case_of_every_rule_holds() {
    let ended = Sandbox::new().run(&["rules", "test"]);
    assert_eq!(ended.code, 0, "{}\n{}", ended.stdout, ended.stderr);
}

#[test]
fn a_rule_that_cannot_load_is_shown_with_line_and_column() {
    let sandbox = Sandbox::new();
    fs_err::create_dir(sandbox.path("packs")).unwrap();
    sandbox.file("packs/my-rule.yaml", "id: my-rule\ntitel: A rule\n");
    let ended = sandbox.run(&["rules", "test", "packs"]);
    ended.refused(2, &["my-rule.yaml:2:1", "titel"]);
}

/// A rule of one's own, with a threshold that no case holds.
const OWN: &str = "id: own-level-low
title: The level is low
targets: [own-target]
severity: blocker
since: 1.0.0
needs: [directory.forest.level]
applies: profile.attested.own_question
pass: directory.forest.level >= params.min_level
params: {min_level: 4}
bounds: {min_level: {min: 3, max: 7}}
why: It is ours.
evidence: [directory.forest.level]
task: {id: own-task, title: Raise it, wave: directory, owner: ops, effort_hours: 1, risk: low,
  outage: none, reversible: false, steps: [Raise it.], verify: Look.}
sources: [{doc: our handbook, as_of: 2026-01-01, confidence: documented}]
cases:
- {name: at the limit, profile: {attested: {own_question: true}}, facts: {directory.forest.level: 4}, expect: met}
- {name: far below, profile: {attested: {own_question: true}}, facts: {directory.forest.level: 1}, expect: not-met}
- {name: not ours, profile: {attested: {own_question: false}}, expect: not-applicable}
- {name: unknown, profile: {attested: {own_question: true}}, expect: not-assessed}
";

/// A pack of one's own: a target, a question and a rule.
fn own_pack(sandbox: &Sandbox, rule: &str) {
    fs_err::create_dir_all(sandbox.path("own")).unwrap();
    sandbox.file(
        "own/targets.yaml",
        "- {id: own-target, title: Ours, meaning: It is ours., needs: [core]}\n",
    );
    sandbox.file(
        "own/attestations.yaml",
        "- {id: own_question, question: Is it ours?, owner: ops, kind: yes-no, targets: [own-target]}\n",
    );
    sandbox.file("own/own-level-low.yaml", rule);
}

#[test]
fn a_pack_of_ones_own_is_tested_shown_and_judged_with_the_others() {
    let sandbox = Sandbox::new();
    own_pack(&sandbox, OWN);
    let ended = sandbox.run(&["rules", "test", "--pack", "own"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "1 rules, 4 cases, 0 wrong\n")
    );
    let ended = sandbox.run(&["rules", "test", "own", "--thresholds"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.stdout.contains("no case notices if 4 becomes 3"),
        "{}",
        ended.stdout
    );
    let page = sandbox
        .run(&["rules", "show", "own-level-low", "--pack", "own"])
        .stdout;
    for told in [
        "from 3 to 7",
        "at the limit: met",
        "our handbook",
        "Is it ours?",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let tree = sandbox.run(&["targets", "--pack", "own"]).stdout;
    assert!(tree.contains("- own-target: Ours"), "{tree}");
    sandbox.file("profile.yaml", "targets: [own-target]\n");
    let name = sandbox.recording("run.waterline");
    let judged = sandbox.run(&[
        "replay",
        &name,
        "--pack",
        "own",
        "--profile",
        "profile.yaml",
        "--report",
        "json",
    ]);
    let report = judged.json();
    let rules = report["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "own-level-low"));
    let tasks = report["plan"]["tasks"].as_array().unwrap();
    assert!(
        tasks
            .iter()
            .any(|task| task["id"] == "confirm-own-question")
    );
}

#[test]
fn noisy_and_missed_cases_are_told_apart() {
    let sandbox = Sandbox::new();
    let wrong = OWN
        .replace("level: 4}, expect: met", "level: 3}, expect: met")
        .replace("level: 1}, expect: not-met", "level: 7}, expect: not-met");
    own_pack(&sandbox, &wrong);
    let ended = sandbox.run(&["rules", "test", "own"]);
    assert_eq!(ended.code, 1);
    for told in [
        "case 'at the limit': noisy",
        "case 'far below': missed",
        "2 wrong: 1 noisy, 1 missed",
    ] {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
}

#[test]
fn docs_writes_a_page_for_each_rule_and_an_index() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&["rules", "docs", "pages"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let index = fs_err::read_to_string(sandbox.path("pages/README.md")).unwrap();
    let list = sandbox.run(&["rules", "list", "--ids"]).stdout;
    for id in list.lines() {
        assert!(index.contains(&format!("({id}.md)")), "{id}");
        assert!(sandbox.path(&format!("pages/{id}.md")).exists(), "{id}");
    }
}

/// A name for each bad input, the rule with it, and what must be told of it.
type BadRule = (&'static str, String, &'static [&'static str]);

fn bad_rules() -> [BadRule; 7] {
    let deep = format!("pass: '{}true{}'", "(".repeat(10_000), ")".repeat(10_000));
    let pass = "pass: directory.forest.level >= params.min_level";
    [
        (
            "unknown fact",
            OWN.replace(
                "needs: [directory.forest.level]",
                "needs: [directory.forest.levle]",
            ),
            &[
                "own-level-low.yaml:6:9",
                "unknown fact",
                "did you mean `level`?",
            ],
        ),
        (
            "wrong type",
            OWN.replace(pass, "pass: directory.forest.level >= 'four'"),
            &["own-level-low.yaml:8:"],
        ),
        (
            "no expectation",
            OWN.replace(", expect: not-applicable", ""),
            &["own-level-low.yaml:19:", "expect"],
        ),
        (
            "depth",
            OWN.replace(pass, &deep),
            &["own-level-low.yaml:8:8", "longer than"],
        ),
        (
            "cycle in after",
            OWN.replace(
                "reversible: false,",
                "reversible: false, after: [own-task],",
            ),
            &["own-level-low.yaml:14:", "circle"],
        ),
        (
            "cycle in caused_by",
            OWN.replace(
                "why: It",
                "caused_by: [{rule: own-level-low, when: 'true'}]\nwhy: It",
            ),
            &["own-level-low.yaml:11:", "own-level-low → own-level-low"],
        ),
        (
            "unknown question",
            OWN.replace(
                "applies: profile.attested.own_question",
                "applies: profile.attested.own_qestion",
            ),
            &["own-level-low.yaml:7:", "did you mean `own_question`?"],
        ),
    ]
}

/// Every bad input is refused with file, line and column, and nothing of the pack is judged.
#[test]
fn a_bad_pack_is_refused_with_file_line_column_and_excerpt() {
    let sandbox = Sandbox::new();
    for (name, rule, told) in bad_rules() {
        assert_ne!(rule, OWN, "{name}");
        own_pack(&sandbox, &rule);
        let ended = sandbox.run(&["rules", "test", "own"]);
        assert!(ended.stderr.len() < 8_000, "{name}");
        ended.refused(2, told);
    }
    own_pack(&sandbox, OWN);
    fs_err::create_dir_all(sandbox.path("own/more")).unwrap();
    sandbox.file("own/more/own-level-low.yaml", OWN);
    let ended = sandbox.run(&["rules", "test", "own"]);
    ended.refused(
        2,
        &[
            "own-level-low.yaml:1:5",
            "the id `own-level-low` is also that of",
        ],
    );
}
