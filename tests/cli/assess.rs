//! `waterline assess`: verdicts of what could be read, and nothing but *not assessed* of the rest.

use serde_json::Value;

use crate::support::{Ended, LOCAL, Sandbox};

fn assess(sandbox: &Sandbox, further: &[&str]) -> Ended {
    sandbox.run(&[&["assess", "--only", LOCAL], further].concat())
}

#[test]
fn a_machine_by_itself_is_assessed_as_far_as_it_was_read() {
    let ended = assess(&Sandbox::new(), &["--report", "json"]);
    assert!(ended.code == 3 || ended.code == 4, "{}", ended.stderr);
    let report = ended.json();
    let probes = report["run"]["probes"].as_array().unwrap();
    assert_eq!(probes.len(), 6);
    let rules = report["rules"].as_array().unwrap();
    assert!(rules.len() >= 40, "{} rules", rules.len());
    let unread = |rule: &&Value| rule["verdict"] == "not-assessed";
    for rule in rules.iter().filter(unread) {
        assert_ne!(rule["reason"].as_str().unwrap_or_default(), "", "{rule}");
    }
}

#[test]
fn what_was_left_out_is_never_met() {
    let report = assess(&Sandbox::new(), &["--report", "json"]).json();
    for rule in report["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let remote = ["dns-", "directory-", "object-"]
            .iter()
            .any(|part| id.starts_with(part));
        let decided = rule["verdict"] == "met" || rule["verdict"] == "not-met";
        assert!(!(remote && decided), "{rule}");
    }
}

#[test]
fn an_empty_export_means_nothing_met_at_all() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.ldif", "");
    let ended = sandbox.run(&[
        "assess",
        "--only",
        "directory",
        "--ldif",
        "empty.ldif",
        "--report",
        "json",
    ]);
    let report = ended.json();
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    for rule in report["rules"].as_array().unwrap() {
        assert!(
            rule["verdict"] != "met" && rule["verdict"] != "not-met",
            "{rule}"
        );
    }
}

#[test]
fn the_terminal_report_fits_80_columns_and_has_no_colour() {
    let ended = assess(&Sandbox::new(), &[]);
    assert!(!ended.stdout.is_empty());
    for line in ended.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
    assert!(
        !ended.stderr.contains('\u{1b}'),
        "progress is only for terminals: {}",
        ended.stderr
    );
}

#[test]
fn colour_is_there_on_demand_alone() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let always = sandbox.run(&["replay", &recording, "--color", "always"]);
    assert!(always.stdout.contains('\u{1b}'));
    let never = sandbox.run_with(&["replay", &recording], &[("NO_COLOR", "1")]);
    assert!(!never.stdout.contains('\u{1b}'));
}

#[test]
fn out_writes_the_usual_set_and_shows_the_report() {
    let sandbox = Sandbox::new();
    let ended = assess(&sandbox, &["--out", "results"]);
    assert!(ended.stdout.contains("not assessed"), "{}", ended.stdout);
    for name in ["report.json", "report.md", "recording.waterline"] {
        assert!(sandbox.path("results").join(name).is_file(), "{name}");
        assert!(ended.stderr.contains(name), "{name}: {}", ended.stderr);
    }
}

#[test]
fn quiet_says_nothing_on_standard_error() {
    let ended = assess(&Sandbox::new(), &["--quiet", "--out", "results"]);
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_refused_connection_is_the_reason_of_the_directory() {
    let ended = Sandbox::new().run(&[
        "assess",
        "--only",
        "directory",
        "--domain",
        "example.test",
        "--server",
        "ldap://127.0.0.1:1",
        "--auth",
        "anonymous",
        "--report",
        "json",
    ]);
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    let report = ended.json();
    let told = report["run"]["probes"].to_string();
    assert!(told.contains("127.0.0.1"), "{told}");
    for rule in report["rules"].as_array().unwrap() {
        assert_ne!(rule["verdict"], "met", "{rule}");
    }
}

#[test]
fn dry_run_lists_the_contacts_and_contacts_nobody() {
    let ended = Sandbox::new().run(&["assess", "--dry-run", "--resolver", "127.0.0.1"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(
        ended.stdout.contains("login.microsoftonline.com:443"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("127.0.0.1:53"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("identity-sign-in"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn dry_run_is_told_to_machines_with_every_purpose_and_its_source() {
    let sandbox = Sandbox::new();
    let arguments = [
        "assess",
        "--dry-run",
        "--only",
        "network",
        "--proxy",
        "none",
    ];
    let ended = sandbox.run(&[&arguments[..], &["--report", "json"]].concat());
    let told = ended.json();
    let contacts = told["contacts"].as_array().unwrap();
    assert!(contacts.len() > 50, "{}", contacts.len());
    for contact in contacts {
        assert_eq!(contact["probe"], "network");
        for purpose in contact["purposes"].as_array().unwrap() {
            let source = &told["groups"][purpose.as_str().unwrap()]["source"];
            assert!(
                source.as_str().is_some_and(|source| !source.is_empty()),
                "{contact}"
            );
        }
    }
}

#[test]
fn dry_run_leaves_out_what_the_profile_decides_against_and_says_why() {
    let sandbox = Sandbox::new();
    let answer = "attested: {uses_remote_help: false}\n";
    let profile = sandbox.file("profile.yaml", format!("targets: [intune]\n{answer}"));
    let plain = sandbox.file("plain.yaml", "targets: [intune]\n");
    let told = |profile: &str, report: &[&str]| {
        let options = [
            "assess",
            "--dry-run",
            "--only",
            "network",
            "--proxy",
            "none",
        ];
        let options = [&options[..], &["--profile", profile], report].concat();
        sandbox.run(&options)
    };
    let json = ["--report", "json"];
    let with = told(&plain, &json).json();
    let without = told(&profile, &json).json();
    let left = without["not_needed"].as_object().unwrap();
    assert!(!left.is_empty());
    for (group, why) in left {
        assert!(
            !with["groups"][group].is_null(),
            "{group} is contacted else"
        );
        assert!(without["groups"][group].is_null(), "{group}");
        let why = why.as_str().unwrap();
        assert!(why.contains("`uses_remote_help: false`"), "{why}");
    }
    let page = told(&profile, &[]).stdout;
    assert!(page.contains("LEFT OUT"), "{page}");
    assert!(page.contains("`manages_macs`"), "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn region_that_no_endpoint_has_is_refused_and_the_known_ones_are_told() {
    let sandbox = Sandbox::new();
    let profile = sandbox.file("profile.yaml", "regions: [atlantis]\n");
    let ended = sandbox.run(&["assess", "--dry-run", "--profile", &profile]);
    ended.refused(2, &["`atlantis`", "europe", "north-america"]);
}

#[test]
fn fail_on_moves_the_line() {
    let sandbox = Sandbox::new();
    assert_eq!(assess(&sandbox, &["--fail-on", "never"]).code, 0);
}
