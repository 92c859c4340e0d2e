//! A folder of recordings of machines, judged beside this one, and judged again from the recording.

use serde_json::Value;

use crate::support::{LOCAL, Sandbox};

/// A folder with two machines as they are and one cut short: this machine under two names.
fn fleet() -> Sandbox {
    let sandbox = Sandbox::new();
    fs_err::create_dir(sandbox.path("inbox")).unwrap();
    sandbox.recording("inbox/one.waterline");
    let whole = fs_err::read(sandbox.path("inbox/one.waterline")).unwrap();
    sandbox.file("inbox/cut.waterline", &whole[..whole.len() / 4]);
    sandbox.file("inbox/notes.txt", "who is who");
    sandbox
}

fn rule<'a>(report: &'a Value, id: &str) -> &'a Value {
    let rules = report["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["id"] == id).unwrap()
}

#[test]
fn recordings_of_machines_are_judged_and_a_replay_judges_them_alike() {
    let sandbox = fleet();
    let ended = sandbox.run(&[
        "assess",
        "--only",
        "host",
        "--hosts",
        "inbox",
        "--record",
        "run",
        "--report",
        "json",
        "--fail-on",
        "never",
    ]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for told in ["cut.waterline", "notes.txt", "recordings of 1 machines"] {
        assert!(ended.stderr.contains(told), "{told}:\n{}", ended.stderr);
    }
    let live = ended.json();
    assert_eq!(live["inventory"]["recorded"]["machines"], 1);
    assert_eq!(rule(&live, "hosts-recordings-unread")["verdict"], "not-met");
    fs_err::remove_dir_all(sandbox.path("inbox")).unwrap();
    let again = sandbox.run(&["replay", "run", "--report", "json", "--fail-on", "never"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(again.json()["rules"], live["rules"]);
}

#[test]
fn recording_of_one_machine_is_small() {
    let sandbox = Sandbox::new();
    sandbox.recording("one.waterline");
    let size = fs_err::metadata(sandbox.path("one.waterline"))
        .unwrap()
        .len();
    assert!(size < 100_000, "{size} bytes");
}

#[test]
fn without_recordings_of_machines_their_rules_do_not_apply() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&[
        "assess",
        "--only",
        LOCAL,
        "--report",
        "json",
        "--fail-on",
        "never",
    ]);
    let report = ended.json();
    for id in [
        "hosts-recordings-unread",
        "hosts-browser-out-of-servicing",
        "hosts-tenants-several",
    ] {
        assert_eq!(rule(&report, id)["verdict"], "not-applicable", "{id}");
    }
    assert!(report["inventory"].get("recorded").is_none());
}

#[test]
fn folder_that_is_not_there_or_holds_no_recording_is_refused() {
    let sandbox = Sandbox::new();
    let refused = |folder: &str, told: &[&str]| {
        sandbox
            .run(&["assess", "--only", "host", "--hosts", folder])
            .refused(2, told);
    };
    refused("nowhere", &["--hosts nowhere", "cannot be listed"]);
    fs_err::create_dir(sandbox.path("empty")).unwrap();
    refused(
        "empty",
        &["holds no recording", "record --only host,browsers"],
    );
}
