//! The program's log of a recorded run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{limits, read::Problem};

/// Name of the part.
pub(super) const NAME: &str = "log.ndjson";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogEntry {
    /// Milliseconds since probing began.
    pub at_ms: u64,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// The module that wrote it.
    pub target: String,
    /// What it says.
    pub message: String,
}

/// The log as lines of JSON.
pub(super) fn to_lines(log: &[LogEntry]) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines = Vec::new();
    for entry in log {
        serde_json::to_writer(&mut lines, entry)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// The log up to its first bad line, which is named.
pub(super) fn from_lines(bytes: &[u8]) -> (Vec<LogEntry>, Option<Problem>) {
    let mut log = Vec::new();
    for (line, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        match serde_json::from_slice(text) {
            Ok(entry) => log.push(entry),
            Err(error) => {
                let what = limits::damage(format_args!("line {line}: {error}"));
                return (log, Some(Problem::new(NAME, what)));
            }
        }
    }
    (log, None)
}
