//! Whether a changed threshold is noticed.

#![allow(clippy::unwrap_used)]

mod common;

use common::{sound, sources};
use waterline_rules::{Packs, source::Source};

/// Thresholds of the packs that no example holds yet, as `rule threshold changed`, each with why.
const UNHELD: &str = include_str!("data/unheld-thresholds.txt");

#[test]
fn every_threshold_of_the_packs_is_held_by_an_example_or_listed() {
    let packs = Packs::read(&Packs::embedded_sources()).unwrap();
    let survivors = packs.test_thresholds(|_| true).survivors;
    let listed: Vec<&str> = UNHELD
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .filter_map(|line| line.split(" # ").next())
        .map(str::trim)
        .collect();
    let found: Vec<String> = survivors
        .iter()
        .map(|one| format!("{} {} {}", one.rule, one.threshold, one.changed))
        .collect();
    let unlisted: Vec<&String> = found
        .iter()
        .filter(|one| !listed.contains(&one.as_str()))
        .collect();
    assert!(
        unlisted.is_empty(),
        "{} are not held:\n{unlisted:#?}",
        unlisted.len()
    );
    let idle: Vec<&&str> = listed
        .iter()
        .filter(|one| !found.iter().any(|found| found == *one))
        .collect();
    assert!(idle.is_empty(), "held, and listed all the same: {idle:#?}");
}

#[test]
fn a_threshold_that_no_example_holds_is_named() {
    let mut sources = sources(
        "needs: [directory.forest.level]\nevidence: [host.name]\n\
         pass: directory.forest.level >= params.min_level && directory.forest.level < 9\n\
         params: {min_level: 4}",
    );
    let (head, _) = sources[1].text.split_once("cases:").unwrap();
    let text = format!(
        "{head}cases:\n\
         - {{name: at the limit, facts: {{directory.forest.level: 4}}, expect: met}}\n\
         - {{name: far below, facts: {{directory.forest.level: 1}}, expect: not-met}}\n\
         - {{name: at the other, facts: {{directory.forest.level: 9}}, expect: not-met}}\n\
         - {{name: below it, facts: {{directory.forest.level: 8}}, expect: met}}\n\
         - {{name: unknown, expect: not-assessed}}\n"
    );
    sources[1] = Source::new("core/probe.yaml", text);
    let results = Packs::read(&sources).unwrap().test_thresholds(|_| true);
    assert_eq!(results.tried, 4);
    let survivors: Vec<String> = results.survivors.iter().map(ToString::to_string).collect();
    let expected = "probe, min_level: no case notices if 4 becomes 3; add one at the limit";
    assert_eq!(survivors, [expected]);
    assert_eq!(sound("pass: true").test_thresholds(|_| false).tried, 0);
}
