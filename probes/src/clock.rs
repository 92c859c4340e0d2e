//! The only place that reads the time, so that tests and replays can set it.

use std::time::Duration;

use jiff::Timestamp;

/// Tells the time of day.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Stands still at this moment.
    Fixed(Timestamp),
}

impl Clock {
    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(moment) => moment,
        }
    }
}

/// A duration in milliseconds, to the microsecond, as facts have it.
pub(crate) fn ms(took: Duration) -> f64 {
    took.as_micros() as f64 / 1000.0
}
