//! The register of disagreements: where documents contradict each other, and what is judged by.
//!
//! A rule that rests on such a choice shows both sides with it. The register is data, in a file
//! `disagreements.yaml` of any folder of a pack.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{source::Spanned, verdict::Confidence};

/// Documents that contradict each other on one point.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disagreement {
    /// Its id, in kebab case.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// On what they disagree, in one line.
    pub topic: String,
    /// What each of them says; two or more.
    pub positions: Vec<Position>,
    /// What is judged by.
    pub choice: String,
    /// Why that was chosen.
    pub why: String,
    /// The rules that rest on the choice, by id; empty if none does, such as for a row of the
    /// catalogue.
    #[schemars(with = "Vec<String>")]
    #[serde(default)]
    pub rules: Vec<Spanned<String>>,
}

/// What one document says.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// What it says, in own words.
    pub says: String,
    /// The address or the title of the page or data set.
    pub doc: String,
    /// When it was read, or its own date.
    pub as_of: Date,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

impl Disagreement {
    /// What is wrong with it by itself, in words.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.positions.len() < 2 {
            faults.push("`positions` has two or more documents that disagree".to_owned());
        }
        let texts = [
            ("topic", &self.topic),
            ("choice", &self.choice),
            ("why", &self.why),
        ];
        let empty = texts.iter().filter(|(_, text)| text.trim().is_empty());
        faults.extend(empty.map(|(name, _)| format!("`{name}` is empty")));
        faults
    }
}
