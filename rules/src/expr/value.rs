//! Facts as values of expressions, and the two types that CEL does not have: moments and versions.

use std::{any::Any, cmp::Ordering, fmt, sync::Arc};

use cel::{
    ExecutionError,
    common::{
        traits::{Comparer, Indexer},
        types::{CelBool, CelDouble, CelInt, CelList, CelNull, CelString, MAP_TYPE, Type},
        value::{CowVal, StaticVal, Val},
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

/// A structure of facts. A field becomes a value when an expression reads it, since most of a run is
/// read by no rule, and a list of a thousand structures by many.
#[derive(Debug, Clone, Copy)]
struct Structure<'v> {
    node: &'v Node,
    json: &'v Json,
}

impl<'v> Structure<'v> {
    /// A field; nothing if it is unknown.
    fn field(&self, name: &str) -> Option<Box<dyn Val + 'v>> {
        match &self.node.kind {
            Kind::Struct(fields) => seen(fields.get(name)?, self.json.get(name)),
            Kind::Answers => {
                let answer = self.json.get(name)?;
                known(form(answer)?, answer)
            }
            _ => None,
        }
    }
}

impl Val for Structure<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_indexer<'b, 'w>(&'b self) -> Option<&'b (dyn Indexer + 'w)>
    where
        Self: 'w,
    {
        Some(self)
    }

    fn clone_as_boxed<'w>(&self) -> Box<dyn Val + 'w>
    where
        Self: 'w,
    {
        Box::new(*self)
    }
}

impl Indexer for Structure<'_> {
    fn get<'b, 'w>(&'b self, name: &dyn Val) -> Result<CowVal<'b, 'w>, ExecutionError>
    where
        Self: 'w,
    {
        let name = name.downcast_ref::<CelString>();
        let name = name.ok_or_else(ExecutionError::missing_argument_or_target)?;
        let name = name.inner();
        let unknown = || ExecutionError::NoSuchKey(Arc::new(name.to_owned()));
        self.field(name).map(CowVal::Owned).ok_or_else(unknown)
    }

    fn steal<'w>(self: Box<Self>, name: &dyn Val) -> Result<Box<dyn Val + 'w>, ExecutionError>
    where
        Self: 'w,
    {
        self.get(name).map(CowVal::into_owned)
    }
}

/// A fact as a value: absent as null; nothing if it is unknown.
///
/// An unknown part of a structure is not there, so that reading it is an error; a list with an
/// unknown element is unknown as a whole.
pub fn value<'v>(named: Named<'v>) -> Option<Box<dyn Val + 'v>> {
    seen(named.node, Some(named.json))
}

fn seen<'v>(node: &'v Node, json: Option<&'v Json>) -> Option<Box<dyn Val + 'v>> {
    match look(node, json) {
        Learned::Known(node, json) => known(node, json),
        Learned::Absent => Some(Box::new(CelNull)),
        Learned::Unknown(_) => None,
    }
}

fn known<'v>(node: &'v Node, json: &'v Json) -> Option<Box<dyn Val + 'v>> {
    Some(match &node.kind {
        Kind::Bool => Box::new(CelBool::from(json.as_bool()?)),
        Kind::Int => Box::new(CelInt::from(json.as_i64()?)),
        Kind::Double => Box::new(CelDouble::from(json.as_f64()?)),
        Kind::Text | Kind::Word(_) => Box::new(CelString::from(json.as_str()?)),
        Kind::Date => Box::new(Moment::of_day(json.as_str()?.parse().ok()?)?),
        Kind::Timestamp => Box::new(Moment(json.as_str()?.parse().ok()?)),
        Kind::List(element) => list(element, json)?,
        Kind::Struct(_) | Kind::Answers => Box::new(Structure { node, json }),
        Kind::Opaque => return None,
    })
}

fn list<'v>(element: &'v Node, json: &'v Json) -> Option<Box<dyn Val + 'v>> {
    let items = json.as_array()?.iter();
    let items: Option<Vec<_>> = items.map(|item| seen(element, Some(item))).collect();
    Some(Box::new(CelList::from(items?)))
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
