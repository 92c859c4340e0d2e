//! The formats that a report can take. A new one is a file with a `render`, and a line in each
//! `match` here.

use std::{
    io::{self, Write},
    str::FromStr,
};

use super::{Layout, Report, html, json, markdown, terminal};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For reading in a terminal.
    Terminal,
    /// For machines; see [`super::Document`].
    Json,
    /// The whole plan, for reading and for review.
    Markdown,
    /// The same as one page for a browser.
    Html,
}

/// A format's name that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no report format {name:?}; choose one of {}",
    Format::names()
)]
pub struct UnknownFormat {
    name: String,
}

impl Format {
    /// Every format, in the order in which help names them.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Json, Self::Markdown, Self::Html];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The name of the file that `--out` writes; none for a format that is not written to files.
    pub fn file_name(self) -> Option<&'static str> {
        match self {
            Self::Terminal => None,
            Self::Json => Some("report.json"),
            Self::Markdown => Some("report.md"),
            Self::Html => Some("report.html"),
        }
    }

    /// Writes the report in this format; `layout` matters to the terminal alone.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn render(self, report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Terminal => terminal::render(report, layout, out),
            Self::Json => json::render(report, out),
            Self::Markdown => markdown::render(report, out),
            Self::Html => html::render(report, out),
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat {
                name: name.to_owned(),
            })
    }
}
