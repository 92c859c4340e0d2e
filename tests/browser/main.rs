//! The HTML report in a real browser: headless Chromium, driven by WebDriver.
//!
//! Ignored by default, as they need Debian's packages `chromium` and `chromium-driver`: `cargo xtask test`
//! installs these and runs them. Nothing leaves the machine: the report is opened as a file.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong in the harness fails the test"
)]

mod harness;
mod report;
