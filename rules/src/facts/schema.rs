//! Which facts there are, and of which type: a small tree made from the JSON Schema of the facts.
//!
//! Rules are checked against it when they load, so that no rule names a fact that is not there or
//! compares it with something of another type.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use schemars::JsonSchema;
use serde_json::Value as Json;
use waterline_facts::{Environment, Seen};

use super::path::Step;
use crate::patterns::Patterns;

/// A fact or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its type.
    pub kind: Kind,
    /// Whether it may be absent or unknown.
    pub seen: bool,
}

/// Types of facts.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Double,
    /// Text.
    Text,
    /// One of these words.
    Word(Arc<Vec<String>>),
    /// A day.
    Date,
    /// A moment.
    Timestamp,
    /// A list.
    List(Arc<Node>),
    /// Named fields.
    Struct(Arc<BTreeMap<String, Node>>),
    /// The organisation's answers: any name, each with the type of its form, not learned if not
    /// answered. Rules are checked against the questions, which say more.
    Answers,
    /// A form that rules cannot read.
    Opaque,
}

impl Kind {
    /// The type in words, for messages.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Double => "a number",
            Self::Text => "text",
            Self::Word(_) => "one of a set of words",
            Self::Date => "a date",
            Self::Timestamp => "a timestamp",
            Self::List(_) => "a list",
            Self::Struct(_) | Self::Answers => "a structure",
            Self::Opaque => "a form that rules cannot read",
        }
    }
}

/// The roots of the facts: every field of [`Environment`] but its format, what is derived from it as
/// `patterns`, `profile` and `as_of`.
#[derive(Debug)]
pub struct Schema {
    roots: BTreeMap<String, Node>,
}

/// What the profile shows to rules.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct ProfileFacts {
    organisation: String,
    targets: Vec<String>,
    cloud: waterline_facts::Cloud,
    directory_domain: String,
    domains: Seen<Vec<String>>,
}

/// Deepest nesting that is followed; the facts have nine.
const MAX_DEPTH: usize = 24;

impl Schema {
    /// The schema of the facts of this version.
    pub fn current() -> &'static Self {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::derive);
        &SCHEMA
    }

    fn derive() -> Self {
        let mut roots = structure::<Environment>();
        roots.remove("format");
        let patterns = Kind::Struct(Arc::new(structure::<Patterns>()));
        roots.insert(
            "patterns".to_owned(),
            Node {
                kind: patterns,
                seen: false,
            },
        );
        let mut profile = structure::<ProfileFacts>();
        let answers = Node {
            kind: Kind::Answers,
            seen: false,
        };
        profile.insert("attested".to_owned(), answers);
        let kind = Kind::Struct(Arc::new(profile));
        roots.insert("profile".to_owned(), Node { kind, seen: false });
        let day = Node {
            kind: Kind::Date,
            seen: false,
        };
        roots.insert("as_of".to_owned(), day);
        Self { roots }
    }

    /// The roots by name.
    pub fn roots(&self) -> &BTreeMap<String, Node> {
        &self.roots
    }
}

impl Node {
    /// The fact at some steps from here.
    ///
    /// # Errors
    /// What is wrong with the steps, in words.
    pub fn find(&self, steps: &[Step]) -> Result<Self, String> {
        let Some((step, rest)) = steps.split_first() else {
            return Ok(self.clone());
        };
        match step {
            Step::Field(name) => self.field(name)?.find(rest),
            Step::Each => self.element()?.find(rest),
        }
    }

    /// A field of this structure.
    ///
    /// # Errors
    /// That there is none, in words.
    pub fn field(&self, name: &str) -> Result<Self, String> {
        match &self.kind {
            Kind::Struct(fields) => fields.get(name).cloned().ok_or_else(|| {
                let near = crate::source::did_you_mean(name, fields.keys().map(String::as_str));
                format!("there is no `{name}`{near}")
            }),
            Kind::Answers => Ok(Self {
                kind: Kind::Bool,
                seen: true,
            }),
            other => Err(format!("`{name}` is asked of {}", other.words())),
        }
    }

    /// The elements of this list.
    ///
    /// # Errors
    /// That it is no list, in words.
    pub fn element(&self) -> Result<Self, String> {
        match &self.kind {
            Kind::List(element) => Ok(element.as_ref().clone()),
            other => Err(format!("`[]` is asked of {}", other.words())),
        }
    }
}

/// The fields of a type, from its JSON Schema.
fn structure<T: JsonSchema>() -> BTreeMap<String, Node> {
    let schema = schemars::schema_for!(T).to_value();
    let reader = Reader {
        definitions: &schema["$defs"],
    };
    match reader.node(&schema, MAX_DEPTH).kind {
        Kind::Struct(fields) => Arc::unwrap_or_clone(fields),
        _ => BTreeMap::new(),
    }
}

