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

/// The log as lines of JSON. What would make the part larger than `most` bytes is left out, and the
/// last line says so: a talkative log must not cost the recording.
pub(super) fn to_lines(log: &[LogEntry], most: u64) -> Result<Vec<u8>, serde_json::Error> {
    const ROOM_FOR_LAST: u64 = 1 << 10;
    let mut lines = Vec::new();
    for (number, entry) in log.iter().enumerate() {
        let before = lines.len();
        serde_json::to_writer(&mut lines, entry)?;
        lines.push(b'\n');
        if lines.len() as u64 + ROOM_FOR_LAST > most {
            lines.truncate(before);
            serde_json::to_writer(&mut lines, &left_out(entry.at_ms, log.len() - number))?;
            lines.push(b'\n');
            break;
        }
    }
    Ok(lines)
}

fn left_out(at_ms: u64, entries: usize) -> LogEntry {
    LogEntry {
        at_ms,
        level: "warn".to_owned(),
        target: "waterline::recording".to_owned(),
        message: format!("{entries} more entries were left out, as the log has grown too large"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talkative_log_is_cut_and_says_so() {
        let entry = |at_ms| LogEntry {
            at_ms,
            level: "info".to_owned(),
            target: "test".to_owned(),
            message: "x".repeat(100),
        };
        let log: Vec<LogEntry> = (0..1000).map(entry).collect();
        let lines = to_lines(&log, 10_000).unwrap();
        assert!(lines.len() <= 10_000);
        let (read, problem) = from_lines(&lines);
        assert_eq!(problem, None);
        let (last, kept) = read.split_last().unwrap();
        assert_eq!(kept, &log[..kept.len()]);
        let left = log.len() - kept.len();
        assert!(
            last.message.starts_with(&format!("{left} more entries")),
            "{}",
            last.message
        );
    }

    #[test]
    fn log_is_read_up_to_its_first_bad_line() {
        let good = r#"{"at_ms":1,"level":"info","target":"t","message":"m"}"#;
        let (read, problem) = from_lines(format!("{good}\n{good}\nnonsense\n{good}\n").as_bytes());
        assert_eq!(read.len(), 2);
        assert!(problem.unwrap().what.starts_with("line 3: "));
    }
}
