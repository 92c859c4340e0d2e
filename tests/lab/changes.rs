//! A planted fault is put right with the LDIF that was made for it, verified, and brought back.
//!
//! The only tests that change the lab. They run by themselves, after those that count what is
//! planted, and take back what they did.

use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::{Lab, SERVER, reader};

use super::harness::{DIRECTORY, lab, ldaps, simple, waterline};

/// The check whose faults are put right: every value that it asks for can be proposed.
const CHECK: &str = "upn-missing";
/// The rule of that check.
const RULE: &str = "object-upn-missing";

/// What an assessment wrote, and the lab that it is about.
struct Assessed {
    lab: Lab,
    folder: TempDir,
    report: Value,
}

impl Assessed {
    fn new() -> Self {
        let (lab, folder) = (lab(), TempDir::new().unwrap());
        let out = folder.path().display().to_string();
        let output = run(&lab, &["assess", "--budget", "60", "--out", &out]);
        assert_eq!(output.status.code(), Some(3), "{}", messages(&output));
        let text = std::fs::read_to_string(folder.path().join("report.json")).unwrap();
        Self {
            lab,
            report: serde_json::from_str(&text).unwrap(),
            folder,
        }
    }

    /// The task that clears the rule's finding.
    fn task(&self) -> &Value {
        let mut tasks = self.report["plan"]["tasks"].as_array().unwrap().iter();
        let clears = |task: &&Value| task["clears"].as_array().unwrap().contains(&RULE.into());
        tasks.find(clears).unwrap()
    }

    /// What `waterline diff` tells of the rule from this run to another, and its exit code.
    fn told_of_rule(&self, later: &Self) -> (Value, Option<i32>) {
        let report = |run: &Self| run.folder.path().join("report.json").display().to_string();
        let (old, new) = (report(self), report(later));
        let output = waterline(&self.lab, &["diff", &old, &new, "--format", "json"]);
        let changes: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", messages(&output)));
        let mut changes = changes["changes"].as_array().unwrap().iter();
        let of_rule = changes.find(|change| change["rule"] == RULE);
        (of_rule.cloned().unwrap_or_default(), output.status.code())
    }

    /// The file of the task whose name ends so.
    fn file(&self, ending: &str) -> PathBuf {
        let files = self.task()["files"].as_array().unwrap().iter();
        let mut files = files.map(|file| file.as_str().unwrap());
        let wanted = format!("/{CHECK}{ending}");
        let name = files.find(|name| name.ends_with(&wanted));
        self.folder
            .path()
            .join(name.unwrap_or_else(|| panic!("no {wanted}")))
    }

    /// The record of a verification, and its exit code.
    fn verify(&self) -> (Value, Option<i32>) {
        let plan = self.folder.path().display().to_string();
        let id = self.task()["id"].as_str().unwrap();
        let output = run(
            &self.lab,
            &["verify", &plan, "--task", id, "--show", "json"],
        );
        let record = serde_json::from_slice(&output.stdout);
        let record = record.unwrap_or_else(|error| panic!("{error}: {}", messages(&output)));
        (record, output.status.code())
    }
}

/// Runs the program on the directory alone, signed in by password.
fn run(lab: &Lab, arguments: &[&str]) -> Output {
    let sign_in = simple(lab, &ldaps());
    let sign_in = sign_in.iter().map(String::as_str);
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(DIRECTORY)
        .chain(sign_in)
        .collect();
    waterline(lab, &arguments)
}

fn messages(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Carries an LDIF out as the administrator.
fn carry_out(lab: &Lab, ldif: &Path) -> Output {
    let password = lab.folder().join(reader::ADMINISTRATOR_PASSWORD_FILE);
    let mut command = lab.command("ldapmodify");
    command.args(["-x", "-H", &format!("ldaps://{SERVER}")]);
    command.args(["-D", &reader::administrator_dn()]);
    command.arg("-y").arg(password).arg("-f").arg(ldif);
    command.stdin(Stdio::null()).output().unwrap()
}

/// Takes the change back, whatever became of the test.
struct TakeBack<'a>(&'a Lab, PathBuf);

impl Drop for TakeBack<'_> {
    fn drop(&mut self) {
        carry_out(self.0, &self.1);
    }
}

/// How many objects the record says the rule concerns, before and now.
fn affected(record: &Value) -> (Option<u64>, Option<u64>) {
    let evidence = record["tasks"][0]["evidence"].as_array().unwrap().iter();
    let mut evidence = evidence.filter(|one| one["rule"] == RULE);
    let one = evidence.next().unwrap();
    (one["affected_before"].as_u64(), one["affected"].as_u64())
}

#[test]
#[ignore = "needs the lab"]
fn a_fix_that_is_carried_out_is_verified_told_as_fixed_and_its_undo_brings_the_old_value_back() {
    let assessed = Assessed::new();
    let (fix, undo) = (assessed.file(".ldif"), assessed.file(".undo.ldif"));
    let (record, _) = assessed.verify();
    assert_eq!(record["tasks"][0]["outcome"], "not-done");
    let (planted, _) = affected(&record);

    let carried_out = carry_out(&assessed.lab, &fix);
    let take_back = TakeBack(&assessed.lab, undo.clone());
    assert!(carried_out.status.success(), "{}", messages(&carried_out));
    let (record, exit) = assessed.verify();
    assert_eq!(record["tasks"][0]["outcome"], "done", "{record:#}");
    assert_eq!(affected(&record), (planted, Some(0)));
    assert_eq!(record["run"]["probes"], serde_json::json!(["directory"]));
    // Other faults are still there.
    assert_eq!(exit, Some(3));

    let (change, exit) = assessed.told_of_rule(&Assessed::new());
    assert_eq!(change["reason"], "fixed", "{change:#}");
    assert_eq!(change["direction"], "better");
    assert_eq!(exit, Some(0), "nothing got worse");

    // The old value is there no longer, so the server refuses the fix a second time.
    let again = carry_out(&assessed.lab, &fix);
    assert!(!again.status.success());

    std::mem::forget(take_back);
    let taken_back = carry_out(&assessed.lab, &undo);
    assert!(taken_back.status.success(), "{}", messages(&taken_back));
    let (record, _) = assessed.verify();
    assert_eq!(record["tasks"][0]["outcome"], "not-done");
    assert_eq!(affected(&record), (planted, planted));
}
