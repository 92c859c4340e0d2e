//! Reports: one assessment in several formats.
//!
//! Each format is one file with a `render` into a writer; [`Format`] is the list of them. All text
//! from outside is hostile: control and direction marks are made visible, each format escapes what
//! it has to, and long values are cut with their true length. The same input gives the same bytes.

mod calendar;
pub mod changes;
mod contacts;
pub mod csv;
mod details;
mod escape;
mod evidence;
mod firewall;
mod format;
mod groups;
mod html;
mod inventory;
mod json;
mod junit;
mod limits;
mod markdown;
mod page;
mod recorded;
mod sarif;
mod schedule;
mod tables;
mod terminal;
mod text;
mod unread;
mod words;

#[cfg(test)]
mod agreement;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use contacts::Contacts;
pub use format::{Format, UnknownFormat};
pub use json::{Document, FORMAT, ReportedFinding};
pub use page::{Colour, Layout};
pub(crate) use text::visible;

use waterline_facts::Environment;
use waterline_probes::catalog::Catalog;
use waterline_rules::{Assessment, Profile};

use crate::{diff::Changes, recording::Problem};

/// What is reported.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The facts.
    pub environment: &'a Environment,
    /// What the rules make of them.
    pub assessment: &'a Assessment,
    /// What the organisation wants, as it was judged by: its name, its thresholds, its waivers.
    pub profile: &'a Profile,
    /// Version of the program that judged, which may not be the one that probed.
    pub tool_version: &'a str,
    /// Damaged parts of the recording that was judged; empty for a live run.
    pub damage: &'a [Problem],
    /// The catalogue that says what endpoints are for; none for the built-in one, which is read if a
    /// format asks for it. A replay has that one, whatever the run had.
    pub catalog: Option<&'a Catalog>,
    /// What changed since an earlier run; none if none was named.
    pub changes: Option<&'a Changes>,
}

impl Report<'_> {
    /// The report as a document for machines.
    pub fn document(&self) -> Document {
        json::document(self)
    }
}
