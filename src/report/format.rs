//! The formats that a report can take. A new one is a file with a `render`, and a line in each
//! `match` here.

use std::{
    io::{self, Write},
    str::FromStr,
};

use super::{
    Layout, Report, calendar, firewall, html, json, junit, markdown, sarif, tables, terminal,
};

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
    /// What is missing in the network, as a table for those who run firewalls and proxies.
    Firewall,
    /// What is not met, as a table.
    Csv,
    /// The tasks of the plan, as a table.
    CsvTasks,
    /// Every rule with its verdict, as a table.
    CsvRules,
    /// Every rule as a test case, for continuous integration.
    Junit,
    /// For tools that gather findings; SARIF 2.1.0.
    Sarif,
    /// Checkpoint calls and ends of waves, for calendars.
    Ics,
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
    pub const ALL: [Self; 11] = [
        Self::Terminal,
        Self::Json,
        Self::Markdown,
        Self::Html,
        Self::Firewall,
        Self::Csv,
        Self::CsvTasks,
        Self::CsvRules,
        Self::Junit,
        Self::Sarif,
        Self::Ics,
    ];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Firewall => "firewall",
            Self::Csv => "csv",
            Self::CsvTasks => "csv-tasks",
            Self::CsvRules => "csv-rules",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Ics => "ics",
        }
    }

    /// The name of the file that `--out` writes; none for a format that is not written to files.
    pub fn file_name(self) -> Option<&'static str> {
        match self {
            Self::Terminal => None,
            Self::Json => Some("report.json"),
            Self::Markdown => Some("report.md"),
            Self::Html => Some("report.html"),
            Self::Firewall => Some("firewall.csv"),
            Self::Csv => Some("findings.csv"),
            Self::CsvTasks => Some("tasks.csv"),
            Self::CsvRules => Some("rules.csv"),
            Self::Junit => Some("junit.xml"),
            Self::Sarif => Some("report.sarif"),
            Self::Ics => Some("plan.ics"),
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
            Self::Firewall => firewall::render(report, out),
            Self::Csv => tables::findings::render(report, out),
            Self::CsvTasks => tables::tasks::render(report, out),
            Self::CsvRules => tables::rules::render(report, out),
            Self::Junit => junit::render(report, out),
            Self::Sarif => sarif::render(report, out),
            Self::Ics => calendar::render(report, out),
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
