//! cargo-deny: what may come in with dependencies, by `deny.toml`.
//!
//! The pinned version is built once into `target/tools`. Advisories are not asked for: their
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
    let folder = folder.to_string_lossy();
    let build = [
        "install",
        "cargo-deny",
        "--locked",
        "--version",
        VERSION,
        "--root",
        &*folder,
    ];
    steps.cargo("cargo-deny", &build)
}
