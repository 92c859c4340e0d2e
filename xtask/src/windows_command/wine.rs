//! A Wine prefix for one test: a registry and a drive of its own, over the system of the template.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::prefix;

/// Seconds after which a program that hangs is ended.
const PATIENCE: &str = "180";
/// The folder of the program on its drive, to show that it copes with blanks and letters beyond ASCII.
pub const FOLDER: &str = "Prüf Ordner";

/// The prefix.
pub struct Machine {
    wine: PathBuf,
    folder: PathBuf,
}

impl Machine {
    /// A fresh one, with the program in its folder and the library beside it that Wine lacks.
    ///
    /// # Errors
    /// If files cannot be written.
    pub fn new(template: &Path, name: &str, files: [&Path; 2]) -> Result<Self> {
        let wine = prefix::wine().context("Wine is not here")?;
        let folder = template.with_file_name("machines").join(name);
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        let drive = folder.join("drive_c");
        for part in [
            "Program Files",
            "Program Files (x86)",
            "ProgramData",
            "users",
        ] {
            fs_err::create_dir_all(drive.join(part))?;
        }
        fs_err::create_dir_all(drive.join(FOLDER))?;
        fs_err::create_dir_all(folder.join("dosdevices"))?;
        symlink(template.join("drive_c/windows"), drive.join("windows"))?;
        symlink("../drive_c", folder.join("dosdevices/c:"))?;
        symlink("/", folder.join("dosdevices/z:"))?;
        for hive in ["system.reg", "user.reg", "userdef.reg", ".update-timestamp"] {
            fs_err::copy(template.join(hive), folder.join(hive))?;
        }
        for file in files {
            let name = file.file_name().context("a file has a name")?;
            fs_err::copy(file, drive.join(FOLDER).join(name))?;
        }
        Ok(Self { wine, folder })
    }

    /// Where a path of the drive lies, as `Program Files/x.exe`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.join("drive_c").join(path)
    }

    /// Puts a file onto the drive.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn plant(&self, path: &str, content: &[u8]) -> Result<()> {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        Ok(fs_err::write(path, content)?)
    }

    /// Imports a registry export.
    ///
    /// # Errors
    /// If Wine refuses it.
    pub fn import(&self, hive: &Path) -> Result<()> {
        let path = format!("Z:{}", hive.display()).replace('/', "\\");
        let output = self.run("reg", &["import", &path])?;
        ensure!(output.status.success(), "reg import {path} failed");
        Ok(())
    }

    /// Runs the program.
    ///
    /// # Errors
    /// If Wine cannot be started.
    pub fn waterline(&self, arguments: &[&str]) -> Result<Output> {
        self.run(&format!("C:\\{FOLDER}\\waterline.exe"), arguments)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        self.command("timeout")
            .arg(PATIENCE)
            .arg(&self.wine)
            .arg(program)
            .args(arguments)
            .output()
            .context("cannot start Wine")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.folder)
            .env("LC_ALL", "C.UTF-8")
            .env("WINEPREFIX", &self.folder)
            .env("WINEDEBUG", "-all")
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Machine {
    /// Ends what still runs in this prefix, and nothing else.
    fn drop(&mut self) {
        if let Ok(server) = prefix::server() {
            let server = server.to_string_lossy().into_owned();
            let _ = self.command(&server).arg("--kill").output();
        }
    }
}
