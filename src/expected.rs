//! Verdicts that recordings are expected to give: kept in a file, held against what they give now.
//!
//! The file is JSON, sorted, one line for each verdict, so that a change of it can be reviewed. It
//! holds verdicts and counts, not words: better wording of a report changes no expectation.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};
use waterline_rules::Assessment;

use crate::exit::Usage;

/// The version of the file's form.
const FORMAT: u32 = 1;

/// Largest file that is read, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// What recordings are expected to give, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    format: u32,
    recordings: BTreeMap<String, Verdicts>,
}

/// What one recording gives.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdicts {
    /// The readiness of each target, by its id.
    pub targets: BTreeMap<String, String>,
    /// The verdict of each rule, by its id.
    pub rules: BTreeMap<String, String>,
    /// How many findings each rule gives that gives any, by its id.
    pub findings: BTreeMap<String, u64>,
}

impl Expected {
    /// What these recordings give.
    pub fn of(recordings: BTreeMap<String, Verdicts>) -> Self {
        Self {
            format: FORMAT,
            recordings,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or is not of this form, with line and column.
    pub fn read(path: &Path) -> Result<Self, Usage> {
        let unusable = |what: String| {
            let hint = "write it with --update";
            Usage::new(format!("--expect {}: {what}\n  {hint}", path.display()))
        };
        let size = std::fs::metadata(path).map_err(|error| unusable(error.to_string()))?;
        if size.len() > MOST_BYTES {
            return Err(unusable("it is too large".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let expected: Self =
            serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))?;
        if expected.format != FORMAT {
            return Err(unusable(format!("it has format {}", expected.format)));
        }
        Ok(expected)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None in practice: the form is all text and numbers.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }

    /// Where the recordings give something else, a line for each difference.
    pub fn differences(&self, given: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, expected) in &self.recordings {
            match given.recordings.get(name) {
                Some(given) => expected.differences(name, given, &mut lines),
                None => lines.push(format!("{name}: expected, and not among the recordings")),
            }
        }
        let unexpected = given.recordings.keys();
        let unexpected = unexpected.filter(|name| !self.recordings.contains_key(*name));
        lines.extend(unexpected.map(|name| format!("{name}: nothing is expected of it yet")));
        lines
    }
}

impl Verdicts {
    /// Those of an assessment.
    pub fn of(assessment: &Assessment) -> Self {
        let targets = assessment.targets.iter();
        let rules = assessment.rules.iter();
        let mut findings = BTreeMap::new();
        for finding in &assessment.findings {
            *findings.entry(finding.rule.clone()).or_default() += 1;
        }
        Self {
            targets: targets
                .map(|one| (one.id.clone(), word(&one.readiness)))
                .collect(),
            rules: rules
                .map(|one| (one.id.clone(), word(&one.verdict)))
                .collect(),
            findings,
        }
    }

    fn differences(&self, name: &str, given: &Self, lines: &mut Vec<String>) {
        compare(name, "target", &self.targets, &given.targets, lines);
        compare(name, "rule", &self.rules, &given.rules, lines);
        compare(name, "findings of", &self.findings, &given.findings, lines);
    }
}

/// The word that stands for a verdict in reports.
fn word(verdict: &impl Serialize) -> String {
    let value = serde_json::to_value(verdict).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn compare<T: PartialEq + std::fmt::Display>(
    name: &str,
    what: &str,
    expected: &BTreeMap<String, T>,
    given: &BTreeMap<String, T>,
    lines: &mut Vec<String>,
) {
    let shown = |value: Option<&T>| value.map_or("none".to_owned(), T::to_string);
    let new = given.keys().filter(|id| !expected.contains_key(*id));
    let mut ids: Vec<&String> = expected.keys().chain(new).collect();
    ids.sort();
    for id in ids {
        let (expected, given) = (expected.get(id), given.get(id));
        if expected != given {
            let (expected, given) = (shown(expected), shown(given));
            lines.push(format!(
                "{name}: {what} {id}: expected {expected}, given {given}"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, rule: &str, verdict: &str, findings: u64) -> Expected {
        let verdicts = Verdicts {
            rules: BTreeMap::from([(rule.to_owned(), verdict.to_owned())]),
            findings: BTreeMap::from([(rule.to_owned(), findings)]),
            ..Verdicts::default()
        };
        Expected::of(BTreeMap::from([(name.to_owned(), verdicts)]))
    }

    #[test]
    fn every_difference_is_a_line_and_equal_ones_none() {
        let expected = one("a", "r", "met", 1);
        assert_eq!(expected.differences(&expected.clone()), [""; 0]);
        assert_eq!(
            expected.differences(&one("a", "r", "not-met", 2)),
            [
                "a: rule r: expected met, given not-met",
                "a: findings of r: expected 1, given 2",
            ]
        );
        assert_eq!(
            expected.differences(&one("a", "s", "met", 1)).len(),
            4,
            "one rule is gone and one is new, each with its findings"
        );
        assert_eq!(
            expected.differences(&one("b", "r", "met", 1)),
            [
                "a: expected, and not among the recordings",
                "b: nothing is expected of it yet",
            ]
        );
    }

    #[test]
    fn file_comes_back_and_others_are_refused_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expected.json");
        let expected = one("a", "r", "met", 1);
        std::fs::write(&path, expected.to_text().unwrap()).unwrap();
        assert_eq!(Expected::read(&path).unwrap(), expected);
        for (text, told) in [
            ("{", "line 1 column 1"),
            ("{\"format\":1,\"recordings\":{},\"mood\":1}", "mood"),
            ("{\"format\":2,\"recordings\":{}}", "format 2"),
            ("", "EOF"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Expected::read(&path).unwrap_err().to_string();
            assert!(
                error.contains(told) && error.contains("expected.json"),
                "{error}"
            );
        }
    }
}
