//! `waterline replay`: the same recording gives the same bytes.

use crate::support::{LOCAL, Sandbox, repository};

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

#[test]
fn recordings_of_this_repository_give_what_is_expected_of_them_in_one_call() {
    let sandbox = Sandbox::new();
    let fixture = |name: &str| repository("fixtures").join(name).display().to_string();
    let [lab, unjoined] = ["lab-domain", "unjoined-machine"].map(fixture);
    let expect = ["--expect", "expected.json"];
    let written = sandbox.run(&[&["replay", &lab, &unjoined], &expect[..], &["--update"]].concat());
    assert_eq!(written.code, 0, "{}", written.stderr);
    let held = sandbox.run(&[&["replay", &unjoined, &lab], &expect[..]].concat());
    assert_eq!(held.code, 0, "{}\n{}", held.stdout, held.stderr);
    assert!(held.stdout.contains("as expected"), "{}", held.stdout);

    let text = fs_err::read_to_string(sandbox.path("expected.json")).unwrap();
    sandbox.file("expected.json", text.replacen("\"not-met\"", "\"met\"", 1));
    let differs = sandbox.run(&[&["replay", &lab, &unjoined], &expect[..]].concat());
    assert_eq!(differs.code, 3, "{}", differs.stderr);
    assert!(
        differs.stdout.contains("expected met, given not-met"),
        "{}",
        differs.stdout
    );
}

#[test]
fn several_recordings_have_one_summary_and_a_report_each() {
    let sandbox = Sandbox::new();
    let [one, other] = ["one.waterline", "other"].map(|name| sandbox.recording(name));
    let ended = sandbox.run(&["replay", &one, &other, "--report", "json={name}.json"]);
    assert!(matches!(ended.code, 3 | 4), "{}", ended.stderr);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ended.stdout);
    assert!(
        lines[0].starts_with("one    ") && lines[1].starts_with("other  "),
        "{lines:?}"
    );
    for (name, recording) in [("one", &one), ("other", &other)] {
        let alone = sandbox.run(&["replay", recording, "--report", "json"]);
        let report = fs_err::read_to_string(sandbox.path(&format!("{name}.json"))).unwrap();
        assert_eq!(report, alone.stdout);
    }
}

#[test]
fn one_recording_that_cannot_be_read_keeps_no_other_from_being_judged() {
    let sandbox = Sandbox::new();
    let sound = sandbox.recording("sound");
    let ended = sandbox.run(&["replay", &sound, "nowhere"]);
    ended.refused(2, &["nowhere"]);
    assert!(ended.stdout.contains("sound    not"), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("nowhere  could not be judged"),
        "{}",
        ended.stdout
    );
}

#[test]
fn wrong_use_of_several_recordings_says_what_to_do() {
    let sandbox = Sandbox::new();
    let one = sandbox.recording("one");
    fs_err::create_dir(sandbox.path("sub")).unwrap();
    let same = sandbox.recording("sub/one.waterline");
    let cases: [(&[&str], &str); 4] = [
        (&["replay", &one, &same], "have the same name"),
        (
            &["replay", &one, "x", "--report", "json"],
            "json={name}.txt",
        ),
        (
            &["replay", &one, "--expect", "none.json"],
            "write it with --update",
        ),
        (
            &["replay", &one, "x", "--as", "idfix"],
            "one recording at a time",
        ),
    ];
    for (arguments, told) in cases {
        sandbox.run(arguments).refused(2, &[told]);
    }
}
