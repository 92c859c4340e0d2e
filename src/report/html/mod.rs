//! The report as one HTML file: no network, readable with scripts off, filtered and sorted with them.
//!
//! Values go through `text` and are escaped by the template. The file's own content security policy
//! admits nothing but the style sheet and the script that stand in it, each by its hash, so that a
//! value that escaped from its place could still do nothing.

mod changes;
mod chart;
mod findings;
mod inventory;
mod owners;
mod plan;
mod summary;
mod unread;

use std::io::{self, Write};

use askama::Template;
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Rows of a table; what goes beyond is in the JSON report and in the tables beside it.
const MOST_ROWS: usize = 200;

/// The whole page.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    summary: summary::Summary,
    changes: Option<changes::Changes>,
    plan: plan::Plan,
    owners: Vec<owners::Owner>,
    findings: Vec<findings::Group>,
    no_finding: String,
    unread: unread::Unread,
    inventory: inventory::Inventory,
    rules: Vec<summary::Rule>,
}

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let assessment = report.assessment;
    let page = Page {
        style: STYLE,
        style_hash: hash(STYLE),
        script: SCRIPT,
        script_hash: hash(SCRIPT),
        summary: summary::Summary::of(report),
        changes: changes::Changes::of(report),
        plan: plan::Plan::of(assessment),
        owners: owners::owners(assessment),
        findings: findings::groups(assessment),
        no_finding: super::words::no_finding(assessment),
        unread: unread::Unread::of(assessment),
        inventory: inventory::Inventory::of(report),
        rules: assessment.rules.iter().map(summary::Rule::of).collect(),
    };
    let mut buffer = io::BufWriter::new(out);
    page.write_into(&mut buffer)?;
    writeln!(buffer)?;
    buffer.flush()
}

/// The hash by which a policy admits a style sheet or a script (CSP 3, 2.3.1).
fn hash(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    format!("sha256-{}", BASE64_STANDARD.encode(digest))
}

/// An id as a part of an anchor: characters that need no escaping in a link or an attribute.
fn anchor(id: &str) -> String {
    let plain = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => character,
        _ => '-',
    };
    id.chars().map(plain).take(200).collect()
}

/// A share of a whole in per cent, to a hundredth; nothing of nothing is nothing.
fn per_cent(part: f64, whole: f64) -> String {
    let share = if whole > 0.0 {
        part / whole * 100.0
    } else {
        0.0
    };
    format!("{share:.2}")
}

/// A table that shows so many of its rows.
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many rows there are in all.
    count: usize,
}

impl Table {
    fn of(grid: super::details::Grid<'_>) -> Self {
        Self {
            head: grid.head,
            rows: grid.rows.take(MOST_ROWS).collect(),
            count: grid.count,
        }
    }

    /// How many rows are not shown.
    fn hidden(&self) -> usize {
        self.count - self.rows.len()
    }
}

#[cfg(test)]
mod tests;
