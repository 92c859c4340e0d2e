//! How much work a task is: three points, in hours of one owner.
//!
//! Rules and overlays write one number, which is the likely effort, or all three. Where there is
//! only one number the other two are derived: half of it and double, the spread that Boehm found
//! for estimates made once it is known what is to be done, but not yet how (Software Engineering
//! Economics, 1981, figure 21-1). The basis says which of the two it is.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// The longest effort that is believed, in hours: five years of one person.
pub const MAX_HOURS: f64 = 10_000.0;

/// What a likely effort is multiplied by where nothing says how it may turn out.
const SPREAD: (f64, f64) = (0.5, 2.0);

/// An effort in hours; for a wave or a plan the sums of its tasks'.
///
/// Sums are of each point by itself: that all tasks turn out at their lowest is as unlikely as that
/// all turn out at their highest, so the true total lies within.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Effort {
    /// If all goes well.
    pub low_hours: f64,
    /// What is to be expected.
    pub likely_hours: f64,
    /// If much goes wrong that can.
    pub high_hours: f64,
    /// Where low and high come from.
    pub basis: EffortBasis,
}

/// Where the low and the high effort come from.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EffortBasis {
    /// The rule or the overlay names them.
    #[default]
    Stated,
    /// Only the likely effort is named; low is half of it and high is double. For a sum: this
    /// holds for at least one of its parts.
    Derived,
}

/// An effort as people write it: a number of hours, or `{low: …, likely: …, high: …}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EffortHours {
    /// The likely effort alone.
    Likely(f64),
    /// All three.
    Range(EffortRange),
}

/// Three efforts in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EffortRange {
    /// If all goes well.
    pub low: f64,
    /// What is to be expected; not below `low`.
    pub likely: f64,
    /// If much goes wrong that can; not below `likely`.
    pub high: f64,
}

impl EffortHours {
    /// The likely effort, in hours.
    pub fn likely(self) -> f64 {
        match self {
            Self::Likely(hours) => hours,
            Self::Range(range) => range.likely,
        }
    }

    /// Whether somebody could spend it: from 0 to [`MAX_HOURS`], low to high.
    pub fn is_sound(self) -> bool {
        let points = match self {
            Self::Likely(hours) => [hours; 3],
            Self::Range(EffortRange { low, likely, high }) => [low, likely, high],
        };
        points.is_sorted() && points.iter().all(|hours| (0.0..=MAX_HOURS).contains(hours))
    }
}

impl From<f64> for EffortHours {
    fn from(hours: f64) -> Self {
        Self::Likely(hours)
    }
}

impl From<EffortHours> for Effort {
    fn from(hours: EffortHours) -> Self {
        match hours {
            EffortHours::Likely(hours) => Self {
                low_hours: hours * SPREAD.0,
                likely_hours: hours,
                high_hours: hours * SPREAD.1,
                basis: EffortBasis::Derived,
            },
            EffortHours::Range(range) => Self {
                low_hours: range.low,
                likely_hours: range.likely,
                high_hours: range.high,
                basis: EffortBasis::Stated,
            },
        }
    }
}

impl Effort {
    /// The sum of efforts, the same whatever their order.
    pub fn sum(efforts: impl IntoIterator<Item = Self>) -> Self {
        let efforts: Vec<Self> = efforts.into_iter().collect();
        let of = |point: fn(&Self) -> f64| sum_hours(efforts.iter().map(point));
        Self {
            low_hours: of(|effort| effort.low_hours),
            likely_hours: of(|effort| effort.likely_hours),
            high_hours: of(|effort| effort.high_hours),
            basis: efforts
                .iter()
                .map(|effort| effort.basis)
                .max()
                .unwrap_or_default(),
        }
    }
}

/// The sum of efforts in hours, the same whatever their order.
pub(crate) fn sum_hours(efforts: impl IntoIterator<Item = f64>) -> f64 {
    let mut efforts: Vec<f64> = efforts.into_iter().collect();
    efforts.sort_by(f64::total_cmp);
    // An empty `sum()` is minus zero, which JSON shows.
    efforts.into_iter().fold(0.0, |sum, hours| sum + hours)
}

