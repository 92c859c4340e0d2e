//! Three made-up organisations as recordings: each is what its world says, and its replay gives every
//! target the verdict that `docs/environments.md` explains.
//!
//! `WATERLINE_DOCS=write cargo test --test environments` writes the recordings and reports anew, to
//! be reviewed like code; the page is written by hand.

#![allow(clippy::unwrap_used)]

mod old_forest;
mod ordinary_forest;
mod reach;
mod small_firm;
mod sound;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    path::PathBuf,
};

use assert_cmd::Command;
use serde_json::Value;
use waterline_rules::Packs;
use world::{World, fixtures};

/// An environment's name, and what makes it.
type NamedWorld = (&'static str, fn() -> World);

const WORLDS: [NamedWorld; 3] = [
    ("small-firm", small_firm::world),
    ("ordinary-forest", ordinary_forest::world),
    ("old-forest", old_forest::world),
];

fn writes() -> bool {
    env::var_os("WATERLINE_DOCS").is_some_and(|wanted| wanted == "write")
}

fn recording(name: &str) -> PathBuf {
    fixtures().join(format!("{name}.waterline"))
}

fn replay(name: &str) -> String {
    let output = Command::cargo_bin("waterline")
        .unwrap()
        .env_clear()
        .args(["replay", "--report", "json", "--quiet", "--profile"])
        .arg(fixtures().join(format!("{name}.yaml")))
        .arg(recording(name))
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_world_is_recorded_and_judged_as_reviewed() {
    for (name, world) in WORLDS {
        let world = world();
        if writes() {
            world.write(&recording(name));
        }
        let opened = waterline::recording::open(&recording(name)).unwrap();
        assert!(opened.problems.is_empty(), "{name}: {:?}", opened.problems);
        assert!(world.is_in(&opened), "{name}: write the recording anew");
        let report = replay(name);
        let expected = fixtures().join("expected").join(format!("{name}.json"));
        if writes() {
            fs_err::write(&expected, &report).unwrap();
        }
        let written: Value =
            serde_json::from_str(&fs_err::read_to_string(expected).unwrap()).unwrap();
        let current: Value = serde_json::from_str(&report).unwrap();
        assert!(
            written == current,
            "{name}: review, then write the report anew"
        );
    }
}

#[test]
fn the_page_explains_the_verdict_of_every_target() {
    let targets = Packs::embedded().targets();
    let all: BTreeSet<&str> = targets.iter().map(|target| &*target.id.value).collect();
    for (name, _) in WORLDS {
        let report: Value = serde_json::from_str(&replay(name)).unwrap();
        let verdicts = verdicts(&report);
        assert_eq!(verdicts, explained(name), "{name}: docs/environments.md");
        let judged: BTreeSet<&str> = verdicts.keys().map(String::as_str).collect();
        assert_eq!(judged, all, "{name}");
    }
}

/// Readiness by target, as the report has it.
fn verdicts(report: &Value) -> BTreeMap<String, String> {
    let word = |target: &Value, name: &str| target[name].as_str().unwrap().to_owned();
    let targets = report["targets"].as_array().unwrap().iter();
    targets
        .map(|one| (word(one, "id"), word(one, "readiness")))
        .collect()
}

/// Readiness by target, as the page explains it: rows `| target | readiness | why |` below the
/// heading with the name of the recording.
fn explained(name: &str) -> BTreeMap<String, String> {
    let page = fixtures().parent().unwrap().join("docs/environments.md");
    let page = fs_err::read_to_string(page).unwrap();
    let section = page
        .split("\n## ")
        .find(|part| part.contains(&format!("`{name}.waterline`")));
    let rows = section
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| `"));
    let cells = |row: &str| {
        let mut cells = row
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().replace('`', ""));
        (cells.next().unwrap(), cells.next().unwrap())
    };
    rows.map(cells).collect()
}
