//! The facts of one run as rules see them: a name goes in, and out comes what was learned.
//!
//! The walk follows the [`Schema`], never the shape of the data, so that a damaged recording can
//! only make facts unknown.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value as Json, json};
use waterline_facts::{Environment, Gap, Reason, Seen};

use super::{
    path::{FactPath, Step},
    schema::{Kind, Node, Schema},
    sieve::{Wanted, sift},
};
use crate::{Profile, attestations::form, patterns::Patterns};

/// What was learned at one place.
#[derive(Debug, Clone, PartialEq)]
pub enum Learned<'a> {
    /// The value, and its type.
    Known(&'a Node, &'a Json),
    /// Known to be absent, or part of something that is.
    Absent,
    /// Not learned, and why.
    Unknown(Gap),
}

/// A value with a name of its own, beside the facts: an element of a list, or parameters.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// Its name in expressions.
    pub name: &'a str,
    /// Its type.
    pub node: &'a Node,
    /// Its value.
    pub json: &'a Json,
}

/// The facts of one run, the profile, and the day of judging.
#[derive(Debug)]
pub struct FactView {
    roots: BTreeMap<String, (Node, Json)>,
}

impl FactView {
    /// The facts of a run, as far as they are wanted; what is not is unknown.
    pub fn new(environment: &Environment, wanted: &Wanted, profile: &Profile, as_of: Date) -> Self {
        let mut facts = sift(environment, wanted).unwrap_or(Json::Null);
        if let Some(facts) = facts.as_object_mut() {
            let patterns = json_of(&Patterns::of(environment));
            facts.insert("patterns".to_owned(), patterns);
        }
        Self::made_of(facts, profile, as_of)
    }

    /// Facts in their serde form, as far as they are there; what is not there is unknown.
    pub fn of(facts: &Json, profile: &Profile, as_of: Date) -> Self {
        Self::made_of(facts.clone(), profile, as_of)
    }

    /// The same, taking them apart: two copies of a large run are too many.
    fn made_of(mut facts: Json, profile: &Profile, as_of: Date) -> Self {
        let mut value = |name: &str| match name {
            "profile" => json_of_profile(profile),
            "as_of" => json!(as_of),
            name => facts.get_mut(name).map(Json::take).unwrap_or(Json::Null),
        };
        let root = |(name, node): (&String, &Node)| (name.clone(), (node.clone(), value(name)));
        let roots = Schema::current().roots().iter().map(root).collect();
        Self { roots }
    }

    /// The roots by name, each with its type and value.
    pub fn roots(&self) -> impl Iterator<Item = Named<'_>> {
        self.roots
            .iter()
            .map(|(name, (node, json))| Named { name, node, json })
    }

    /// Calls back with what was learned at a path: once, or once for each element where the path
    /// goes through lists. A name that is not known is a gap.
    pub fn visit<'a>(
        &'a self,
        path: &FactPath,
        element: Option<Named<'a>>,
        found: &mut dyn FnMut(Learned<'a>),
    ) {
        let root = path.root();
        let own = element.filter(|element| element.name == root);
        let other = || self.roots().find(|named| named.name == root);
        match own.or_else(other) {
            Some(named) => walk(named.node, present(named.json), &path.steps[1..], found),
            None => found(unreadable("there is no such fact")),
        }
    }

    /// The reasons for which a path is not learned, sorted; empty if it is learned.
    pub fn gaps(&self, path: &FactPath, element: Option<Named<'_>>) -> Vec<Gap> {
        let mut gaps = Vec::new();
        self.visit(path, element, &mut |learned| {
            if let Learned::Unknown(gap) = learned {
                gaps.push(gap);
            }
        });
        gaps.sort();
        gaps.dedup();
        gaps
    }
}

/// A serde form; nothing where there is none, so that everything is unknown.
fn json_of(value: &impl Serialize) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

/// The serde form of a profile as rules see it: domains that it does not name are not learned, since
/// every organisation has some.
fn json_of_profile(profile: &Profile) -> Json {
    let mut json = json_of(profile);
    let domains = match profile.domains.as_slice() {
        [] => Seen::Unknown(
            Gap::new(Reason::NotConfigured, "the profile names no domain")
                .with_remedy("List the public domains under `domains` in the profile."),
        ),
        named => Seen::Known(named),
    };
    if let Some(own) = json.get_mut("domains") {
        *own = json_of(&domains);
    }
    json
}

/// A value, if it is one.
fn present(json: &Json) -> Option<&Json> {
    (!json.is_null()).then_some(json)
}

