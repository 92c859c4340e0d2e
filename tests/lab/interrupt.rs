//! Ctrl-C in the middle of a run: what was learned is kept, judged and written.

use std::fs;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::DOMAIN;
use xtask::lab::process::{Process, Signal};

use super::cut::HALF_WAY;
use super::forwarder::{Manner, open};
use super::harness::{command, lab, simple, waterline};

/// Longest time from Ctrl-C to the end: well below the patience for a silent server.
const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
#[ignore = "needs the lab"]
fn interrupted_run_writes_its_report_and_its_recording_at_once() {
    let folder = TempDir::new().unwrap();
    let (output, took) = interrupt_half_way(&folder);
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(took < AT_ONCE, "it took {took:?} to end: {messages}");
    assert!(matches!(output.status.code(), Some(3 | 4)), "{messages}");
    assert!(messages.contains("interrupted"), "{messages}");

    let written = fs::read(folder.path().join("run.json")).unwrap();
    let report: Value = serde_json::from_slice(&written).unwrap();
    let limits = report["run"]["limits"].to_string();
    assert!(limits.contains("interrupted"), "{limits}");
    let outcome = |id: &str| &probe(&report, id)["outcome"];
    assert_eq!(outcome("host"), "completed");
    assert_ne!(outcome("directory"), "completed");
    assert!(report["inventory"]["directory"]["users"].is_null());
    assert_eq!(report["inventory"]["directory"]["forest_level"], 4);
    let hosts = &report["inventory"]["hosts"];
    assert!(hosts[0]["operating_system"].is_string(), "{hosts}");

    let facts = fs::read(folder.path().join("recording/environment.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    assert_eq!(facts["run"]["interrupted"], true);

    let path = |name: &str| folder.path().join(name).display().to_string();
    let again = format!("json={}", path("again.json"));
    let replayed = waterline(&lab(), &["replay", &path("recording"), "--report", &again]);
    assert_eq!(replayed.status.code(), output.status.code());
    assert!(
        fs::read(path("again.json")).unwrap() == written,
        "the replay differs from the interrupted run"
    );
}

fn probe<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut probes = report["run"]["probes"].as_array().unwrap().iter();
    probes.find(|probe| probe["id"] == id).unwrap()
}

/// Runs until half of the directory is read, then presses Ctrl-C; how long it took to end.
fn interrupt_half_way(folder: &TempDir) -> (Output, Duration) {
    let lab = lab();
    let door = open(&lab, 636, Manner::SilentAfter(HALF_WAY));
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (report, recording) = (format!("json={}", path("run.json")), path("recording"));
    let mut arguments = vec!["assess", "--report", &report, "--record", &recording];
    arguments.extend(["--only", "host,directory", "--domain", DOMAIN]);
    let sign_in = simple(&lab, &door.url("ldaps"));
    arguments.extend(sign_in.iter().map(String::as_str));
    let mut command = command(&lab, &arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap();
    door.wait_until_shut();
    let begun = Instant::now();
    let process = Process::of_id(child.id()).expect("it waits for the silent server");
    process.signal(Signal::INT).unwrap();
    (child.wait_with_output().unwrap(), begun.elapsed())
}
