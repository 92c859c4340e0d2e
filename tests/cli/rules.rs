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
