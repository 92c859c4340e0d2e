//! A process that the lab started, known again by its start time.
//!
//! Process ids are given out anew; the pair of id and start time is not. So nothing is ever ended
//! that only happens to have the id of a controller of long ago.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use serde::{Deserialize, Serialize};

const PAUSE: Duration = Duration::from_millis(50);

/// A process and when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    id: u32,
    /// Clock ticks since the machine started, as in `/proc/<id>/stat`.
    started: u64,
}

impl Process {
    /// The running process of this id; `None` if there is none or it has ended already.
    #[must_use]
    pub fn of_id(id: u32) -> Option<Self> {
        let stat = fs_err::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (state, started) = parse_stat(&stat)?;
        (state != 'Z' && state != 'X').then_some(Self { id, started })
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether it still runs (a stopped process does, too).
    #[must_use]
    pub fn runs(&self) -> bool {
        Self::of_id(self.id) == Some(*self)
    }

    /// Sends a signal, unless it has ended.
    ///
    /// # Errors
    /// If the signal is not permitted.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        if !self.runs() {
            return Ok(());
        }
        let id = i32::try_from(self.id).ok().and_then(Pid::from_raw);
        let id = id.context("a process id is a positive number")?;
        kill_process(id, signal).with_context(|| format!("cannot signal process {}", self.id))
    }

    /// Asks it to end, and makes it end after `patience`.
    ///
    /// # Errors
    /// If it outlives even that.
    pub fn end(&self, patience: Duration) -> Result<()> {
        self.signal(Signal::TERM)?;
        // A stopped process takes the signal only once it goes on.
        self.signal(Signal::CONT)?;
        if !self.gone_within(patience) {
            self.kill()?;
        }
        Ok(())
    }

    /// Ends it at once, without letting it say goodbye to its clients.
    ///
    /// # Errors
    /// If it cannot be ended.
    pub fn kill(&self) -> Result<()> {
        self.signal(Signal::KILL)?;
        ensure!(
            self.gone_within(Duration::from_secs(5)),
            "process {} does not end",
            self.id
        );
        Ok(())
    }

    fn gone_within(&self, patience: Duration) -> bool {
        let begun = Instant::now();
        while self.runs() {
            if begun.elapsed() > patience {
                return false;
            }
            thread::sleep(PAUSE);
        }
        true
    }

    /// Reads a process back from `path`; `None` unless it is there and still runs.
    #[must_use]
    pub fn recall(path: &Path) -> Option<Self> {
        let text = fs_err::read_to_string(path).ok()?;
        let process: Self = serde_json::from_str(&text).ok()?;
        process.runs().then_some(process)
    }

    /// Writes it to `path`.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(&self, path: &Path) -> Result<()> {
        fs_err::write(path, serde_json::to_string(self)?)?;
        Ok(())
    }
}

/// State and start time from `/proc/<id>/stat`.
fn parse_stat(stat: &str) -> Option<(char, u64)> {
    // The second field is the name in brackets and may hold spaces and brackets itself.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let started = fields.nth(18)?.parse().ok()?;
    Some((state, started))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let stat = "7 (a b) c) S 1 7 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0";
        assert_eq!(parse_stat(stat), Some(('S', 4242)));
    }

    #[test]
    fn ended_process_is_known_to_be_gone() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::of_id(child.id()).unwrap();
        assert!(process.runs());
        process.kill().unwrap();
        assert!(!process.runs());
        child.wait().unwrap();
    }

    #[test]
    fn other_process_with_the_same_id_is_not_signalled() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::of_id(child.id()).unwrap();
        let earlier = Process {
            started: process.started - 1,
            ..process
        };
        assert!(!earlier.runs());
        earlier.signal(Signal::KILL).unwrap();
        assert!(process.runs());
        process.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn stopped_process_ends_when_asked() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::of_id(child.id()).unwrap();
        process.signal(Signal::STOP).unwrap();
        process.end(Duration::from_secs(5)).unwrap();
        assert!(!process.runs());
        child.wait().unwrap();
    }
}
