//! `cargo xtask windows`: builds `waterline.exe` and shows under Wine that it works.
//!
//! The toolchain that the project pins has no standard library for Windows, so it is built from the
//! source that Debian packs beside its own compiler. Everything lies below `target/windows`. The
//! tests run the program over registries of their own, each in a Wine prefix of its own; no display
//! is needed. Real Windows is not to be had here: docs/windows.md says what that leaves open.

mod inspect;
mod prefix;
mod program;
mod resources;
mod trials;
mod wine;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::test_command::{Steps, packages};

/// Where everything about Windows is built.
fn folder(root: &Path) -> PathBuf {
    root.join("target/windows")
}

/// Builds the program and runs its tests, as a command of its own.
pub fn run(root: &Path) -> ExitCode {
    let mut steps = Steps::in_folder(root);
    let missing = packages::install(&mut steps, packages::WINDOWS);
    if build(&mut steps, root) {
        check(&mut steps, root);
    }
    if !missing.is_empty() {
        steps.leave_out("packages", &missing);
    }
    steps.finish()
}

/// Builds the program and looks at the file; whether there is one to be tested.
pub fn build(steps: &mut Steps, root: &Path) -> bool {
    if let Err(reason) = program::can_be_built() {
        steps.leave_out("windows build", &reason);
        return false;
    }
    let title = "waterline.exe for x86_64-pc-windows-gnu";
    steps.step("windows build", title, || program::build(root))
        && steps.step("windows file", "imports, resources and size", || {
            inspect::check(&program::path(root))
        })
}

/// Tries the program under Wine.
pub fn check(steps: &mut Steps, root: &Path) {
    let Some(wine) = prefix::wine() else {
        return steps.leave_out("windows tests", "Wine is not here");
    };
    let template = folder(root).join("wine");
    let made = steps.step("wine", "a fresh prefix", || prefix::make(&wine, &template));
    if !made {
        return steps.leave_out("windows tests", "Wine has no prefix");
    }
    let title = "each registry, each recording";
    steps.step("windows tests", title, || trials::run(root));
}
