//! Bad input: one clear message that names the thing and says what to do, and the exit code.

use serde_json::json;

use crate::support::{LOCAL, Sandbox};

#[test]
fn unknown_options_and_words_are_named() {
    let sandbox = Sandbox::new();
    let cases: [(&[&str], &str); 8] = [
        (&["assess", "--bogus"], "--bogus"),
        (&["asess"], "assess"),
        (&["assess", "--only", "hots"], "hots"),
        (&["assess", "--report", "pdf"], "pdf"),
        (&["assess", "--budget", "0"], "budget"),
        (&["assess", "--server", "dc1"], "ldap://"),
        (&["assess", "--resolver", "here"], "10.0.0.53"),
        (&["replay", "x", "--as-of", "soon"], "--as-of"),
    ];
    for (arguments, told) in cases {
        sandbox.run(arguments).refused(2, &[told]);
    }
}

#[test]
fn a_profile_that_cannot_be_used_is_shown_with_line_and_column() {
    let sandbox = Sandbox::new();
    sandbox.file("key.yaml", "organisation: Example\ntarget: [intune]\n");
    sandbox.file("type.yaml", "organisation: Example\ndomains: 7\n");
    sandbox.file("target.yaml", "targets: [intunes]\n");
    sandbox.file(
        "date.yaml",
        "waivers:\n  - {finding: a, reason: b, owner: c, expires: never}\n",
    );
    sandbox.file("binary.yaml", [0xff, 0xfe, 0x00]);
    let cases: [(&str, &[&str]); 6] = [
        ("none.yaml", &["--profile", "none.yaml"]),
        ("key.yaml", &["key.yaml:2:1", "target"]),
        ("type.yaml", &["type.yaml:2:"]),
        ("target.yaml", &["intunes", "did you mean `intune`?"]),
        ("date.yaml", &["date.yaml:2:"]),
        ("binary.yaml", &["binary.yaml"]),
    ];
    for (profile, told) in cases {
        sandbox
            .run(&["assess", "--profile", profile])
            .refused(2, told);
    }
}

#[test]
fn options_that_contradict_each_other_are_refused_before_anything_is_probed() {
    let sandbox = Sandbox::new();
    let cases: [(&[&str], &str); 5] = [
        (&["--auth", "simple"], "--bind-dn"),
        (&["--bind-dn", "jane"], "--password-file"),
        (&["--ldif", "nowhere.ldif"], "nowhere.ldif"),
        (&["--ca-file", "nowhere.pem"], "nowhere.pem"),
        (
            &["--report", "json", "--report", "markdown"],
            "only one --report",
        ),
    ];
    for (arguments, told) in cases {
        let arguments = [&["assess", "--only", LOCAL], arguments].concat();
        sandbox.run(&arguments).refused(2, &[told]);
    }
}

#[test]
fn a_file_without_certificates_is_no_trust_store() {
    let sandbox = Sandbox::new();
    sandbox.file("ca.pem", "no certificate\n");
    let ended = sandbox.run(&["assess", "--ca-file", "ca.pem"]);
    ended.refused(2, &["ca.pem holds no certificate"]);
}

#[test]
fn what_is_no_recording_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("text.waterline", "not a recording");
    sandbox.run(&["replay", "nowhere"]).refused(2, &["nowhere"]);
    sandbox
        .run(&["replay", "text.waterline"])
        .refused(2, &["text.waterline", "waterline record"]);
    sandbox.run(&["replay", "."]).refused(2, &["manifest.json"]);
}

#[test]
fn a_recording_of_a_newer_major_version_asks_for_a_newer_program() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let manifest = sandbox.path("recording/manifest.json");
    let text = fs_err::read_to_string(&manifest).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["format"]["major"] = json!(99);
    fs_err::write(&manifest, json.to_string()).unwrap();
    sandbox
        .run(&["replay", &recording])
        .refused(2, &["99.", "use a newer version"]);
}

#[test]
fn a_recording_with_a_path_that_leaves_its_folder_is_refused_as_a_whole() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let manifest = sandbox.path("recording/manifest.json");
    let text = fs_err::read_to_string(&manifest).unwrap();
    let outside = text.replace("environment/host.json", "../../host.json");
    assert_ne!(outside, text);
    fs_err::write(&manifest, outside).unwrap();
    sandbox
        .run(&["replay", &recording])
        .refused(2, &["../../host.json", "do not trust"]);
}

#[test]
fn a_damaged_part_costs_its_own_facts_alone_and_is_named() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let part = sandbox.path("recording/environment/host.json");
    let text = fs_err::read_to_string(&part).unwrap();
    fs_err::write(&part, text.replacen("known", "Known", 1)).unwrap();
    let ended = sandbox.run(&["replay", &recording, "--report", "json"]);
    let report = ended.json();
    let damage = report["run"]["limits"].to_string();
    assert!(damage.contains("environment/host.json"), "{damage}");
    assert!(ended.code == 3 || ended.code == 4, "{}", ended.code);
    for rule in report["rules"].as_array().unwrap() {
        let about_host = rule["reason"]
            .as_str()
            .is_some_and(|text| text.contains("host.json"));
        assert!(!about_host || rule["verdict"] == "not-assessed", "{rule}");
    }
}

