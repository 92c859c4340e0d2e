//! Facts as values of expressions, and the two types that CEL does not have: moments and versions.

use std::{any::Any, cmp::Ordering, collections::HashMap, fmt};

use cel::{
    ExecutionError,
    common::{
        traits::Comparer,
        types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, Type},
        value::{StaticVal, Val},
    },
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value as Json;

use crate::attestations::form;
use crate::facts::{
    Kind, Learned, Node,
    view::{Named, look},
};

/// A date (its first moment, UTC) or a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

/// A version: whole numbers, the weightiest first, without zeros at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

static MOMENT: Type = Type::new_unspecified_type("moment");
static VERSION: Type = Type::new_unspecified_type("version");

impl Moment {
    /// The first moment of a day, UTC; nothing at the very edge of the calendar.
    pub fn of_day(day: Date) -> Option<Self> {
        let zoned = day.to_zoned(TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp()))
    }

    /// Whole days from this moment to another; negative if that is earlier. A part of a day counts
    /// as none.
    pub fn days_to(self, other: Self) -> i64 {
        let seconds = other.0.as_second() - self.0.as_second();
        seconds.div_euclid(24 * 60 * 60)
    }
}

/// The day alone for its first moment.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = self.0.to_zoned(TimeZone::UTC);
        match Self::of_day(zoned.date()) == Some(*self) {
            true => write!(f, "{}", zoned.date()),
            false => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        match numbers.as_slice() {
            [] => f.write_str("0"),
            numbers => f.write_str(&numbers.join(".")),
        }
    }
}

impl Version {
    /// Reads whole numbers with dots between; nothing if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => part.parse().ok(),
            false => None,
        };
        let mut numbers: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self(numbers))
    }
}

/// Makes a type comparable with its own kind, and nothing else.
macro_rules! ordered {
    ($type:ty, $name:expr) => {
        impl Val for $type {
            fn get_type(&self) -> &Type {
                <Self as Val>::cel_type()
            }

            fn cel_type() -> &'static Type {
                &$name
            }

            fn as_comparer(&self) -> Option<&dyn Comparer> {
                Some(self)
            }

            fn equals(&self, other: &dyn Val) -> bool {
                other.downcast_ref::<Self>() == Some(self)
            }

            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
                Box::new(self.clone())
            }

            fn as_any(&self) -> Option<&dyn Any> {
                Some(self)
            }
        }

        impl StaticVal for $type {}

        impl Comparer for $type {
            fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
                let other = other.downcast_ref::<Self>();
                let other = other.ok_or_else(ExecutionError::missing_argument_or_target)?;
                Ok(self.cmp(other))
            }
        }
    };
}

ordered!(Moment, MOMENT);
ordered!(Version, VERSION);

/// A fact as a value: absent as null; nothing if it is unknown.
///
/// Unknown parts of structures are left out, so that reading one is an error; a list with an
/// unknown element is unknown as a whole.
pub fn value(named: Named<'_>) -> Option<Box<dyn Val>> {
    seen(named.node, Some(named.json))
}

fn seen(node: &Node, json: Option<&Json>) -> Option<Box<dyn Val>> {
    match look(node, json) {
        Learned::Known(node, json) => known(node, json),
        Learned::Absent => Some(Box::new(CelNull)),
        Learned::Unknown(_) => None,
    }
}

fn known(node: &Node, json: &Json) -> Option<Box<dyn Val>> {
    Some(match &node.kind {
        Kind::Bool => Box::new(CelBool::from(json.as_bool()?)),
        Kind::Int => Box::new(CelInt::from(json.as_i64()?)),
        Kind::Double => Box::new(CelDouble::from(json.as_f64()?)),
        Kind::Text | Kind::Word(_) => Box::new(CelString::from(json.as_str()?.to_owned())),
        Kind::Date => Box::new(Moment::of_day(json.as_str()?.parse().ok()?)?),
        Kind::Timestamp => Box::new(Moment(json.as_str()?.parse().ok()?)),
        Kind::List(element) => list(element, json)?,
        Kind::Struct(fields) => {
            let field = fields.iter();
            map(field.filter_map(|(name, node)| Some((name, seen(node, json.get(name))?))))
        }
        Kind::Answers => {
            let answers = json.as_object().into_iter().flatten();
            map(answers.filter_map(|(name, json)| Some((name, known(form(json)?, json)?))))
        }
        Kind::Opaque => return None,
    })
}

fn list(element: &Node, json: &Json) -> Option<Box<dyn Val>> {
    let items = json.as_array()?.iter();
    let items: Option<Vec<_>> = items.map(|item| seen(element, Some(item))).collect();
    Some(Box::new(CelList::from(items?)))
}

fn map<'a>(fields: impl Iterator<Item = (&'a String, Box<dyn Val>)>) -> Box<dyn Val> {
    let fields = fields.map(|(name, value)| (CelMapKey::from(name.clone()), value));
    Box::new(CelMap::from(fields.collect::<HashMap<_, _>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_not_by_letter() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("10.0.2") > version("9.9"));
        assert!(version("10.0") == version("10.0.0"));
        assert!(version("142.0.7444.134") < version("142.0.7444.135"));
        for text in [
            "",
            ".",
            "1.",
            "1.a",
            "v1",
            "1.0-beta",
            "-1",
            "+1",
            "99999999999999999999",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_whole_and_negative_when_past() {
        let moment = |text: &str| Moment(text.parse().unwrap());
        let now = moment("2026-11-23T00:00:00Z");
        let days = |text| now.days_to(moment(text));
        assert_eq!(days("2026-11-23T00:00:00Z"), 0);
        assert_eq!(days("2026-11-24T23:59:59Z"), 1);
        assert_eq!(days("2026-11-22T23:59:59Z"), -1);
    }
}
