//! `cargo xtask test`: everything that is checked, in one call.
//!
//! Installs what is missing (on Debian as root), then checks form, lints, tests, rules, the
//! dependencies and the program against the lab. A failed step does not keep the next from
//! running. At the end it says what failed, and what was not run and why: nothing is left out
//! silently. Reads no standard input.

mod axe;
mod machine;
pub mod packages;
mod steps;
mod tools;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use machine::Machine;
pub use steps::Steps;

/// Runs all steps for the checkout in `root`.
///
/// # Errors
/// If the path of this program cannot be told; failed steps are no error but the exit code 1.
pub fn run(root: &Path) -> Result<ExitCode> {
    let mut steps = Steps::in_folder(root);
    let missing = packages::install(&mut steps, packages::TESTS);
    let machine = Machine::look();
    form(&mut steps);
    let built = build(&mut steps, &machine);
    if built {
        program(&mut steps, root, &machine)?;
    } else {
        for name in ["tests", "rules", "formats", "browser", "lab"] {
            steps.leave_out(name, "the tests do not build");
        }
    }
    tools::check_dependencies(&mut steps, root);
    steps.leave_out("windows", "it is built by itself: `cargo xtask windows`");
    steps.leave_out(
        "advisories",
        "the RustSec database is fetched from GitHub: by hand, `cargo deny check advisories`",
    );
    machine.explain(&mut steps, &missing);
    Ok(steps.finish())
}

fn form(steps: &mut Steps) {
    steps.cargo("form", &["fmt", "--all", "--check"]);
}

/// Lints and builds; whether the tests were built.
fn build(steps: &mut Steps, machine: &Machine) -> bool {
    let workspace = machine.workspace();
    let with = |first: &[&'static str], last: &[&'static str]| [first, &workspace, last].concat();
    steps.cargo(
        "lints",
        &with(&["clippy"], &["--all-targets", "--", "--deny", "warnings"]),
    );
    steps.cargo("build", &with(&["test"], &["--no-run"]))
}

/// Runs what was built. Every call selects the same packages and features, so that nothing is
/// compiled twice.
fn program(steps: &mut Steps, root: &Path, machine: &Machine) -> Result<()> {
    let workspace = machine.workspace();
    steps.cargo(
        "tests",
        &[&["test"], &*workspace, &["--no-fail-fast"]].concat(),
    );
    let own = std::env::current_exe().context("cannot tell where this program is")?;
    let mut rules = Command::new(own.with_file_name("waterline"));
    steps.command("rules", rules.args(["rules", "test"]));
    formats(steps, &workspace);
    browser(steps, root, &workspace);
    crate::lab_command::check(steps, root, &workspace);
    crate::lab_command::check_network(steps, root, &workspace);
    Ok(())
}

/// Reads the reports with tools that others wrote.
fn formats(steps: &mut Steps, workspace: &[&str]) {
    if !cfg!(target_os = "linux") {
        return steps.leave_out("formats", "their readers are Debian's packages");
    }
    let tests = ["--test", "formats", "--", "--ignored"];
    steps.cargo("formats", &[&["test"], workspace, &tests].concat());
}

/// Opens the HTML report in a real browser.
fn browser(steps: &mut Steps, root: &Path, workspace: &[&str]) {
    if Command::new("chromedriver")
        .arg("--version")
        .output()
        .is_err()
    {
        return steps.leave_out("browser", "chromedriver is not here");
    }
    let tests = ["--test", "browser", "--", "--ignored"];
    let mut command = Steps::cargo_command();
    command.args([&["test"], workspace, &tests].concat());
    match axe::fetch(root) {
        Ok(script) => {
            command.env("WATERLINE_AXE", script);
        }
        Err(error) => steps.leave_out("axe-core", &format!("{error:#}")),
    }
    steps.command("browser", &mut command);
}
