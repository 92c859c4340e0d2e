//! Facts that were derived anew, with those in their place that could not be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Paths that are named of what differs.
const MOST: usize = 50;

/// Puts facts together.
#[derive(Debug)]
pub(super) struct Merger {
    misses: BTreeMap<String, BTreeSet<String>>,
    /// Facts that differ from what was recorded, by path.
    pub changed: Vec<String>,
    /// Facts that stand as recorded, by path, with what is lacking.
    pub kept: Vec<(String, String)>,
}

/// How what is lacking touches a fact.
enum Lack {
    Nothing,
    /// Something within it.
    Within,
    /// It as a whole.
    Whole(String),
}

impl Merger {
    /// For facts of which these lack something, by path.
    pub fn new(misses: BTreeMap<String, BTreeSet<String>>) -> Self {
        Self {
            misses,
            changed: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The fact of this path: the new one where nothing lacks, otherwise the old one.
    pub fn merge(&mut self, new: Value, old: &Value, path: &str) -> Value {
        match self.lack(path) {
            Lack::Nothing => {
                self.compare(&new, old, path);
                new
            }
            Lack::Whole(why) => self.keep(old, path, why),
            Lack::Within => self.merge_within(new, old, path),
        }
    }

    fn merge_within(&mut self, new: Value, old: &Value, path: &str) -> Value {
        match (new, old) {
            (Value::Object(new), Value::Object(old)) if new.keys().eq(old.keys()) => {
                let merged = new.into_iter().map(|(name, value)| {
                    let below = below(path, &name, old.len());
                    let value = self.merge(value, &old[&name], &below);
                    (name, value)
                });
                Value::Object(merged.collect())
            }
            (Value::Array(new), Value::Array(old)) if same_elements(&new, old) => {
                let pairs = new.into_iter().zip(old).enumerate();
                let merged =
                    pairs.map(|(at, (new, old))| self.merge(new, old, &format!("{path}[{at}]")));
                Value::Array(merged.collect())
            }
            _ => {
                let why = "evidence of a part of it, and the rest has another form now";
                self.keep(old, path, why.to_owned())
            }
        }
    }

    fn keep(&mut self, old: &Value, path: &str, why: String) -> Value {
        self.kept.push((path.to_owned(), why));
        old.clone()
    }

    fn lack(&self, path: &str) -> Lack {
        let mut within = false;
        for (of, questions) in &self.misses {
            if is_below(path, of) {
                let first = questions.first().map_or("answer", String::as_str);
                return Lack::Whole(match questions.len() {
                    0 | 1 => first.to_owned(),
                    more => format!("{first} and {} more", more - 1),
                });
            }
            within |= is_below(of, path);
        }
        if within { Lack::Within } else { Lack::Nothing }
    }

    /// Notes where two facts differ, as deep as both have the same form.
    fn compare(&mut self, new: &Value, old: &Value, path: &str) {
        if new == old || self.changed.len() >= MOST {
            return;
        }
        match (new, old) {
            (Value::Object(new), Value::Object(old)) if new.keys().eq(old.keys()) => {
                for (name, value) in new {
                    self.compare(value, &old[name], &below(path, name, old.len()));
                }
            }
            (Value::Array(new), Value::Array(old)) if new.len() == old.len() => {
                for (at, (new, old)) in new.iter().zip(old).enumerate() {
                    self.compare(new, old, &format!("{path}[{at}]"));
                }
            }
            _ => self.changed.push(path.to_owned()),
        }
    }
}

/// The path of a field; the mark of a known fact is passed through.
fn below(path: &str, name: &str, fields: usize) -> String {
    match name {
        "known" if fields == 1 => path.to_owned(),
        name => format!("{path}.{name}"),
    }
}

/// Whether a path is another one, or stands below it.
fn is_below(path: &str, of: &str) -> bool {
    path.strip_prefix(of)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether two lists are about the same things in the same order, as far as their texts tell.
fn same_elements(new: &[Value], old: &[Value]) -> bool {
    fn texts(value: &Value) -> Vec<(&str, &str)> {
        let fields = value.as_object().into_iter().flatten();
        let texts = fields.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        texts.collect()
    }
    let mut pairs = new.iter().zip(old);
    new.len() == old.len() && pairs.all(|(new, old)| texts(new) == texts(old))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(new: Value, old: &Value, misses: &[&str]) -> (Value, Merger) {
        let lacking = |path: &&str| (path.to_string(), [format!("answer of {path}")].into());
        let mut merger = Merger::new(misses.iter().map(lacking).collect());
        (merger.merge(new, old, "dns"), merger)
    }

    #[test]
    fn what_lacks_nothing_is_new_and_told_where_it_differs() {
        let old = json!({"a": {"known": [{"x": 1}, {"x": 2}]}, "b": 1});
        let new = json!({"a": {"known": [{"x": 1}, {"x": 3}]}, "b": 1});
        let (value, merger) = merged(new.clone(), &old, &[]);
        assert_eq!(value, new);
        assert_eq!(merger.changed, ["dns.a[1].x"]);
        assert!(merger.kept.is_empty());
    }

    #[test]
    fn element_that_lacks_an_answer_stands_as_recorded_and_the_others_are_new() {
        let old = json!({"a": {"known": [{"n": "x", "v": 1}, {"n": "y", "v": 2}]}});
        let new = json!({"a": {"known": [{"n": "x", "v": 5}, {"n": "y", "v": 6}]}});
        let (value, merger) = merged(new, &old, &["dns.a[1]"]);
        let expected = json!({"a": {"known": [{"n": "x", "v": 5}, {"n": "y", "v": 2}]}});
        assert_eq!(value, expected);
        assert_eq!(merger.kept[0].0, "dns.a[1]");
    }

    #[test]
    fn list_of_other_things_stands_as_recorded_whole() {
        let old = json!({"a": {"known": [{"n": "x"}, {"n": "y"}]}, "b": 1});
        let new = json!({"a": {"known": [{"n": "y"}, {"n": "z"}]}, "b": 2});
        let (value, merger) = merged(new, &old, &["dns.a[1]"]);
        assert_eq!(value["a"], old["a"]);
        assert_eq!(value["b"], 2);
        assert_eq!(merger.kept[0].0, "dns.a");
    }

    #[test]
    fn what_lacks_for_the_whole_probe_leaves_all_as_recorded() {
        let old = json!({"a": 1});
        let (value, _) = merged(json!({"a": 2}), &old, &["dns"]);
        assert_eq!(value, old);
        // A fact whose name begins alike is another one.
        let (value, _) = merged(json!({"ab": 2}), &json!({"ab": 1}), &["dns.a"]);
        assert_eq!(value, json!({"ab": 2}));
    }
}
