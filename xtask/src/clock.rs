//! The one place where the chores ask what time it is.

use jiff::Timestamp;

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "chores act now; only the program has a clock to inject"
)]
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}
