//! Starting and stopping the domain controller.
//!
//! Samba runs as one process, so that ending it ends all of it. A controller that stops half-way
//! or hangs is not made here but by a door in front of it, in the tests.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use super::Lab;
use super::process::Process;
use anyhow::{Context, Result, bail};

const PATIENCE: Duration = Duration::from_secs(10);

/// The lab's domain controller.
#[derive(Debug)]
pub struct Controller<'lab> {
    lab: &'lab Lab,
}

impl<'lab> Controller<'lab> {
    pub(super) fn new(lab: &'lab Lab) -> Self {
        Self { lab }
    }

    /// Samba's folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.lab.folder().join("dc")
    }

    /// Samba's configuration.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.folder().join("etc/smb.conf")
    }

    /// What Samba writes when it cannot write to its log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.lab.folder().join("samba.out")
    }

    fn record(&self) -> PathBuf {
        self.lab.folder().join("dc.pid")
    }

    /// The running controller; `None` if it does not run.
    #[must_use]
    pub fn running(&self) -> Option<Process> {
        Process::recall(&self.record())
    }

    /// Starts it; it answers some seconds later, see [`super::ready::wait`].
    ///
    /// # Errors
    /// If it runs already or cannot be started.
    pub fn start(&self) -> Result<()> {
        if let Some(process) = self.running() {
            bail!("the controller runs already (process {})", process.id());
        }
        let log = fs_err::File::create(self.log())?.into_file();
        let configuration = format!("--configfile={}", self.configuration().display());
        // A session of its own keeps it alive when the terminal that started it closes. Neither
        // `setsid` nor `ip netns exec` starts another process, so the id stays the same.
        let mut command = std::process::Command::new("setsid");
        command.args(["ip", "netns", "exec", self.lab.namespace().name(), "samba"]);
        command.args([&configuration, "--foreground", "--model=single"]);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command.spawn().context("cannot start the controller")?;
        let process = Process::of_id(child.id()).context("the controller ended at once")?;
        process.remember(&self.record())
    }

    /// Ends it in good order; harmless if it does not run.
    ///
    /// # Errors
    /// If it does not end.
    pub fn stop(&self) -> Result<()> {
        if let Some(process) = self.running() {
            process.end(PATIENCE)?;
        }
        if self.record().exists() {
            fs_err::remove_file(self.record())?;
        }
        Ok(())
    }
}
