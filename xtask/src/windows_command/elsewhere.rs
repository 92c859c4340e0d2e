//! `cargo xtask windows` elsewhere than on Linux: neither Debian's library nor Wine is there.

use std::{path::Path, process::ExitCode};

use crate::test_command::Steps;

const WHY: &str = "it takes Debian's source of the library and Wine";

/// Says so.
pub fn run(root: &Path) -> ExitCode {
    let mut steps = Steps::in_folder(root);
    steps.leave_out("windows", WHY);
    steps.finish()
}
