//! What the program keeps and shows: recordings on disk and reports in several formats.
//!
//! Probing lives in `waterline-probes`, judging in `waterline-rules`; the command line in `main.rs`
//! ties them together. Nothing here prints, reads a clock or talks to a network: a recording goes
//! to the path it is given, a report into the writer it is given.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod recording;
pub mod report;

#[cfg(test)]
mod testing;
