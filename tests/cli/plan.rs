//! The plan's overlay, the files of its tasks, and `waterline verify`.

use serde_json::Value;

use crate::support::{Ended, Sandbox, repository};

/// A recorded directory with faults of every kind.
fn recording() -> String {
    repository("fixtures/lab-domain").display().to_string()
}

fn replay(sandbox: &Sandbox, options: &[&str]) -> Ended {
    let recording = recording();
    sandbox.run(&[&["replay", &*recording], options].concat())
}

fn task<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut tasks = report["plan"]["tasks"].as_array().unwrap().iter();
    tasks
        .find(|task| task["id"] == id)
        .unwrap_or_else(|| panic!("no task {id}"))
}

#[test]
fn edits_of_an_overlay_are_in_the_report_and_those_that_do_not_fit_are_told() {
    let sandbox = Sandbox::new();
    let overlay = sandbox.file(
        "plan-overlay.yaml",
        "tasks:\n  correct-malformed-upns:\n    owner: Ann Lee\n    comment: '=cmd <b>'\n    \
         date: 2027-01-04\n  mend-zone-signatures: {done: true}\n",
    );
    let profile = sandbox.file("profile.yaml", "schedule: {start: 2026-12-01}\n");
    let options = [
        "--overlay",
        &overlay,
        "--profile",
        &profile,
        "--report",
        "json",
    ];
    let report = replay(&sandbox, &options).json();
    let edited = task(&report, "correct-malformed-upns");
    assert_eq!(edited["owner"], "Ann Lee");
    assert_eq!(edited["replaced"]["owner"], "directory-admin");
    assert_eq!(edited["edit"]["comment"], "=cmd <b>");
    assert_eq!(edited["slot"]["start"], "2027-01-04");
    let idle = &report["plan"]["idle_edits"]["mend-zone-signatures"];
    assert_eq!(idle["edit"]["done"], true);
    let notices = report["notices"].to_string();
    assert!(notices.contains("mend-zone-signatures"), "{notices}");
}

#[test]
fn an_overlay_that_cannot_be_used_is_refused_with_file_line_and_excerpt() {
    let sandbox = Sandbox::new();
    for (text, told) in [
        (
            "tasks:\n  correct-malformed-upn: {owner: Ann}\n",
            &[
                "overlay.yaml:2:3",
                "did you mean `correct-malformed-upns`",
                "2 |",
            ][..],
        ),
        (
            "tasks:\n  correct-malformed-upns: {date: soon}\n",
            &["overlay.yaml:2:34", "date: soon"],
        ),
        ("tasks: 7\n", &["overlay.yaml:1:8"]),
    ] {
        let overlay = sandbox.file("overlay.yaml", text);
        replay(&sandbox, &["--overlay", &overlay]).refused(2, told);
    }
    replay(&sandbox, &["--overlay", "gone.yaml"]).refused(2, &["--overlay", "gone.yaml"]);
}

#[test]
fn every_task_has_its_list_and_object_tasks_have_fix_files_with_undo() {
    let sandbox = Sandbox::new();
    let ended = replay(&sandbox, &["--out", "out"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let text = fs_err::read_to_string(sandbox.path("out/report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    for task in report["plan"]["tasks"].as_array().unwrap() {
        let files = task["files"].as_array().unwrap();
        assert!(!files.is_empty(), "{task:#}");
        for file in files {
            assert!(
                sandbox.path("out").join(file.as_str().unwrap()).is_file(),
                "{file}"
            );
        }
    }
    let files = task(&report, "correct-malformed-upns")["files"].to_string();
    for ending in [".csv", ".ps1", ".ldif", ".undo.ps1", ".undo.ldif"] {
        assert!(
            files.contains(&format!("/upn-malformed{ending}\"")),
            "{files}"
        );
    }
    let again = replay(&sandbox, &["--out", "again"]);
    assert_eq!(again.code, 3);
    let second = fs_err::read_to_string(sandbox.path("again/report.json")).unwrap();
    assert_eq!(text, second);
}

#[test]
fn files_that_cannot_be_written_are_named_and_the_reports_come_all_the_same() {
    let sandbox = Sandbox::new();
    fs_err::create_dir(sandbox.path("out")).unwrap();
    sandbox.file("out/scope", "a file where a folder has to be");
    let ended = replay(&sandbox, &["--out", "out"]);
    ended.refused(1, &["files of the tasks", "scope"]);
    assert!(sandbox.path("out/report.json").is_file());
    assert!(sandbox.path("out/object-findings.csv").is_file());
}

#[test]
fn a_plan_held_against_its_own_recording_has_nothing_done_and_the_same_gate() {
    let sandbox = Sandbox::new();
    replay(&sandbox, &["--out", "out"]);
    let recording = recording();
    let verify = ["verify", "out", "--replay", &recording];
    let shown = sandbox.run(
        &[
            &verify[..],
            &["--show", "json", "--sign-off", "record.json"],
        ]
        .concat(),
    );
    assert_eq!(shown.code, 3, "{}", shown.stderr);
    let record = shown.json();
    assert_eq!(record["totals"]["done"], 0, "{record:#}");
    assert_eq!(record["totals"]["regressed"], 0);
    assert!(record["totals"]["not_done"].as_u64() > Some(0));
    assert_eq!(record["regressions"], serde_json::json!([]));
    let written = fs_err::read_to_string(sandbox.path("record.json")).unwrap();
    assert_eq!(written, shown.stdout);
    let text = sandbox.run(&verify);
    assert!(text.stdout.contains("GATE"), "{}", text.stdout);
    let one = [
        "--task",
        "correct-malformed-upns",
        "--show",
        "json",
        "--signed-by",
        "Ann",
    ];
    let one = sandbox.run(&[&verify[..], &one].concat()).json();
    assert_eq!(one["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(one["signed_by"], "Ann");
}

#[test]
fn a_plan_or_option_that_cannot_be_used_is_refused_before_anything_is_probed() {
    let sandbox = Sandbox::new();
    replay(&sandbox, &["--report", "json=plan.json"]);
    sandbox.file(
        "newer.json",
        r#"{"format": {"major": 2, "minor": 0}, "plan": {}}"#,
    );
    sandbox.file("other.json", "[]");
    let profile = sandbox.file("profile.yaml", "targets: [seamless-sso]\n");
    for (options, told) in [
        (
            &["verify", "newer.json"][..],
            "form 2.0, and this version reads 1.x",
        ),
        (&["verify", "other.json"], "no report with a plan"),
        (&["verify", "gone.json"], "gone.json"),
        (
            &["verify", "plan.json", "--task", "correct-upns"],
            "no task `correct-upns`",
        ),
        (
            &["verify", "plan.json", "--profile", &profile],
            "the plan was made for",
        ),
        (&["verify", "plan.json", "--sign-off", "."], "is a folder"),
        (
            &["verify", "plan.json", "--sign-off", "no/where"],
            "there is no folder",
        ),
        (&["verify", "plan.json", "--replay", "gone"], "gone"),
    ] {
        sandbox.run(options).refused(2, &[told]);
    }
}
