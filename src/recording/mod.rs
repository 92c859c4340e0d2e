//! Recordings: the facts of one run on disk, from which everything after probing can be repeated.
//!
//! A recording is a folder, or the same parts in one `.waterline` file (tar, zstd). Both hold a
//! manifest with the size and SHA-256 of every part, the facts one part per probe, the program's
//! log, and the directory's objects as a compressed stream. The form is laid down in
//! `docs/recording-format.md`.
//!
//! A recording is hostile input: reading is bounded in size, depth and number, follows no link
//! and leaves no folder. A damaged part costs only its own facts, which become unknown.

mod archive;
mod check;
mod checkpoints;
mod error;
mod evidence;
mod folder;
mod limits;
mod log;
mod manifest;
mod objects;
mod parts;
mod read;
mod signature;
mod staging;
#[cfg(unix)]
mod unix;
pub(crate) mod untrusted;
#[cfg(windows)]
mod windows;
mod write;

pub use check::{Checked, Signed, check};
pub use checkpoints::Checkpoints;
pub use error::RecordingError;
pub use log::LogEntry;
pub(crate) use manifest::hexadecimal;
pub use manifest::{FORMAT, Manifest, PRODUCT, Part};
pub use objects::ObjectStream;
pub use parts::{Head, part_of};
pub use read::{Opened, Problem, is_recording, open};
pub use signature::{KeyError, SigningKey, VerifyingKey};
pub use write::{Form, RecordingWriter};

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod compatibility_tests;
#[cfg(test)]
mod crafted;
#[cfg(test)]
mod hostile_evidence_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod partial_tests;
#[cfg(test)]
mod tests;
