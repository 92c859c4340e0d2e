//! The program: its command line, the run of all probes, recordings on disk and reports.
//!
//! Probing lives in `waterline-probes`, judging in `waterline-rules`; this crate ties them
//! together. Only [`cli`] writes to standard output and standard error; recordings go to the path
//! they are given, reports into the writer they are given.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod cli;
pub mod diff;
pub mod exit;
pub mod expected;
pub mod files;
pub mod findings;
pub mod fixes;
pub mod hosts;
pub mod idfix;
pub mod progress;
pub mod recording;
pub mod redact;
pub mod reinterpret;
pub mod report;
pub mod run;
pub mod shown;
pub mod untrusted;
pub mod verify;

/// Facts, findings and reports are millions of small values. This allocator takes half the time of
/// that of the C library to make and drop them; see `docs/decisions`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(test)]
mod testing;