fn walk<'a>(
    node: &'a Node,
    json: Option<&'a Json>,
    steps: &[Step],
    found: &mut dyn FnMut(Learned<'a>),
) {
    let (node, json) = match look(node, json) {
        Learned::Known(node, json) => (node, json),
        other => return found(other),
    };
    let Some((step, rest)) = steps.split_first() else {
        return found(Learned::Known(node, json));
    };
    match (step, &node.kind) {
        (Step::Field(name), Kind::Struct(fields)) => match fields.get(name) {
            Some(field) => walk(field, json.get(name), rest, found),
            None => found(unreadable("there is no such fact")),
        },
        (Step::Field(name), Kind::Answers) => match answer(name, json) {
            Learned::Known(node, json) => walk(node, Some(json), rest, found),
            other => found(other),
        },
        (Step::Each, Kind::List(element)) => {
            for item in json.as_array().into_iter().flatten() {
                walk(element, Some(item), rest, found);
            }
        }
        _ => found(unreadable("the path does not fit the facts")),
    }
}

/// What was learned of one value, its marks taken off.
pub fn look<'a>(node: &'a Node, json: Option<&'a Json>) -> Learned<'a> {
    match json {
        Some(json) if node.seen => marked(node, json),
        Some(json) if fits(&node.kind, json) => Learned::Known(node, json),
        Some(_) => unreadable("it has not the form of this fact"),
        None => missing(node),
    }
}

/// What the marks of a fact say.
fn marked<'a>(node: &'a Node, json: &'a Json) -> Learned<'a> {
    if let Some(known) = json.get("known") {
        return match fits(&node.kind, known) {
            true => Learned::Known(node, known),
            false => unreadable("it has not the form of this fact"),
        };
    }
    if json.get("absent") == Some(&Json::Bool(true)) {
        return Learned::Absent;
    }
    let gap = json.get("unknown").cloned().map(serde_json::from_value);
    match gap {
        Some(Ok(gap)) => Learned::Unknown(gap),
        _ => unreadable("it is not marked as known, absent or unknown"),
    }
}

/// What it means that nothing stands there: serde leaves out empty lists, and structures of which
/// nothing is told have parts that are unknown.
fn missing(node: &Node) -> Learned<'_> {
    static NOTHING: Json = Json::Array(Vec::new());
    match &node.kind {
        _ if node.seen => Learned::Unknown(Reason::NotRun.into()),
        Kind::List(_) | Kind::Struct(_) | Kind::Answers => Learned::Known(node, &NOTHING),
        _ => Learned::Unknown(Reason::NotRun.into()),
    }
}

/// Whether a value has the form of a type, one level deep.
fn fits(kind: &Kind, json: &Json) -> bool {
    match kind {
        Kind::Bool => json.is_boolean(),
        Kind::Int => json.is_i64(),
        Kind::Double => json.is_number(),
        Kind::Text | Kind::Word(_) => json.is_string(),
        Kind::Date | Kind::Timestamp => json.is_string(),
        Kind::List(_) => json.is_array(),
        Kind::Struct(_) | Kind::Answers => json.is_object(),
        Kind::Opaque => true,
    }
}

/// How the remedy for an open question begins, and how it goes on after the question.
const ANSWER: &str = "Answer `";
const IN_PROFILE: &str = "` under `attested` in the profile.";

/// The question that a remedy asks to be answered in the profile; none if it asks for another thing.
pub fn open_question(remedy: &str) -> Option<&str> {
    remedy.strip_prefix(ANSWER)?.strip_suffix(IN_PROFILE)
}

/// An answer of the organisation.
fn answer<'a>(question: &str, answers: &'a Json) -> Learned<'a> {
    let given = answers.get(question);
    match given.and_then(|json| Some((form(json)?, json))) {
        Some((node, json)) => Learned::Known(node, json),
        None => {
            let gap = Gap::new(Reason::NotConfigured, "the profile does not answer it");
            let remedy = format!("{ANSWER}{question}{IN_PROFILE}");
            Learned::Unknown(gap.with_remedy(remedy))
        }
    }
}

fn unreadable<'a>(detail: &str) -> Learned<'a> {
    Learned::Unknown(Gap::new(Reason::Malformed, detail))
}

/// A value without its marks, for people to read: absent as null, unknown left out.
pub fn plain(node: &Node, json: &Json) -> Json {
    match (&node.kind, json) {
        (Kind::Struct(fields), Json::Object(_)) => {
            let field = |(name, node): (&String, &Node)| match look(node, json.get(name)) {
                Learned::Known(node, json) => Some((name.clone(), plain(node, json))),
                Learned::Absent => Some((name.clone(), Json::Null)),
                Learned::Unknown(_) => None,
            };
            fields.iter().filter_map(field).collect()
        }
        (Kind::List(element), Json::Array(items)) => {
            let item = |item: &Json| match look(element, Some(item)) {
                Learned::Known(node, json) => Some(plain(node, json)),
                Learned::Absent => Some(Json::Null),
                Learned::Unknown(_) => None,
            };
            items.iter().filter_map(item).collect()
        }
        _ => json.clone(),
    }
}
