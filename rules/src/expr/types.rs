//! Types of expressions, and the names that an expression may use.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value as Json;

use crate::{
    facts::{FactPath, Kind, Node, Schema, path::Step},
    source::did_you_mean,
};

/// The type of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Only null.
    Null,
    /// A type of facts.
    Fact(Kind),
    /// A version.
    Version,
    /// A list made by the expression.
    List(Box<Typed>),
    /// Not known before it runs: an element of an empty list.
    Any,
}

/// Types that can be compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// True or false.
    Bool,
    /// Whole or with a fraction.
    Number,
    /// Text and words.
    Text,
    /// Dates and timestamps.
    Moment,
    /// Versions.
    Version,
    /// Lists, of whatever.
    List,
    /// Structures.
    Struct,
    /// Null, or not known: fits everything.
    Open,
}

/// An expression's type and, where it is a fact, its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// The type.
    pub kind: Type,
    /// The fact that it is, if it is one as it stands.
    pub path: Option<FactPath>,
}

impl Typed {
    /// A value of this type that is no fact.
    pub fn plain(kind: Type) -> Self {
        Self { kind, path: None }
    }

    /// A value of this type of facts that is no fact.
    pub fn of(kind: Kind) -> Self {
        Self::plain(Type::Fact(kind))
    }

    /// The fact at a path.
    pub fn fact(node: &Node, path: FactPath) -> Self {
        Self {
            kind: Type::Fact(node.kind.clone()),
            path: Some(path),
        }
    }

    /// The elements, if this is a list.
    pub fn element(&self) -> Option<Self> {
        match &self.kind {
            Type::Fact(Kind::List(node)) => Some(Self {
                kind: Type::Fact(node.kind.clone()),
                path: self.path.as_ref().map(FactPath::each),
            }),
            Type::List(element) => Some(element.as_ref().clone()),
            Type::Any => Some(Self::plain(Type::Any)),
            _ => None,
        }
    }

    /// What it can be compared with.
    pub fn class(&self) -> Class {
        match &self.kind {
            Type::Null | Type::Any => Class::Open,
            Type::Version => Class::Version,
            Type::List(_) => Class::List,
            Type::Fact(kind) => match kind {
                Kind::Bool => Class::Bool,
                Kind::Int | Kind::Double => Class::Number,
                Kind::Text | Kind::Word(_) => Class::Text,
                Kind::Date | Kind::Timestamp => Class::Moment,
                Kind::List(_) => Class::List,
                Kind::Struct(_) | Kind::Answers | Kind::Opaque => Class::Struct,
            },
        }
    }

    /// The type in words, for messages.
    pub fn words(&self) -> String {
        let words = match &self.kind {
            Type::Null => "null",
            Type::Fact(kind) => kind.words(),
            Type::Version => "a version",
            Type::List(_) => "a list",
            Type::Any => "a value",
        };
        match &self.path {
            Some(path) => format!("`{path}` ({words})"),
            None => words.to_owned(),
        }
    }
}

/// The names that an expression may use: the facts, and what stands beside them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    beside: BTreeMap<String, Node>,
}

impl Names {
    /// The facts and these names beside them.
    pub fn with(mut self, name: &str, node: Node) -> Self {
        self.beside.insert(name.to_owned(), node);
        self
    }

    /// The type behind a root's name.
    ///
    /// # Errors
    /// That there is none, with the nearest name.
    pub fn root(&self, name: &str) -> Result<&Node, String> {
        let roots = Schema::current().roots();
        let node = self.beside.get(name).or_else(|| roots.get(name));
        node.ok_or_else(|| {
            let all = self.beside.keys().chain(roots.keys());
            let near = did_you_mean(name, all.map(String::as_str));
            format!("there is no `{name}`{near}")
        })
    }

    /// The fact at a path.
    ///
    /// # Errors
    /// What is wrong with the path, in words, with the nearest name.
    pub fn find(&self, path: &FactPath) -> Result<Node, String> {
        let root = self.root(path.root())?;
        root.find(path.steps.get(1..).unwrap_or_default())
    }

    /// The longest part of a path, itself included, that may be absent or unknown by itself.
    pub fn gate(&self, path: &FactPath) -> Option<FactPath> {
        let mut node = self.root(path.root()).ok()?.clone();
        let mut gate = node.seen.then_some(1);
        for (index, step) in path.steps.iter().enumerate().skip(1) {
            node = node.find(std::slice::from_ref(step)).ok()?;
            if node.seen {
                gate = Some(index + 1);
            }
        }
        gate.map(|length| FactPath {
            steps: path.steps[..length].to_vec(),
        })
    }
}

/// The type of a parameter, from its value.
///
/// # Errors
/// That rules cannot take such a value, in words.
pub fn parameter(value: &Json) -> Result<Node, String> {
    let kind = match value {
        Json::Bool(_) => Kind::Bool,
        Json::Number(number) if number.is_i64() => Kind::Int,
        Json::Number(number) if number.is_f64() => Kind::Double,
        Json::String(_) => Kind::Text,
        Json::Array(items) => Kind::List(Arc::new(common(items)?)),
        _ => return Err("a parameter is a number, text, true or false, or a list of these".into()),
    };
    Ok(Node { kind, seen: false })
}

/// The one type of all values of a list; text if it is empty.
fn common(items: &[Json]) -> Result<Node, String> {
    let mut nodes = items.iter().map(parameter);
    let Some(first) = nodes.next() else {
        return Ok(Node {
            kind: Kind::Text,
            seen: false,
        });
    };
    let first = first?;
    for node in nodes {
        if node? != first {
            return Err("the values of a list are of one type".into());
        }
    }
    Ok(first)
}

/// Whether a path goes through a list.
pub fn is_many(path: &FactPath) -> bool {
    path.steps.contains(&Step::Each)
}
