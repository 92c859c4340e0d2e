//! `waterline diff` and `--baseline`: what changed between runs.

use serde_json::Value;

use crate::support::Sandbox;

const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lab-domain");
const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/unjoined-machine");

fn report(sandbox: &Sandbox, name: &str) -> Value {
    let path = format!("json={name}");
    sandbox.run(&["replay", LAB, "--quiet", "--report", &path]);
    serde_json::from_str(&fs_err::read_to_string(sandbox.path(name)).unwrap()).unwrap()
}

#[test]
fn a_recording_has_not_changed_since_itself_nor_since_its_report() {
    let sandbox = Sandbox::new();
    report(&sandbox, "old.json");
    for old in [LAB, "old.json"] {
        let ended = sandbox.run(&["diff", old, LAB]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(
            ended.stdout.contains("Nothing changed."),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn another_threshold_is_told_as_such_and_not_as_a_new_fault() {
    let sandbox = Sandbox::new();
    let profile = "parameters: {directory-forest-level-low: {min_level: 99}}\n";
    sandbox.file("none.yaml", "{}\n");
    sandbox.file("strict.yaml", profile);
    let ended = sandbox.run(&[
        "diff",
        LAB,
        LAB,
        "--old-profile",
        "none.yaml",
        "--profile",
        "strict.yaml",
        "--format",
        "json",
    ]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let changes = ended.json();
    let changes = changes["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["key"], "directory-forest-level-low");
    assert_eq!(changes[0]["reason"], "threshold-moved");
    assert_eq!(changes[0]["direction"], "worse");
}

#[test]
fn later_days_of_the_same_facts_are_told_as_moved_dates() {
    let sandbox = Sandbox::new();
    let later = ["replay", LAB, "--as-of", "2040-01-01", "--baseline", LAB];
    let ended = sandbox.run(&[&later[..], &["--report", "json"]].concat());
    let report = ended.json();
    let changes = report["changes"]["changes"].as_array().unwrap();
    assert!(!changes.is_empty());
    for change in changes {
        let reason = &change["reason"];
        assert!(reason == "date-moved" || reason == "extent", "{change}");
    }
    for (format, section) in [
        ("html", "id=\"changes\""),
        ("markdown", "\n## Changes\n"),
        ("terminal", "\nCHANGES"),
    ] {
        let shown = sandbox.run(&[&later[..], &["--report", format]].concat());
        assert!(shown.stdout.contains(section), "{}", shown.stdout);
        assert!(shown.stdout.contains("date moved"), "{}", shown.stdout);
    }
}

#[test]
fn runs_that_cannot_be_compared_are_refused_with_the_reason() {
    let sandbox = Sandbox::new();
    let mut old = report(&sandbox, "old.json");
    sandbox.file("hello.json", "{\"hello\": 1}");
    sandbox.file("cut.json", &old.to_string()[..5000]);
    old["format"]["major"] = 9.into();
    sandbox.file("new.json", old.to_string());
    old["format"]["major"] = 1.into();
    old["run"]["environment"]["forest"] = "fabrikam.com".into();
    sandbox.file("other.json", old.to_string());
    let cases = [
        ("nowhere", "nowhere"),
        ("hello.json", "neither a recording nor a report"),
        ("cut.json", "neither a recording nor a report"),
        ("new.json", "a report of form 9; this version reads form 1"),
        ("other.json", "different environments"),
        ("/dev", "/dev"),
    ];
    for (run, expected) in cases {
        let ended = sandbox.run(&["diff", run, LAB]);
        assert_eq!(ended.code, 2, "{run}: {}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{run}: {}", ended.stderr);
        assert_eq!(ended.stdout, "");
    }
    let one = sandbox.run(&["diff", LAB]);
    assert_eq!(one.code, 2);
    let machines = sandbox.run(&["diff", OTHER, LAB]);
    assert_eq!(machines.code, 2, "{}", machines.stderr);
}
