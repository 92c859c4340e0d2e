//! Builds `waterline.exe`, the standard library first.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{folder, resources};

const TARGET: &str = "x86_64-pc-windows-gnu";
const LINKER: &str = "x86_64-w64-mingw32-gcc";
/// Debian's compiler and its cargo, which have the library's source beside them.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const LIBRARY: &str = "/usr/lib/rustlib/src/rust/library";
/// The profile in Cargo.toml.
const PROFILE: &str = "windows";

/// The program, once it is built.
pub fn path(root: &Path) -> PathBuf {
    folder(root)
        .join(TARGET)
        .join(PROFILE)
        .join("waterline.exe")
}

/// Whether everything is here that the build needs; else what is not.
pub fn can_be_built() -> Result<(), String> {
    for part in [RUSTC, CARGO, LIBRARY] {
        if !Path::new(part).exists() {
            return Err(format!("{part} is not here (Debian: rustc-web and others)"));
        }
    }
    let linker = Command::new(LINKER).arg("--version").output();
    match linker {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(format!(
            "{LINKER} is not here (Debian: gcc-mingw-w64-x86-64)"
        )),
    }
}

/// Builds it.
pub fn build(root: &Path) -> Result<()> {
    let resources = resources::compile(root, &folder(root))?;
    let status = command(root, &resources)
        .status()
        .with_context(|| format!("cannot start {CARGO}"))?;
    ensure!(status.success(), "{status}");
    Ok(())
}

fn command(root: &Path, resources: &Path) -> Command {
    let mut command = Command::new(CARGO);
    command
        .args(["rustc", "--locked", "--profile", PROFILE])
        .args(["-Zbuild-std=std,panic_abort", "--target", TARGET])
        .args(["--package", "waterline", "--bin", "waterline", "--"])
        .arg(format!("-Clink-arg={}", resources.display()))
        .current_dir(root)
        .stdin(Stdio::null())
        .env("CARGO_TARGET_DIR", folder(root))
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", LINKER)
        // Neither libgcc nor libwinpthread is on any Windows.
        .env(
            "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS",
            "-Ctarget-feature=+crt-static -Clink-arg=-static",
        )
        // The library can only be built with what the compiler keeps for itself.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", RUSTC);
    // What rustup and an outer cargo have set belongs to another compiler.
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTFLAGS", "RUSTDOC"] {
        command.env_remove(name);
    }
    command
}
