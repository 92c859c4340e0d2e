//! cargo-deny: what may come in with dependencies, by `deny.toml`.
//!
//! The pinned version is built once into `target/tools`, quickly rather than to be quick: it runs
//! for seconds. Advisories are not asked for: their
//! database is on a server that a build need not reach.

use std::path::Path;
use std::process::Command;

use super::steps::Steps;

const VERSION: &str = "0.20.2";

/// Checks the dependencies' licences and sources, and that no banned crate is among them.
pub fn check_dependencies(steps: &mut Steps, root: &Path) {
    let folder = root.join("target/tools");
    let program = folder.join("bin/cargo-deny");
    let there = is_pinned(&program);
    if !there && !build(steps, &folder) {
        return steps.leave_out("dependencies", "cargo-deny could not be built");
    }
    let mut deny = Command::new(program);
    deny.args([
        "--all-features",
        "check",
        "--allow",
        "duplicate",
        "bans",
        "licenses",
        "sources",
    ]);
    steps.command("dependencies", &mut deny);
}

fn is_pinned(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| output.stdout == format!("cargo-deny {VERSION}\n").as_bytes())
}

fn build(steps: &mut Steps, folder: &Path) -> bool {
    let mut build = Steps::cargo_command();
    build.args([
        "install",
        "cargo-deny",
        "--locked",
        "--version",
        VERSION,
        "--root",
    ]);
    build.arg(folder);
    // Its own release profile optimises the whole program at once, which takes minutes.
    for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")] {
        build.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    steps.command("cargo-deny", &mut build)
}
