//! The whole program against the lab's domain controller.
//!
//! Each test runs the built program inside the lab's network namespace and reads its JSON report.
//! They are ignored by default: `cargo xtask test` brings the lab up and runs them.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong in the harness fails the test"
)]

mod binding;
mod changes;
mod cut;
mod findings;
mod forest;
mod forwarder;
mod harness;
mod interrupt;
mod killed;
mod names;
mod network;
mod protocols;
mod redacted;
mod refused;
mod replay;
mod services;
mod shown;
mod tickets;
