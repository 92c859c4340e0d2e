//! axe-core, which looks for faults of accessibility in the HTML report: fetched once from the npm registry,
//! at a pinned version, into `target/tools`. Without npm or the registry the tests' own checks stay.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

const VERSION: &str = "4.14.1";
/// Of the minified script in that version.
const DIGEST: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Where the script lies.
///
/// # Errors
/// If it cannot be fetched, or is not the one that is known.
pub fn fetch(root: &Path) -> Result<PathBuf> {
    let folder = root.join(format!("target/tools/axe-core-{VERSION}"));
    let script = folder.join("package/axe.min.js");
    if !is_known(&script) {
        fs_err::create_dir_all(&folder)?;
        run(Command::new("npm")
            .args(["pack", "--silent", &format!("axe-core@{VERSION}")])
            .current_dir(&folder))?;
        run(Command::new("tar")
            .args(["-xzf", &format!("axe-core-{VERSION}.tgz")])
            .current_dir(&folder))?;
        ensure!(is_known(&script), "axe-core is not the one that is known");
    }
    Ok(script)
}

fn is_known(script: &Path) -> bool {
    let digest = fs_err::read(script).map(Sha256::digest);
    digest.is_ok_and(|digest| {
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        digest == DIGEST
    })
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_os_string();
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", name.display()))?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {error}", name.display());
    Ok(())
}
