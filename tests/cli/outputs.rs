//! Where reports go, and what becomes of a path that cannot take one.

use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt;

use crate::support::Sandbox;

const LAB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lab-domain");

#[test]
fn a_folder_has_the_usual_set_and_nothing_half_written() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(&["replay", LAB, "--out", "out", "--fail-on", "never"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let entries = fs_err::read_dir(sandbox.path("out")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains('.'))
        .collect();
    names.sort();
    for name in [
        "findings.csv",
        "firewall.csv",
        "junit.xml",
        "plan.ics",
        "report.html",
        "report.json",
        "report.md",
        "report.sarif",
        "rules.csv",
        "tasks.csv",
    ] {
        assert!(names.iter().any(|other| other == name), "{name}: {names:?}");
    }
    assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
}

#[test]
fn a_path_that_cannot_take_a_report_is_refused_before_the_run() {
    let sandbox = Sandbox::new();
    fs_err::create_dir(sandbox.path("folder")).unwrap();
    sandbox.file("file", "");
    let mut cases = vec![
        ("html=folder", "folder is a folder; name a file"),
        ("sarif=nowhere/x.sarif", "there is no folder nowhere"),
        ("ics=file/x.ics", "there is no folder file"),
    ];
    if cfg!(target_os = "linux") {
        cases.push(("junit=/proc/x.xml", "no file can be made in /proc"));
    }
    for (report, told) in cases {
        let ended = sandbox.run(&["replay", LAB, "--report", report]);
        ended.refused(2, &["--report", told]);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_the_other_reports_are_written() {
    let sandbox = Sandbox::new();
    let arguments = [
        "replay",
        LAB,
        "--report",
        "html=/dev/full",
        "--report",
        "json=report.json",
    ];
    let ended = sandbox.run(&arguments);
    ended.refused(1, &["cannot write the html report to /dev/full", "space"]);
    let written = fs_err::read_to_string(sandbox.path("report.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok());
    // The device is still one: nothing was put in its place.
    let device = fs_err::metadata("/dev/full").unwrap();
    assert!(!device.is_file());
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_and_stays_one() {
    let sandbox = Sandbox::new();
    sandbox.file("there.csv", "what stood there\n");
    let link = sandbox.path("link.csv");
    std::os::unix::fs::symlink("there.csv", &link).unwrap();
    sandbox.run(&["replay", LAB, "--report", "csv=link.csv"]);
    assert!(fs_err::symlink_metadata(&link).unwrap().is_symlink());
    let written = fs_err::read_to_string(sandbox.path("there.csv")).unwrap();
    assert!(written.starts_with("key,rule,severity,"));
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let mut command = Command::cargo_bin("waterline").unwrap();
    let mut program = command
        .env_clear()
        .args([
            "replay",
            LAB,
            "--quiet",
            "--report",
            "html",
            "--fail-on",
            "never",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(program.stdout.take());
    let ended = program.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
