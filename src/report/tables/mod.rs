//! The assessment as tables for spreadsheets: what is not met, what to do, and every rule.
//!
//! Cells go through [`csv`](super::csv), which makes formulas text and acting characters visible.
//! Several values in a cell are parted by ` | `. Nothing is cut but single values of evidence.

pub(super) mod findings;
pub(super) mod rules;
pub(super) mod tasks;

/// Several values in one cell.
fn list(values: &[String]) -> String {
    values.join(" | ")
}

/// Yes or no.
fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
