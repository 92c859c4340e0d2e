//! The program's own log: kept for the recording, and shown on standard error if asked for.
//!
//! Only events of the program's own crates are taken: libraries below may log what goes over the
//! wire, which is nobody's business.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::time::Instant;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::recording::LogEntry;

/// Most entries that are kept; later ones are counted and left out.
const MOST_ENTRIES: usize = 20_000;

/// The entries so far.
#[derive(Debug, Clone)]
pub struct RunLog {
    state: Arc<Mutex<State>>,
    began: Instant,
    shown: Option<Level>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<LogEntry>,
    left_out: u64,
}

impl RunLog {
    /// Starts to keep the log of this process, and to show what is at least as severe as `shown`.
    /// Only the first log of a process gets entries.
    pub fn start(shown: Option<Level>) -> Self {
        let log = Self {
            state: Arc::default(),
            began: Instant::now(),
            shown,
        };
        // Fails only if there is one already, as in tests; that one then gets the entries.
        let _ = tracing_subscriber::registry().with(log.clone()).try_init();
        log
    }

    /// The entries in the order in which they came.
    pub fn entries(&self) -> Vec<LogEntry> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries = state.entries.clone();
        if state.left_out > 0 {
            entries.push(self.entry(
                &Level::WARN,
                module_path!(),
                format!("{} further entries were left out", state.left_out),
            ));
        }
        entries
    }

    fn entry(&self, level: &Level, target: &str, message: String) -> LogEntry {
        LogEntry {
            at_ms: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            level: level.as_str().to_ascii_lowercase(),
            target: target.to_owned(),
            message,
        }
    }

    fn keep(&self, entry: LogEntry) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.entries.len() < MOST_ENTRIES {
            state.entries.push(entry);
        } else {
            state.left_out += 1;
        }
    }
}

impl<S: Subscriber> Layer<S> for RunLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let meta = event.metadata();
        if !meta.target().starts_with("waterline") {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        let entry = self.entry(meta.level(), meta.target(), text.0);
        if self.shown.is_some_and(|shown| *meta.level() <= shown) {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(
                io::stderr(),
                "{}: {}",
                entry.level,
                printable(&entry.message)
            );
        }
        self.keep(entry);
    }
}

/// The same text, control characters made harmless to a terminal.
fn printable(text: &str) -> String {
    let harmless = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(harmless).collect()
}

/// The message of an event, and its fields after it.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing into text does not fail.
        let _ = if field.name() == "message" {
            write!(self.0, "{value:?}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
    }
}
