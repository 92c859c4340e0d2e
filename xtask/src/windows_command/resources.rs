//! Compiles the version resource and the manifest that go into the program.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

const SOURCES: &str = "packaging/windows";
const COMPILER: &str = "x86_64-w64-mingw32-windres";

/// The object file to be linked in. Its name tells its content, so that cargo links again when that
/// changes.
///
/// # Errors
/// If the sources cannot be read or do not compile.
pub fn compile(root: &Path, folder: &Path) -> Result<PathBuf> {
    let sources = root.join(SOURCES);
    let read = |name: &str| fs_err::read_to_string(sources.join(name));
    let version = env!("CARGO_PKG_VERSION");
    let manifest = with_version(&read("waterline.manifest")?, version);
    let script = with_version(&read("waterline.rc")?, version);
    let digest = Sha256::digest(format!("{script}\0{manifest}"));
    let name: String = digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let own = folder.join("resources").join(name);
    let object = own.join("waterline.o");
    if object.is_file() {
        return Ok(object);
    }
    fs_err::create_dir_all(&own)?;
    fs_err::write(own.join("waterline.manifest"), manifest)?;
    fs_err::write(own.join("waterline.rc"), script)?;
    let output = Command::new(COMPILER)
        .args(["waterline.rc", "waterline.o"])
        .current_dir(&own)
        .output()
        .with_context(|| format!("cannot start {COMPILER}"))?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{COMPILER}: {error}");
    Ok(object)
}

/// Windows writes versions with four numbers.
fn with_version(text: &str, version: &str) -> String {
    let dots = format!("{version}.0");
    text.replace("WATERLINE_VERSION_COMMAS", &dots.replace('.', ","))
        .replace("WATERLINE_VERSION_DOTS", &dots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_has_four_numbers_in_both_forms() {
        let text = "WATERLINE_VERSION_COMMAS \"WATERLINE_VERSION_DOTS\"";
        assert_eq!(with_version(text, "0.1.0"), "0,1,0,0 \"0.1.0.0\"");
    }
}
