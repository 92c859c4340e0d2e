//! `waterline replay`: the same recording gives the same bytes.

use crate::support::{LOCAL, Sandbox};

#[test]
fn a_replay_gives_the_report_of_the_run_and_always_the_same_bytes() {
    let sandbox = Sandbox::new();
    let live = sandbox.run(&[
        "assess",
        "--only",
        LOCAL,
        "--record",
        "recording",
        "--report",
        "json",
    ]);
    let first = sandbox.run(&["replay", "recording", "--report", "json"]);
    let second = sandbox.run(&["replay", "recording", "--report", "json"]);
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(live.stdout, first.stdout);
    assert_eq!(live.code, first.code);
}

#[test]
fn the_folder_and_the_file_form_give_the_same_report() {
    let sandbox = Sandbox::new();
    sandbox.run(&[
        "assess",
        "--only",
        LOCAL,
        "--record",
        "a.waterline",
        "--report",
        "json=live.json",
    ]);
    let file = sandbox.run(&["replay", "a.waterline", "--report", "json"]);
    assert_eq!(
        file.stdout,
        fs_err::read_to_string(sandbox.path("live.json")).unwrap()
    );
}

#[test]
fn another_day_judges_ends_of_servicing_anew() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let later = sandbox.run(&[
        "replay",
        &recording,
        "--as-of",
        "2040-01-01",
        "--report",
        "json",
    ]);
    assert_eq!(later.json()["run"]["as_of"], "2040-01-01");
}
