//! What all objects of one directory share: its names, its day, its seed.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    layout::{Kind, Layout},
    random::Dice,
};

/// The domain.
pub(super) const DOMAIN: &str = "DC=corp,DC=example,DC=com";
/// Its DNS name.
pub(super) const DNS_NAME: &str = "corp.example.com";

const DAY: i64 = 86_400;

/// One directory.
#[derive(Debug)]
pub(super) struct World {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Midnight (UTC) of its day, in seconds since 1970; all dates lie before.
    pub now: i64,
    /// How many objects of each kind, and their faults.
    pub layout: Layout,
}

impl World {
    /// A directory as it is on a day.
    pub fn new(seed: u64, day: Date, layout: Layout) -> Self {
        let midnight = day.to_zoned(TimeZone::UTC);
        let now = midnight.map_or(0, |midnight| midnight.timestamp().as_second());
        Self { seed, now, layout }
    }

    /// Dice for an object.
    pub fn dice(&self, kind: Kind, number: u64) -> Dice {
        Dice::new(self.seed, kind as u64, number)
    }

    /// A moment so many days ago, at any time of that day.
    pub fn days_ago(&self, days: u64, dice: &mut Dice) -> i64 {
        let second = dice.below(DAY.unsigned_abs());
        self.now - DAY * i64::try_from(days).expect("some years") - second.cast_signed()
    }

    /// The SID of the object with this relative id.
    pub fn sid(&self, relative: u64) -> Vec<u8> {
        let mut dice = Dice::new(self.seed, 99, 0);
        // Version 1, five parts, authority 5 (NT), then 21 and the domain's own three.
        let mut sid = vec![1, 5, 0, 0, 0, 0, 0, 5];
        let domain = [dice.next(), dice.next(), dice.next()];
        for part in [21, domain[0], domain[1], domain[2], 1000 + relative] {
            let [a, b, c, d, ..] = part.to_le_bytes();
            sid.extend_from_slice(&[a, b, c, d]);
        }
        sid
    }
}

/// A moment as FILETIME: 100 ns since 1601.
pub(super) fn filetime(second: i64) -> String {
    ((second + 11_644_473_600) * 10_000_000).to_string()
}

/// A moment as generalizedTime.
pub(super) fn generalized_time(second: i64) -> String {
    let moment = jiff::Timestamp::from_second(second).unwrap_or_default();
    let civil = TimeZone::UTC.to_datetime(moment);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}.0Z",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second()
    )
}
