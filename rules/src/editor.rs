//! The JSON Schema of the profile for editors: with the targets, questions and parameters that the
//! packs have, so that an editor completes and checks them.

use schemars::{Schema, schema_for};
use serde_json::{Map, Value as Json, json};

use crate::{
    Packs, Profile,
    attestations::{AnswerKind, Attestation},
    rule::Rule,
};

impl Packs {
    /// The JSON Schema of a profile for these packs.
    pub fn profile_schema(&self) -> Schema {
        let mut schema = schema_for!(Profile);
        let targets: Vec<Json> = self
            .targets()
            .iter()
            .map(|target| json!({"const": target.id.value, "title": target.title}))
            .collect();
        let questions: Map<String, Json> = self
            .questions()
            .iter()
            .map(|question| (question.id.value.clone(), answer(question)))
            .collect();
        let parameters: Map<String, Json> = self
            .rules()
            .filter(|rule| !rule.bounds.is_empty())
            .map(|rule| (rule.id.value.clone(), parameters(rule)))
            .collect();
        for (field, key, value) in [
            ("targets", "items", json!({"oneOf": targets})),
            ("attested", "properties", Json::Object(questions)),
            ("parameters", "properties", Json::Object(parameters)),
            ("parameters", "additionalProperties", json!(false)),
        ] {
            if let Some(form) = schema.pointer_mut(&format!("/properties/{field}")) {
                form[key] = value;
            }
        }
        schema
    }
}

/// The form of an answer.
fn answer(question: &Attestation) -> Json {
    let mut form = match question.kind {
        AnswerKind::YesNo => json!({"type": "boolean"}),
        AnswerKind::Choice => json!({"enum": question.choices}),
        AnswerKind::Date => json!({"type": "string", "format": "date"}),
        AnswerKind::Number => json!({"type": "integer"}),
        AnswerKind::List => json!({"type": "array", "items": {"type": "string"}}),
    };
    let text = format!("{} {}", question.question, question.help);
    form["description"] = json!(text.trim());
    form
}

/// The parameters of a rule that a profile may set.
fn parameters(rule: &Rule) -> Json {
    let form = |(name, bounds): (&String, &crate::source::Spanned<crate::rule::Bounds>)| {
        let own = rule.params.get(name).map(|own| &own.value);
        let mut form = json!({
            "default": own,
            "description": format!("May be {}.", bounds.value.words()),
        });
        let limits = [
            ("minimum", &bounds.value.min),
            ("maximum", &bounds.value.max),
        ];
        for (key, limit) in limits {
            if let Some(limit) = limit.as_ref().filter(|limit| limit.is_number()) {
                form[key] = limit.clone();
            }
        }
        (name.clone(), form)
    };
    let forms: Map<String, Json> = rule.bounds.iter().map(form).collect();
    json!({
        "type": "object",
        "title": rule.title,
        "properties": forms,
        "additionalProperties": false,
    })
}
