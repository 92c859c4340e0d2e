//! Titles of findings, with facts in braces.

use serde_json::Value as Json;

use super::Compiler;
use crate::{
    expr::types::Names,
    facts::{
        FactPath, FactView, Learned,
        view::{Named, plain},
    },
    source::Spanned,
};

/// A title with facts to fill in.
#[derive(Debug, Clone)]
pub struct Title {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Fact(FactPath),
}

/// Longest list of values that is written out.
const MAX_VALUES: usize = 5;

impl Compiler<'_> {
    pub(super) fn title(&mut self, text: &Spanned<String>, names: &Names) -> Option<Title> {
        let mut parts = Vec::new();
        let mut rest = text.value.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((inside, after)) = after.split_once('}') else {
                return self.complain(text.referenced, "a brace `{` is not closed");
            };
            let path = Spanned::new(inside.trim().to_owned(), text.referenced, text.defined);
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Fact(self.path(&path, names)?));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Some(Title { parts })
    }
}

impl Title {
    /// The facts that it shows.
    pub(super) fn facts(&self) -> impl Iterator<Item = &FactPath> {
        self.parts.iter().filter_map(|part| match part {
            Part::Fact(path) => Some(path),
            Part::Text(_) => None,
        })
    }

    /// The title with the facts filled in.
    pub fn fill(&self, view: &FactView, element: Named<'_>) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Fact(path) => fact(view, path, element),
        };
        self.parts.iter().map(part).collect()
    }
}

fn fact(view: &FactView, path: &FactPath, element: Named<'_>) -> String {
    let mut values = Vec::new();
    view.visit(path, Some(element), &mut |learned| {
        values.push(match learned {
            Learned::Known(node, json) => words(&plain(node, json)),
            Learned::Absent => "none".to_owned(),
            Learned::Unknown(_) => "not known".to_owned(),
        });
    });
    list(values)
}

fn words(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Array(items) => list(items.iter().map(words).collect()),
        other => other.to_string(),
    }
}

fn list(mut values: Vec<String>) -> String {
    let more = values.len().saturating_sub(MAX_VALUES);
    values.truncate(MAX_VALUES);
    let text = values.join(", ");
    match more {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}
