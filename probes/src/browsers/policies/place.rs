//! One place with policies, and several of them in the order in which they win.

use serde_json::Value as Json;
use waterline_facts::{Gap, Reason, Seen};

use crate::system::{RegistryData, System, malformed};

/// The most entries of a list that the registry numbers.
const MOST_ENTRIES: usize = 100;

/// A place with policies.
pub(super) enum Place<'a> {
    /// A registry key, which may be there or not.
    Key(&'a dyn System, String),
    /// A file's settings.
    Tree(String, Json),
    /// A file that could not be read, which may hold any policy.
    Unread(String, Gap),
}

/// The places of one product, the one that wins first.
pub(super) struct Policies<'a>(pub(super) Vec<Place<'a>>);

impl Policies<'_> {
    /// The places that there are.
    pub(super) fn places(&self) -> Vec<String> {
        let names = self.0.iter().filter_map(|place| match place {
            Place::Key(system, key) => is_there(*system, key).then(|| key.clone()),
            Place::Tree(name, _) | Place::Unread(name, _) => Some(name.clone()),
        });
        names.collect()
    }

    /// A policy that is on or off.
    pub(super) fn flag(&self, path: &[&str]) -> Seen<bool> {
        self.value(path).and_then(|value| match &value {
            Json::Bool(flag) => Seen::Known(*flag),
            Json::Number(number) if number.as_u64() == Some(0) => Seen::Known(false),
            Json::Number(number) if number.as_u64() == Some(1) => Seen::Known(true),
            // Group Policy writes some switches of Firefox as text.
            Json::String(text) if text == "true" || text == "1" => Seen::Known(true),
            Json::String(text) if text == "false" || text == "0" => Seen::Known(false),
            _ => wrong(path, "neither on nor off"),
        })
    }

    /// A policy that is a number.
    pub(super) fn number(&self, path: &[&str]) -> Seen<u64> {
        self.value(path).and_then(|value| match value.as_u64() {
            Some(number) => Seen::Known(number),
            None => wrong(path, "no number"),
        })
    }

    /// A policy that is text; empty text sets nothing.
    pub(super) fn text(&self, path: &[&str]) -> Seen<String> {
        self.value(path).and_then(|value| match value.as_str() {
            Some(text) if text.trim().is_empty() => Seen::Absent,
            Some(text) => Seen::Known(text.trim().to_owned()),
            None => wrong(path, "no text"),
        })
    }

    /// A policy that is a list of texts, in whichever of its forms: a list, numbered values of a
    /// key, or one text with commas.
    pub(super) fn list(&self, path: &[&str]) -> Seen<Vec<String>> {
        let value = match self.value(path) {
            Seen::Absent => self.first(|place| place.entries(path)),
            other => other,
        };
        value.and_then(|value| match value {
            Json::String(text) => Seen::Known(parts(text.split(','))),
            Json::Array(list) => Seen::Known(parts(list.iter().filter_map(Json::as_str))),
            _ => wrong(path, "no list"),
        })
    }

    /// A policy with parts of its own, which the registry holds as JSON text.
    pub(super) fn structure(&self, path: &[&str]) -> Seen<Json> {
        let lines = |value: &Json| match value {
            Json::String(text) => text.clone(),
            value => {
                let lines = value.as_array().into_iter().flatten();
                lines.filter_map(Json::as_str).collect()
            }
        };
        self.value(path).and_then(|value| match value {
            Json::Object(_) => Seen::Known(value),
            text => match serde_json::from_str(&lines(&text)) {
                Ok(value @ Json::Object(_)) => Seen::Known(value),
                _ => wrong(path, "no JSON of named parts"),
            },
        })
    }

    fn value(&self, path: &[&str]) -> Seen<Json> {
        self.first(|place| place.value(path))
    }

    /// What the first place says that says anything. One that cannot be read hides those after it.
    fn first(&self, ask: impl Fn(&Place<'_>) -> Seen<Json>) -> Seen<Json> {
        let mut said = self.0.iter().map(ask);
        said.find(|seen| *seen != Seen::Absent)
            .unwrap_or(Seen::Absent)
    }
}

impl Place<'_> {
    fn value(&self, path: &[&str]) -> Seen<Json> {
        match self {
            Self::Unread(_, gap) => Seen::Unknown(gap.clone()),
            Self::Tree(_, tree) => in_tree(tree, path),
            Self::Key(system, key) => {
                let (name, below) = path.split_last().unwrap_or((&"", &[]));
                let key = joined(key, below);
                system
                    .registry_value(&key, name)
                    .and_then(|data| match data {
                        RegistryData::Text(text) => Seen::Known(Json::String(text)),
                        RegistryData::Number(number) => Seen::Known(number.into()),
                        RegistryData::Texts(texts) => Seen::Known(texts.into()),
                        RegistryData::Bytes(_) => malformed(format!("{key}\\{name} is bytes")),
                    })
            }
        }
    }

    /// The numbered values of a key.
    fn entries(&self, path: &[&str]) -> Seen<Json> {
        let Self::Key(system, key) = self else {
            return Seen::Absent;
        };
        let key = joined(key, path);
        if system.registry_text(&key, &(MOST_ENTRIES + 1).to_string()) != Seen::Absent {
            return malformed(format!("{key} has more than {MOST_ENTRIES} entries"));
        }
        let mut entries = Vec::new();
        for number in 1..=MOST_ENTRIES {
            match system.registry_text(&key, &number.to_string()) {
                Seen::Known(text) => entries.push(Json::String(text)),
                Seen::Absent => {}
                Seen::Unknown(gap) => return Seen::Unknown(gap),
            }
        }
        match entries.is_empty() {
            true => Seen::Absent,
            false => Seen::Known(Json::Array(entries)),
        }
    }
}

fn is_there(system: &dyn System, key: &str) -> bool {
    system.registry_keys(key) != Seen::Absent
}

fn in_tree(tree: &Json, path: &[&str]) -> Seen<Json> {
    let mut at = tree;
    for name in path {
        match at.get(name) {
            Some(next) => at = next,
            None => return Seen::Absent,
        }
    }
    match at {
        Json::Null => Seen::Absent,
        value => Seen::Known(value.clone()),
    }
}

fn joined(key: &str, below: &[&str]) -> String {
    below
        .iter()
        .fold(key.to_owned(), |key, name| format!("{key}\\{name}"))
}

fn parts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let texts = texts.map(str::trim).filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

fn wrong<T>(path: &[&str], what: &str) -> Seen<T> {
    Seen::unknown(
        Reason::Malformed,
        format!("the policy {} is {what}", path.join("/")),
    )
}