/// Reads a JSON Schema in the form in which `schemars` writes it.
struct Reader<'a> {
    definitions: &'a Json,
}

impl Reader<'_> {
    fn node(&self, schema: &Json, depth: usize) -> Node {
        let schema = self.follow(schema);
        let Some(depth) = depth.checked_sub(1) else {
            return Node {
                kind: Kind::Opaque,
                seen: false,
            };
        };
        if let Some(known) = known_form(schema) {
            let kind = self.node(known, depth).kind;
            return Node { kind, seen: true };
        }
        Node {
            kind: self.kind(schema, depth),
            seen: false,
        }
    }

    fn kind(&self, schema: &Json, depth: usize) -> Kind {
        if let Some(words) = words(schema) {
            return Kind::Word(Arc::new(words));
        }
        match schema["type"].as_str() {
            Some("boolean") => Kind::Bool,
            Some("integer") => Kind::Int,
            Some("number") => Kind::Double,
            Some("string") => text_kind(schema),
            Some("array") => Kind::List(Arc::new(self.node(&schema["items"], depth))),
            Some("object") => self.fields(schema, depth),
            _ => Kind::Opaque,
        }
    }

    fn fields(&self, schema: &Json, depth: usize) -> Kind {
        let Some(properties) = schema["properties"].as_object() else {
            return Kind::Opaque;
        };
        let field = |(name, form): (&String, &Json)| (name.clone(), self.node(form, depth));
        Kind::Struct(Arc::new(properties.iter().map(field).collect()))
    }

    fn follow<'b>(&'b self, schema: &'b Json) -> &'b Json {
        let name = schema["$ref"]
            .as_str()
            .and_then(|link| link.strip_prefix("#/$defs/"));
        name.map_or(schema, |name| &self.definitions[name])
    }
}

/// The form of the value, if this is the schema of a fact that may be absent or unknown.
fn known_form(schema: &Json) -> Option<&Json> {
    let [known, absent, unknown] = schema["oneOf"].as_array()?.as_slice() else {
        return None;
    };
    let marked =
        !absent["properties"]["absent"].is_null() && !unknown["properties"]["unknown"].is_null();
    let known = &known["properties"]["known"];
    (marked && !known.is_null()).then_some(known)
}

/// The words, if this is the schema of a set of words.
fn words(schema: &Json) -> Option<Vec<String>> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(text).collect();
    }
    let variants = schema["oneOf"].as_array()?;
    variants
        .iter()
        .map(|variant| text(&variant["const"]))
        .collect()
}

fn text_kind(schema: &Json) -> Kind {
    match schema["format"].as_str() {
        Some("date") => Kind::Date,
        Some("date-time") => Kind::Timestamp,
        _ => Kind::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::FactPath;

    fn find(path: &str) -> Result<Node, String> {
        crate::expr::types::Names::default().find(&FactPath::parse(path).unwrap())
    }

    #[test]
    fn facts_have_the_types_of_their_fields() {
        let cases = [
            ("directory.forest.level", Kind::Int, true),
            ("directory.forest.recycle_bin", Kind::Bool, true),
            ("directory.domains[].dns_name", Kind::Text, false),
            ("dns.resolvers[].median_ms", Kind::Double, true),
            ("network.endpoints[].tls.not_after", Kind::Timestamp, true),
            ("browsers.installed[].released", Kind::Date, true),
            ("profile.attested.anything", Kind::Bool, true),
        ];
        for (path, kind, seen) in cases {
            assert_eq!(find(path), Ok(Node { kind, seen }), "{path}");
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let problem = find("directory.forest.levl").unwrap_err();
        assert!(problem.contains("did you mean `level`?"), "{problem}");
    }

    /// The marks of a fact must never be mistaken for a field, nor a field for the marks.
    #[test]
    fn no_field_is_called_like_a_mark_and_no_form_is_free() {
        fn walk(path: &str, node: &Node) {
            match &node.kind {
                Kind::Struct(fields) => {
                    for (name, field) in fields.iter() {
                        let mark = ["known", "absent", "unknown"].contains(&name.as_str());
                        assert!(!mark, "{path}.{name} is called like a mark");
                        walk(&format!("{path}.{name}"), field);
                    }
                }
                Kind::List(element) => walk(&format!("{path}[]"), element),
                // No rule asks how a probe ended, or what was proposed.
                Kind::Opaque => assert!(
                    path == "run.probes[].outcome" || path.ends_with(".samples[].proposal"),
                    "a new free form: {path}"
                ),
                _ => {}
            }
        }
        for (name, node) in Schema::current().roots() {
            walk(name, node);
        }
    }
}
