//! The program killed at any moment of a run against the lab: what is left opens and replays, and
//! what was lost is not assessed.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::{ADDRESS, DOMAIN, Lab};

use super::harness::{PROFILE, command, lab, ldaps, simple, waterline};

/// How often a run is killed.
const TIMES: u32 = 20;

/// A rule that reads what each probe learns.
const RULES: [(&str, &str); 2] = [
    ("directory", "directory-forest-level-low"),
    ("dns", "dns-no-resolver-answers"),
];

#[test]
#[ignore = "needs the lab"]
fn what_a_run_leaves_that_is_killed_at_any_moment_opens_and_replays() {
    let (lab, folder) = (lab(), TempDir::new().unwrap());
    let began = Instant::now();
    let whole = folder.path().join("whole");
    assert!(start(&lab, &whole).wait().unwrap().success());
    let took = began.elapsed();
    let mut partial = 0;
    for time in 0..TIMES {
        let own = folder.path().join(format!("time{time}"));
        std::fs::create_dir(&own).unwrap();
        let mut child = start(&lab, &own.join("run.waterline"));
        std::thread::sleep(moment(took, time));
        // One that has ended already cannot be killed, and has left a whole recording.
        let _ = child.kill();
        child.wait().unwrap();
        for left in recordings(&own) {
            partial += u32::from(holds_up(&lab, &left));
        }
    }
    assert!(partial > 0, "no run was killed between begin and end");
}

/// Spread over the whole run, and a little by chance.
fn moment(took: Duration, time: u32) -> Duration {
    let chance = time.wrapping_mul(2_654_435_761) % 100;
    took * (time * 100 + chance) / (TIMES * 100)
}

fn start(lab: &Lab, target: &Path) -> Child {
    let target = target.display().to_string();
    let mut arguments = vec!["record", &target, "--quiet", "--budget", "60"];
    arguments.extend(["--only", "host,browsers,dns,directory"]);
    arguments.extend(["--domain", DOMAIN, "--resolver", ADDRESS]);
    let sign_in = simple(lab, &ldaps());
    arguments.extend(sign_in.iter().map(String::as_str));
    let mut command = command(lab, &arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// The recordings that a folder holds: what stands there and is not hidden.
fn recordings(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_one = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("run")
    };
    paths.filter(is_one).collect()
}

/// Checks that a recording replays and that what it lacks is not assessed; whether it is partial.
fn holds_up(lab: &Lab, left: &Path) -> bool {
    let name = left.display().to_string();
    let replay = ["replay", &name, "--profile", PROFILE];
    let options = ["--report", "json", "--fail-on", "never"];
    let output = waterline(lab, &[&replay[..], &options].concat());
    let messages = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{name}: {messages}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let is_partial = name.ends_with(".partial");
    let limits = report["run"]["limits"].to_string();
    assert_eq!(limits.contains("not finished"), is_partial, "{limits}");
    for (part, rule) in RULES {
        let shown = waterline(lab, &["show", &name, part]);
        assert!(shown.status.success(), "{name}: {part} is not shown");
        let lost = String::from_utf8_lossy(&shown.stdout).contains("the run was killed");
        if lost {
            assert_eq!(verdict(&report, rule), "not-assessed", "{name}: {part}");
        }
    }
    is_partial
}

fn verdict<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let mut rules = report["rules"].as_array().unwrap().iter();
    &rules.find(|one| one["id"] == rule).unwrap()["verdict"]
}
