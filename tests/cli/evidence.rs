//! Raw evidence in a recording: shown with facts, and facts derived anew from it.

use std::time::Duration;

use crate::{
    fake,
    support::{LOCAL, Sandbox, repository},
};

#[test]
fn a_replay_of_raw_evidence_by_the_same_program_gives_the_same_report_and_says_how() {
    let sandbox = Sandbox::new();
    let ports: Vec<u16> = (0..2).map(|_| fake::serve(Duration::ZERO)).collect();
    let catalog = sandbox.file("endpoints.yaml", fake::endpoints("core", "device", &ports));
    let only = format!("{LOCAL},network");
    let recorded = sandbox.run(&[
        "record",
        "run.waterline",
        "--only",
        &only,
        "--catalog",
        &catalog,
        "--proxy",
        "none",
    ]);
    assert_eq!(recorded.code, 0, "{}", recorded.stderr);
    let plain = sandbox.run(&["replay", "run.waterline", "--report", "json"]);
    let anew = sandbox.run(&[
        "replay",
        "run.waterline",
        "--reinterpret",
        "--report",
        "json",
    ]);
    assert_eq!(anew.stdout, plain.stdout);
    for told in [
        "host: derived anew from raw evidence, nothing differs",
        // A list of installed packages is too long to be kept: then they stay as recorded.
        "browsers: ",
        "network: derived anew from raw evidence, nothing differs; all but certificates",
        "dns: as recorded",
        "protocols: as recorded",
    ] {
        assert!(anew.stderr.contains(told), "{told}\n{}", anew.stderr);
    }
    let checked = sandbox.run(&["check", "run.waterline"]);
    assert!(
        checked.stdout.contains("evidence/host.ndjson.zst"),
        "{}",
        checked.stdout
    );
}

#[test]
fn a_fact_is_shown_with_its_raw_evidence() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let shown = sandbox.run(&["show", &recording, "host.os.family"]);
    assert!(shown.stdout.contains("\nevidence  "), "{}", shown.stdout);
    assert!(shown.stdout.contains("for host.os"), "{}", shown.stdout);
}

#[test]
fn a_recording_without_raw_evidence_is_told_to_have_none() {
    let sandbox = Sandbox::new();
    let old = repository("fixtures/formats/1.1.waterline")
        .display()
        .to_string();
    let anew = sandbox.run(&["replay", &old, "--reinterpret", "--report", "json"]);
    let told = "dns: as recorded, as the recording holds no raw evidence of it";
    assert!(anew.stderr.contains(told), "{}", anew.stderr);
    let plain = sandbox.run(&["replay", &old, "--report", "json"]);
    assert_eq!(anew.stdout, plain.stdout);
}
