//! The project's own chores, as a library so that tests can use the lab and the synthetic
//! directories.
//!
//! `cargo xtask help` lists the chores. None of this is part of the program.

pub mod clock;
#[cfg(target_os = "linux")]
pub mod lab;
pub mod synth;
