//! A run that is killed at any moment leaves a recording that opens and replays, or none.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{fake, support::Sandbox};

/// How often a run is killed.
const TIMES: u32 = 20;

/// How long the servers of the test keep a caller waiting, so that there is a middle to a run.
const DELAY: Duration = Duration::from_millis(400);

fn start(sandbox: &Sandbox, catalog: &str, target: &str) -> std::process::Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("waterline"));
    command
        .env_clear()
        .env("HOME", sandbox.path(""))
        .current_dir(sandbox.path(""))
        .args(["record", target, "--quiet"])
        .args([
            "--only",
            "host,browsers,network,directory",
            "--ldif",
            "people.ldif",
        ])
        .args(["--catalog", catalog, "--proxy", "none"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The recordings that a folder holds: what stands there and is not hidden.
fn recordings(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_one = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("run")
    };
    paths.filter(is_one).collect()
}

#[test]
fn what_a_run_leaves_that_is_killed_at_any_moment_opens_and_replays() {
    let ports: Vec<u16> = (0..4).map(|_| fake::serve(DELAY)).collect();
    let sandbox = Sandbox::new();
    let catalog = sandbox.file("endpoints.yaml", fake::endpoints("core", "device", &ports));
    sandbox.file("people.ldif", people(400));
    let began = Instant::now();
    assert!(start(&sandbox, &catalog, "whole").wait().unwrap().success());
    let took = began.elapsed();
    let mut partial = 0;
    for time in 0..TIMES {
        let folder = format!("time{time}");
        fs_err::create_dir(sandbox.path(&folder)).unwrap();
        let mut child = start(&sandbox, &catalog, &format!("{folder}/run.waterline"));
        // Spread over the whole run, and a little by chance.
        let chance = time.wrapping_mul(2_654_435_761) % 100;
        let moment = took * (time * 100 + chance) / (TIMES * 100);
        std::thread::sleep(moment);
        // One that has ended already cannot be killed, and has left a whole recording.
        let _ = child.kill();
        child.wait().unwrap();
        for left in recordings(&sandbox.path(&folder)) {
            partial += u32::from(holds_up(&sandbox, &left));
        }
    }
    assert!(
        partial > 0,
        "no run was killed between its begin and its end"
    );
}

/// Checks that a recording replays and that what it lacks is not assessed; whether it is partial.
fn holds_up(sandbox: &Sandbox, left: &Path) -> bool {
    let name = left.to_str().unwrap();
    let ended = sandbox.run(&["replay", name, "--report", "json", "--fail-on", "never"]);
    assert_eq!(ended.code, 0, "{name}: {}", ended.stderr);
    let report = ended.json();
    let limits = report["run"]["limits"].to_string();
    assert!(!limits.contains("No such file"), "{name}: {limits}");
    // Between its last part and its own name a recording is whole.
    let is_partial = limits.contains("not finished");
    assert!(name.ends_with(".partial") || !is_partial, "{limits}");
    let shown = sandbox.run(&["show", name, "network"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    if shown.stdout.contains("the run was killed") {
        assert_eq!(
            verdict(&report, "core-endpoint-unreachable"),
            "not-assessed"
        );
    }
    is_partial
}

fn verdict<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let mut rules = report["rules"].as_array().unwrap().iter();
    &rules.find(|one| one["id"] == rule).unwrap()["verdict"]
}

/// An export of a directory with so many users.
fn people(count: u32) -> String {
    let user = |n: u32| {
        format!(
            "dn: CN=User {n},DC=corp,DC=example,DC=test\nobjectClass: user\nsAMAccountName: user{n}\n\
             userPrincipalName: user{n}@example.com\n\n"
        )
    };
    (0..count).map(user).collect()
}
