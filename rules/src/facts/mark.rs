//! Makes facts from plain values, as the cases of rules write them.

use serde_json::{Map, Value as Json, json};
use waterline_facts::Reason;

use super::{
    path::{FactPath, Step},
    schema::{Kind, Node, Schema},
};
use crate::source::did_you_mean;

/// How a case says that a fact is known to be absent.
const ABSENT: &str = "(absent)";

/// How a case says that a fact was not learned.
const UNKNOWN: &str = "(unknown)";

/// Puts a plain value into facts, at a path; what leads to it becomes known.
///
/// # Errors
/// That there is no such fact, or that the value is none for it, in words.
pub fn insert(facts: &mut Json, path: &FactPath, plain: &Json) -> Result<(), String> {
    let root = path.root();
    let roots = Schema::current().roots();
    let own = !["profile", "as_of"].contains(&root);
    let node = roots.get(root).filter(|_| own).ok_or_else(|| {
        let near = did_you_mean(root, roots.keys().map(String::as_str));
        format!("there is no fact `{root}`{near}")
    })?;
    place(node, child(facts, root), &path.steps[1..], plain)
        .map_err(|problem| format!("`{path}`: {problem}"))
}

/// The slot of a field, made if it is not there.
fn child<'a>(parent: &'a mut Json, name: &str) -> &'a mut Json {
    if !parent.is_object() {
        *parent = Json::Object(Map::new());
    }
    &mut parent[name]
}

fn place(node: &Node, slot: &mut Json, steps: &[Step], plain: &Json) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        *slot = mark(node, plain)?;
        return Ok(());
    };
    let Step::Field(name) = step else {
        return Err("give the list as a whole".to_owned());
    };
    let field = node.field(name)?;
    if node.seen && !slot.is_null() && slot.get("known").is_none() {
        return Err("what leads to it is said to be absent or unknown".to_owned());
    }
    let inner = if node.seen {
        child(slot, "known")
    } else {
        slot
    };
    place(&field, child(inner, name), rest, plain)
}

/// The serde form of a fact with a plain value.
fn mark(node: &Node, plain: &Json) -> Result<Json, String> {
    match (node.seen, plain.as_str()) {
        (true, Some(ABSENT)) => Ok(json!({"absent": true})),
        (true, Some(UNKNOWN)) => Ok(json!({"unknown": {"reason": Reason::NotRun}})),
        (true, _) => Ok(json!({"known": value(&node.kind, plain)?})),
        (false, Some(ABSENT | UNKNOWN)) => {
            Err("it is never absent or unknown by itself".to_owned())
        }
        (false, _) => value(&node.kind, plain),
    }
}

fn value(kind: &Kind, plain: &Json) -> Result<Json, String> {
    let right = match kind {
        Kind::Bool => plain.is_boolean(),
        Kind::Int => plain.is_i64(),
        Kind::Double => plain.is_number(),
        Kind::Text => plain.is_string(),
        Kind::Word(words) => return word(words, plain),
        Kind::Date => parses::<jiff::civil::Date>(plain),
        Kind::Timestamp => parses::<jiff::Timestamp>(plain),
        Kind::List(element) => {
            let items = plain.as_array().ok_or("it is a list")?;
            return items.iter().map(|item| mark(element, item)).collect();
        }
        Kind::Struct(_) => return structure(kind, plain),
        Kind::Answers | Kind::Opaque => false,
    };
    match right {
        true => Ok(plain.clone()),
        false => Err(format!("it is {}", kind.words())),
    }
}

fn parses<T: std::str::FromStr>(plain: &Json) -> bool {
    plain.as_str().is_some_and(|text| text.parse::<T>().is_ok())
}

fn word(words: &[String], plain: &Json) -> Result<Json, String> {
    let text = plain.as_str().unwrap_or_default();
    if words.iter().any(|word| word == text) {
        return Ok(plain.clone());
    }
    let near = did_you_mean(text, words.iter().map(String::as_str));
    Err(format!("it is never {plain}{near}"))
}

fn structure(kind: &Kind, plain: &Json) -> Result<Json, String> {
    let fields = plain.as_object().ok_or("it is a structure")?;
    let node = Node {
        kind: kind.clone(),
        seen: false,
    };
    let mut marked = Map::new();
    for (name, plain) in fields {
        let field = node.field(name)?;
        let value = mark(&field, plain).map_err(|problem| format!("`{name}`: {problem}"))?;
        marked.insert(name.clone(), value);
    }
    Ok(Json::Object(marked))
}