#[test]
fn a_truncated_recording_ends_in_a_message() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("whole.waterline");
    let bytes = fs_err::read(sandbox.path(&recording)).unwrap();
    let sound = sandbox
        .run(&["replay", &recording, "--report", "json"])
        .stdout;
    for keep in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        sandbox.file("cut.waterline", &bytes[..keep]);
        let ended = sandbox.run(&["replay", "cut.waterline", "--report", "json"]);
        assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
        match ended.code {
            // Every part is there with its sum: nothing but the end mark was lost.
            3 | 4 => assert!(
                ended.stdout == sound || ended.stdout.contains("damaged"),
                "{keep}"
            ),
            code => {
                assert!(code == 1 || code == 2, "{keep}: {code}");
                assert!(
                    ended.stderr.contains("cut.waterline"),
                    "{keep}: {}",
                    ended.stderr
                );
            }
        }
    }
}

#[test]
fn something_else_at_the_recordings_path_is_not_replaced() {
    let sandbox = Sandbox::new();
    sandbox.file("notes.txt", "mine");
    let ended = sandbox.run(&["record", "notes.txt", "--only", LOCAL]);
    ended.refused(2, &["notes.txt", "not replaced"]);
    assert_eq!(
        fs_err::read_to_string(sandbox.path("notes.txt")).unwrap(),
        "mine"
    );
}

#[test]
fn a_report_that_cannot_be_written_does_not_lose_the_others() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    let nowhere = sandbox.run(&["replay", &recording, "--report", "json=nowhere/report.json"]);
    nowhere.refused(2, &["there is no folder nowhere"]);
}

#[test]
fn no_password_is_ever_told() {
    let sandbox = Sandbox::new();
    sandbox.file("password", "correct-horse");
    let closed = [
        "--server",
        "ldaps://127.0.0.1:1",
        "--bind-dn",
        "jane",
        "--password-file",
        "password",
    ];
    let arguments = [
        &[
            "assess",
            "--only",
            "directory",
            "-vv",
            "--domain",
            "example.test",
            "--out",
            "out",
        ],
        &closed[..],
    ]
    .concat();
    let ended = sandbox.run(&arguments);
    assert!(ended.code == 3 || ended.code == 4, "{}", ended.stderr);
    let mut texts = vec![ended.stdout, ended.stderr];
    for name in ["out/report.json", "out/report.md"] {
        texts.push(fs_err::read_to_string(sandbox.path(name)).unwrap());
    }
    for text in texts {
        assert!(!text.contains("correct-horse"), "{text}");
    }
}

/// A catalogue of one group.
const CATALOG: &str = "\
endpoints:
  - id: ours
    targets: [core]
    clouds: [commercial]
    roles: [device]
    need: required
    ports: [443/https]
    hosts: [{host: a.example}]
    why: x
    source: y
";

/// Panics unless a catalogue of this text is refused with all this told.
#[track_caller]
fn refused_catalog(text: &str, told: &[&str]) {
    let sandbox = Sandbox::new();
    sandbox.file("own.yaml", text);
    let ended = sandbox.run(&["assess", "--dry-run", "--catalog", "own.yaml"]);
    ended.refused(2, told);
}

#[test]
fn a_catalogue_that_cannot_be_used_is_shown_with_line_column_and_excerpt() {
    let cases: [(&str, &str, &[&str]); 6] = [
        (
            "need:",
            "needs:",
            &[
                "own.yaml:6:5: ",
                "needs",
                "6 |     needs: required",
                "  |     ^",
            ],
        ),
        ("endpoints:", "endpoint:", &["own.yaml:1:1: ", "endpoint"]),
        (
            "a.example",
            "'https://a.example/'",
            &["own.yaml:8:20: ", "`https://a.example/` is no host name"],
        ),
        ("required", "sometimes", &["own.yaml:6:11: ", "sometimes"]),
        ("why: x", "why: x\n    when: [it rains]", &["own.yaml:10:"]),
        (
            "{host: a.example}",
            "{host: a.example}, {host: a.example}",
            &["`a.example` is twice in group `ours`"],
        ),
    ];
    for (good, bad, told) in cases {
        refused_catalog(&CATALOG.replacen(good, bad, 1), told);
    }
}

#[test]
fn a_catalogue_that_is_empty_double_or_without_end_is_refused() {
    let second = CATALOG.replacen("endpoints:\n", "", 1);
    let twice = format!("{CATALOG}{second}");
    refused_catalog(&twice, &["there is another group `ours`"]);
    refused_catalog("", &["own.yaml", "has no section"]);
    let mut bomb = "x0: &x0 [y, y, y, y, y, y, y, y, y, y]\n".to_owned();
    for depth in 1..9 {
        let before = format!("*x{}, ", depth - 1).repeat(10);
        bomb.push_str(&format!("x{depth}: &x{depth} [{before}]\n"));
    }
    refused_catalog(&bomb, &["own.yaml"]);
    let nowhere = ["assess", "--dry-run", "--catalog", "nowhere.yaml"];
    let ended = Sandbox::new().run(&nowhere);
    ended.refused(2, &["cannot read nowhere.yaml"]);
}
