//! The terminal: where data, messages and errors go, how wide it is, and whether it shows colour.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use tracing::Level;

use crate::{
    exit::{Exit, Usage},
    recording::RecordingError,
    report::{Colour, Layout},
};

/// Options about the terminal, understood by every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Terminal")]
pub struct ConsoleOptions {
    /// Whether to colour; `auto` does on a terminal unless NO_COLOR is set
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        env = "WATERLINE_COLOR",
        default_value = "auto"
    )]
    color: When,
    /// Show no progress and no messages but errors
    #[arg(long, short, global = true, env = "WATERLINE_QUIET")]
    quiet: bool,
    /// Show what the probes log; twice for details
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// The same text, what acts on a terminal made harmless.
pub fn printable(text: &str) -> String {
    let harmless = |c: char| {
        if c.is_control() || is_direction(c) {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(harmless).collect()
}

/// Marks that change the direction of what comes after them.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// The terminal.
#[derive(Debug)]
pub struct Console {
    choice: ColorChoice,
    quiet: bool,
    verbose: u8,
}

/// Columns where standard output is no terminal.
const USUAL_WIDTH: u16 = 80;

impl Console {
    /// The terminal of this process.
    pub fn new(options: &ConsoleOptions) -> Self {
        let choice = match options.color {
            When::Auto => AutoStream::choice(&io::stdout()),
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        };
        Self {
            choice,
            quiet: options.quiet,
            verbose: options.verbose,
        }
    }

    /// Whether nothing but data and errors is wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What of the log is to be shown.
    pub fn log_level(&self) -> Option<Level> {
        match self.verbose {
            0 => None,
            1 => Some(Level::INFO),
            _ => Some(Level::TRACE),
        }
    }

    /// How a report looks on standard output.
    pub fn layout(&self) -> Layout {
        let size = terminal_size::terminal_size_of(io::stdout());
        let width = size.map_or(USUAL_WIDTH, |(width, _)| width.0);
        let colour = match self.choice {
            ColorChoice::Never => Colour::Never,
            _ => Colour::Always,
        };
        Layout {
            width: width.into(),
            colour,
        }
    }

    /// Writes data to standard output. A reader that has had enough, such as `head`, is no error.
    ///
    /// # Errors
    /// If standard output cannot be written to for any other reason.
    pub fn print(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let mut output = io::BufWriter::new(AutoStream::new(io::stdout().lock(), self.choice));
        match write(&mut output).and_then(|()| output.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(error).context("cannot write to standard output"))
            }
            _ => Ok(()),
        }
    }

    /// Tells a person something on standard error, unless nothing is wanted there.
    pub fn say(&self, message: impl Display) {
        if !self.quiet {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(io::stderr(), "{message}");
        }
    }

    /// Tells a person what must not be missed, whatever else is wanted on standard error.
    pub fn warn(&self, message: impl Display) {
        // Nobody can be told that standard error is closed.
        let _ = writeln!(io::stderr(), "warning: {message}");
    }

    /// Whether a person can be asked something.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Tells an error and what to do about it, and gives the exit code that it asks for.
    pub fn fail(&self, error: &anyhow::Error) -> Exit {
        let usage = error.chain().any(|cause| cause.is::<Usage>());
        let recording = error.chain().find_map(|cause| cause.downcast_ref());
        let hint = recording.and_then(RecordingError::hint);
        // Nobody can be told that standard error is closed.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        if let Some(hint) = hint {
            let _ = writeln!(io::stderr(), "  {hint}");
        }
        let wrong_use = usage || recording.is_some_and(RecordingError::is_wrong_use);
        if wrong_use { Exit::Usage } else { Exit::Failed }
    }
}