impl<'de> Deserialize<'de> for EffortHours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Form)
    }
}

/// Reads either form; a derived untagged enum could not say what is wrong.
struct Form;

impl<'de> Visitor<'de> for Form {
    type Value = EffortHours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of hours, or {low: …, likely: …, high: …}")
    }

    fn visit_f64<E>(self, hours: f64) -> Result<EffortHours, E> {
        Ok(EffortHours::Likely(hours))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 2^53 hours it is refused anyway"
    )]
    fn visit_u64<E>(self, hours: u64) -> Result<EffortHours, E> {
        Ok(EffortHours::Likely(hours as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 2^53 hours it is refused anyway"
    )]
    fn visit_i64<E>(self, hours: i64) -> Result<EffortHours, E> {
        Ok(EffortHours::Likely(hours as f64))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EffortHours, A::Error> {
        EffortRange::deserialize(MapAccessDeserializer::new(map)).map(EffortHours::Range)
    }
}

/// The schema of [`EffortHours`].
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum EffortForm {
    /// The likely effort in hours.
    Likely(f64),
    /// Low, likely and high effort in hours.
    Range(EffortRange),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> Result<EffortHours, String> {
        let read = Source::new("a.yaml", text).read::<Vec<EffortHours>>();
        read.map(|all| all[0]).map_err(|fault| fault.message)
    }

    #[test]
    fn an_effort_is_a_number_or_three() {
        let range = EffortRange {
            low: 1.0,
            likely: 2.5,
            high: 8.0,
        };
        assert_eq!(read("- 2"), Ok(EffortHours::Likely(2.0)));
        assert_eq!(read("- 0.5"), Ok(EffortHours::Likely(0.5)));
        assert_eq!(
            read("- {low: 1, likely: 2.5, high: 8}"),
            Ok(EffortHours::Range(range))
        );
        for wrong in [
            "- two",
            "- {low: 1, high: 2}",
            "- {low: 1, likely: 2, high: 3, x: 4}",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_derived_says_so_and_so_does_its_sum() {
        let derived = Effort::from(EffortHours::Likely(2.0));
        assert_eq!((derived.low_hours, derived.high_hours), (1.0, 4.0));
        let stated = Effort::from(EffortHours::Range(EffortRange {
            low: 1.0,
            likely: 1.0,
            high: 1.5,
        }));
        assert_eq!(Effort::sum([stated, stated]).basis, EffortBasis::Stated);
        let sum = Effort::sum([stated, derived]);
        assert_eq!(
            (sum.low_hours, sum.likely_hours, sum.high_hours),
            (2.0, 3.0, 5.5)
        );
        assert_eq!(sum.basis, EffortBasis::Derived);
        assert!(Effort::sum([]).low_hours.is_sign_positive());
    }

    #[test]
    fn an_effort_that_nobody_could_spend_is_unsound() {
        let range = |low, likely, high| EffortHours::Range(EffortRange { low, likely, high });
        for (effort, sound) in [
            (EffortHours::Likely(0.0), true),
            (EffortHours::Likely(10_000.0), true),
            (EffortHours::Likely(10_000.5), false),
            (EffortHours::Likely(-1.0), false),
            (EffortHours::Likely(f64::INFINITY), false),
            (EffortHours::Likely(f64::NAN), false),
            (range(1.0, 1.0, 1.0), true),
            (range(2.0, 1.0, 3.0), false),
            (range(1.0, 2.0, f64::NAN), false),
        ] {
            assert_eq!(effort.is_sound(), sound, "{effort:?}");
        }
    }

    #[test]
    fn a_sum_of_efforts_is_the_same_in_any_order() {
        let efforts = [0.1, 0.2, 0.3, 1e9, 0.7];
        let forwards = sum_hours(efforts);
        let backwards = sum_hours(efforts.into_iter().rev());
        assert_eq!(forwards.to_bits(), backwards.to_bits());
    }
}
