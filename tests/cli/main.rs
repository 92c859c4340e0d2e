//! The program as a whole, through its command line: no network but loopback, an empty
//! environment, a folder of its own.

#![allow(clippy::unwrap_used)]

mod assess;
mod bad_input;
mod browsers;
mod catalog;
mod diff;
mod docs;
mod duration;
mod evidence;
mod fake;
mod hosts;
mod idfix;
mod killed;
mod object_findings;
mod outputs;
mod plan;
#[cfg(target_os = "linux")]
mod progress;
mod replay;
mod rules;
mod schema;
mod sharing;
mod support;
mod targets;
mod unasked;
