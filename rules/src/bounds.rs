//! The bounds within which a profile may set a parameter of a rule.
//!
//! Numbers compare as numbers, and texts as versions or as dates; nothing else has an order. A
//! parameter without bounds is fixed, so that no profile turns a rule off by its threshold.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde_json::Value as Json;

use crate::{expr::value::Version, rule::Bounds};

impl Bounds {
    /// Whether a value lies within.
    pub fn hold(&self, value: &Json) -> bool {
        if let Json::Array(values) = value {
            return values.iter().all(|value| self.hold(value));
        }
        let not = |limit: &Option<Json>, wrong: Ordering| {
            let limit = limit.as_ref();
            limit.is_some_and(|limit| order(value, limit).is_none_or(|order| order == wrong))
        };
        let listed = self.one_of.is_empty() || self.one_of.contains(value);
        listed && !not(&self.min, Ordering::Less) && !not(&self.max, Ordering::Greater)
    }

    /// The bounds in words, such as `from 2 to 7`.
    pub fn words(&self) -> String {
        if !self.one_of.is_empty() {
            let all: Vec<String> = self.one_of.iter().map(plain).collect();
            return format!("of {}", all.join(", "));
        }
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => format!("from {} to {}", plain(min), plain(max)),
            (Some(min), None) => format!("{} or more", plain(min)),
            (None, Some(max)) => format!("{} or less", plain(max)),
            (None, None) => "any".to_owned(),
        }
    }

    /// What is wrong with the bounds for a parameter of this value, in words.
    pub(crate) fn fault(&self, value: &Json) -> Option<String> {
        let limits = || self.min.iter().chain(&self.max);
        let first = value.as_array().map_or(Some(value), |list| list.first());
        if *self == Self::default() {
            return Some("without bounds: say `min`, `max` or `one_of`".to_owned());
        }
        if !self.one_of.is_empty() && limits().next().is_some() {
            return Some("`one_of` stands alone, without `min` and `max`".to_owned());
        }
        if first.is_some_and(|first| limits().any(|limit| order(first, limit).is_none())) {
            let message = "`min` and `max` are for numbers, versions and dates, and of their kind";
            return Some(message.to_owned());
        }
        (!self.hold(value)).then(|| format!("the rule's own {} is outside", plain(value)))
    }
}

/// How two values compare; nothing if they have no order.
fn order(one: &Json, other: &Json) -> Option<Ordering> {
    if let (Some(one), Some(other)) = (one.as_f64(), other.as_f64()) {
        return one.partial_cmp(&other);
    }
    let (one, other) = (one.as_str()?, other.as_str()?);
    let day = |text: &str| text.parse::<Date>().ok();
    if let (Some(one), Some(other)) = (day(one), day(other)) {
        return Some(one.cmp(&other));
    }
    Some(Version::parse(one)?.cmp(&Version::parse(other)?))
}

/// A value as people write it.
pub(crate) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bounds(json: &Json) -> Bounds {
        serde_json::from_value(json.clone()).unwrap()
    }

    #[test]
    fn a_value_lies_within_by_the_order_of_its_kind() {
        let table = [
            (json!({"min": 2, "max": 7}), json!(2), true),
            (json!({"min": 2, "max": 7}), json!(7), true),
            (json!({"min": 2, "max": 7}), json!(1), false),
            (json!({"min": 2, "max": 7}), json!(7.5), false),
            (json!({"min": "9"}), json!("10.1"), true),
            (json!({"min": "9"}), json!("8.9"), false),
            (json!({"max": "2026-12-31"}), json!("2027-01-01"), false),
            (json!({"min": 1}), json!("one"), false),
            (json!({"one_of": ["a", "b"]}), json!(["a"]), true),
            (json!({"one_of": ["a", "b"]}), json!(["a", "c"]), false),
        ];
        for (limits, value, within) in table {
            assert_eq!(bounds(&limits).hold(&value), within, "{limits} {value}");
        }
    }

    #[test]
    fn bounds_that_cannot_be_say_why() {
        let table = [
            (json!({}), json!(1), "without bounds"),
            (json!({"min": 2}), json!(1), "outside"),
            (
                json!({"min": "a"}),
                json!("b"),
                "numbers, versions and dates",
            ),
            (json!({"min": 1, "one_of": [1]}), json!(1), "stands alone"),
        ];
        for (limits, value, part) in table {
            let fault = bounds(&limits).fault(&value).unwrap();
            assert!(fault.contains(part), "{limits}: {fault}");
        }
        assert_eq!(bounds(&json!({"min": 1})).fault(&json!(1)), None);
    }
}
