//! Servers of names and of time beside the controller, each with one fault.
//!
//! One `named` answers differently at each address, so that a program under test sees separate
//! servers; one `chronyd` serves a time that is ten minutes ahead at every address of loopback,
//! the controller's too. Both live in the lab's namespace and ask nobody outside.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::namespace::succeed;
use super::process::Process;
use super::{Lab, ready};

mod zones;

pub use zones::{BOGUS, LAME, MANY_TEXTS, SPLIT};

/// Answers from inside: its zone of [`SPLIT`] hides the public records.
pub const INSIDE: &str = "127.0.1.1";
/// Answers as the public sees it.
pub const OUTSIDE: &str = "127.0.1.2";
/// Verifies signatures; those of [`BOGUS`] have expired.
pub const VALIDATING: &str = "127.0.1.3";
/// Has an address for every name.
pub const REWRITING: &str = "127.0.1.4";
/// Is named as a name server of [`LAME`] and knows nothing of it.
pub const KNOWS_NOTHING: &str = "127.0.1.5";
/// How far the time is ahead, in seconds.
pub const AHEAD_S: i64 = 600;

/// How long they may take until they answer.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// The servers of names and of time.
#[derive(Debug)]
pub struct Names<'lab> {
    lab: &'lab Lab,
}

impl<'lab> Names<'lab> {
    pub(super) fn new(lab: &'lab Lab) -> Self {
        Self { lab }
    }

    fn folder(&self) -> PathBuf {
        self.lab.folder().join("names")
    }

    fn record(&self, server: &str) -> PathBuf {
        self.lab.folder().join(format!("{server}.pid"))
    }

    /// Starts what does not run, and waits until it answers.
    ///
    /// # Errors
    /// If a zone cannot be signed, or a server does not start or answer.
    pub fn start(&self) -> Result<()> {
        if Process::recall(&self.record("named")).is_none() {
            self.write_zones()?;
            self.add_addresses()?;
            let configuration = self.folder().join("named.conf");
            self.spawn("named", &["named", "-g", "-c"], &configuration)?;
        }
        if Process::recall(&self.record("chronyd")).is_none() {
            let ahead = format!("+{AHEAD_S}s");
            let configuration = self.folder().join("chrony.conf");
            fs_err::write(&configuration, time_configuration(&self.folder()))?;
            let left = self.folder().join("chronyd.pid");
            if left.exists() {
                fs_err::remove_file(left)?;
            }
            // It neither sets the clock nor asks anybody.
            let words = ["chronyd", "-x", "-d", "-u", "root", "-f"];
            let words = [
                &["faketime", "--exclude-monotonic", "-f", &ahead],
                &words[..],
            ]
            .concat();
            self.spawn("chronyd", &words, &configuration)?;
            self.remember_child()?;
        }
        self.wait()
    }

    /// `named` listens at an interface's own addresses only, not at all of loopback.
    fn add_addresses(&self) -> Result<()> {
        let namespace = self.lab.namespace().name();
        for address in [INSIDE, OUTSIDE, VALIDATING, REWRITING, KNOWS_NOTHING] {
            let address = format!("{address}/8");
            let words = ["-n", namespace, "address", "replace", &address, "dev", "lo"];
            succeed(Command::new("ip").args(words))?;
        }
        Ok(())
    }

    /// `faketime` starts another process, by whose end it ends itself: that one is remembered.
    fn remember_child(&self) -> Result<()> {
        let begun = Instant::now();
        let file = self.folder().join("chronyd.pid");
        loop {
            let text = fs_err::read_to_string(&file).unwrap_or_default();
            let process = text.trim().parse().ok().and_then(Process::of_id);
            if let Some(process) = process {
                return process.remember(&self.record("chronyd"));
            }
            if begun.elapsed() > PATIENCE {
                bail!("chronyd does not start, see its log chronyd.out in the lab's folder");
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Ends them; harmless if they do not run.
    ///
    /// # Errors
    /// If one does not end.
    pub fn stop(&self) -> Result<()> {
        for server in ["named", "chronyd"] {
            if let Some(process) = Process::recall(&self.record(server)) {
                process.end(Duration::from_secs(10))?;
            }
            if self.record(server).exists() {
                fs_err::remove_file(self.record(server))?;
            }
        }
        Ok(())
    }

    fn write_zones(&self) -> Result<()> {
        let folder = self.folder();
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        fs_err::create_dir_all(&folder)?;
        for (file, text) in zones::files() {
            fs_err::write(folder.join(file), text)?;
        }
        let key = zones::sign(&folder)?;
        fs_err::write(
            folder.join("named.conf"),
            zones::configuration(&folder, &key),
        )?;
        Ok(())
    }

    fn spawn(&self, server: &str, words: &[&str], configuration: &std::path::Path) -> Result<()> {
        let log = self.lab.folder().join(format!("{server}.out"));
        let log = fs_err::File::create(log)?.into_file();
        let mut command = Command::new("setsid");
        command.args(["ip", "netns", "exec", self.lab.namespace().name()]);
        command.args(words).arg(configuration);
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {server}"))?;
        let process =
            Process::of_id(child.id()).with_context(|| format!("{server} ended at once"))?;
        process.remember(&self.record(server))
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        let asked = || self.lab.namespace().enter(|| ready::ask_for(INSIDE, SPLIT));
        while let Err(error) = asked()? {
            if Process::recall(&self.record("named")).is_none() || begun.elapsed() > PATIENCE {
                let log = self.lab.folder().join("named.out");
                bail!("named does not answer, see {}: {error:#}", log.display());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

fn time_configuration(folder: &std::path::Path) -> String {
    format!(
        "port 123
local stratum 3
cmdport 0
allow 127.0.0.0/8
pidfile {}/chronyd.pid
",
        folder.display()
    )
}

/// Runs one of `bind9`'s tools in a folder and gives what it printed.
fn tool(folder: &std::path::Path, program: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    let output = succeed(&mut command)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
