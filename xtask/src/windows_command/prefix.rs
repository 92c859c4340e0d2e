//! A fresh Wine prefix, from which every test takes a copy of its registry.
//!
//! Setting one up takes many seconds and half a gigabyte, so it is done once; a test links to its
//! system folder and has all the rest to itself.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

/// Where Debian has it, and where it is on a machine with the usual package.
const PLACES: [&str; 3] = ["/usr/lib/wine/wine64", "/usr/bin/wine64", "/usr/bin/wine"];
/// The registry of the machine and that of the user.
const HIVES: [&str; 2] = ["system.reg", "user.reg"];

/// Wine, if it is here.
pub fn wine() -> Option<PathBuf> {
    PLACES.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// Makes the prefix, unless there is one.
///
/// # Errors
/// If Wine cannot set one up.
pub fn make(wine: &Path, prefix: &Path) -> Result<()> {
    if HIVES.iter().all(|hive| prefix.join(hive).is_file()) {
        return Ok(());
    }
    if prefix.exists() {
        fs_err::remove_dir_all(prefix)?;
    }
    fs_err::create_dir_all(prefix)?;
    let run = |arguments: &[&str]| {
        Command::new(wine)
            .args(arguments)
            .env("WINEPREFIX", prefix)
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // Neither .NET nor a page of HTML is wanted; without this Wine offers to fetch both.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .env_remove("DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| format!("cannot start {}", wine.display()))
    };
    ensure!(run(&["wineboot", "--init"])?.success(), "wineboot failed");
    // Ends the session, which writes the registry to its files.
    ensure!(
        run(&["wineboot", "--end-session", "--shutdown"])?.success(),
        "wineboot failed"
    );
    wait_for(prefix)
}

/// The server of the prefix writes the registry when its last program has ended.
fn wait_for(prefix: &Path) -> Result<()> {
    Command::new(server()?)
        .arg("--wait")
        .env("WINEPREFIX", prefix)
        .status()?;
    for hive in HIVES {
        ensure!(prefix.join(hive).is_file(), "the prefix has no {hive}");
    }
    Ok(())
}

/// The server behind every prefix.
///
/// # Errors
/// If it is not here.
pub fn server() -> Result<PathBuf> {
    let places = ["/usr/lib/wine/wineserver", "/usr/bin/wineserver"];
    let mut places = places.iter().map(PathBuf::from);
    places
        .find(|path| path.is_file())
        .context("there is no wineserver")
}
