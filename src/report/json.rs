//! The report for machines: versioned, with a schema, the same bytes for the same input.
//!
//! Text from outside stays as it is, but for characters that act on a terminal, which JSON lets
//! one write as escapes; long evidence is cut and says so.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use waterline_facts::{
    Environment, FormatVersion, ProbeId,
    run::{ProbeOutcome, Rights},
};
use waterline_rules::{
    Plan, Severity,
    assessment::{Finding, RemainingWork, RuleResult, TargetResult},
};

use super::{
    Report,
    inventory::{Inventory, inventory},
    limits::limits,
    text,
};
use crate::diff::Changes;

/// Version of the form: fields are only added within a major version.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// Longest text in evidence, in characters.
const LONGEST_TEXT: usize = 2000;

/// Longest list in evidence.
const LONGEST_LIST: usize = 100;

/// The report as a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Version of this form.
    pub format: FormatVersion,
    /// How the run went.
    pub run: Run,
    /// What was found, in figures.
    pub inventory: Inventory,
    /// Every chosen target, in tree order.
    pub targets: Vec<TargetResult>,
    /// Every rule of the chosen targets, by id.
    pub rules: Vec<RuleResult>,
    /// What is not met, blockers first, then by key.
    pub findings: Vec<ReportedFinding>,
    /// What to do about it.
    pub plan: Plan,
    /// How much is left to do.
    pub remaining_work: RemainingWork,
    /// What the profile asks for that had no effect, each a sentence.
    pub notices: Vec<String>,
    /// Thresholds that the profile sets: rule id to parameter to value.
    #[serde(default)]
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
    /// What changed since an earlier run; absent if none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
}

/// How the run went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The organisation's name from the profile; empty if it names none.
    pub organisation: String,
    /// What was measured, by name.
    #[serde(default)]
    pub environment: Names,
    /// When probing began.
    pub started: Timestamp,
    /// How long probing took, in milliseconds.
    pub took_ms: u64,
    /// The budget of the run, in seconds.
    pub budget_s: u64,
    /// Whether the user interrupted the run before all probes had ended.
    pub interrupted: bool,
    /// The day at which dates were judged.
    pub as_of: Date,
    /// Version of the program that probed.
    pub probed_by: String,
    /// Version of the program that judged.
    pub judged_by: String,
    /// The rights with which the probes ran.
    pub rights: Rights,
    /// What became of each probe.
    pub probes: Vec<Probe>,
    /// What the reader must know before trusting the rest, each a sentence.
    pub limits: Vec<String>,
}

/// What was measured, by name: runs of one environment have the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Names {
    /// DNS name of the forest's root domain; null if it was not learned.
    pub forest: Option<String>,
    /// The name of the machine that measured; null if it was not learned.
    pub machine: Option<String>,
}

/// What became of one probe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Probe {
    /// Which probe.
    pub id: ProbeId,
    /// Milliseconds from the beginning of the run to its start.
    pub started_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How it ended.
    pub outcome: ProbeOutcome,
}

/// A rule that is not met, or one thing among many for which it is not met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedFinding {
    /// Stable key.
    pub key: String,
    /// The rule.
    pub rule: String,
    /// What is wrong, in one line.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// Whether a waiver accepts it.
    pub waived: bool,
    /// Why it matters.
    pub why: String,
    /// The facts that show it.
    pub evidence: Vec<ReportedEvidence>,
    /// How many objects, hosts or machines are concerned.
    pub affected: u64,
    /// Which part of what its rule asks about it is, above 0 to 1.
    #[serde(default)]
    pub share: f64,
    /// The nearest change of facts with which it would be met; empty if that cannot be told.
    #[serde(default)]
    pub would_be_met_if: String,
    /// The task that clears it; null if the rule has none.
    pub task: Option<String>,
    /// The key of the finding that is its cause, whose task clears this one too; null if it stands
    /// for itself.
    #[serde(default)]
    pub caused_by: Option<String>,
    /// Its consequences, sorted: findings by key, and rules that were not assessed by id.
    #[serde(default)]
    pub consequences: Vec<String>,
}

/// A fact shown with a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportedEvidence {
    /// The fact's path.
    pub path: String,
    /// Its value; null if known to be absent. Texts over 2,000 characters and lists over 100
    /// entries are cut, and end with a text that names their true length.
    pub value: Value,
}

/// Writes the document.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_escaped(&document(report), out)
}

/// Writes a document with the characters that act on a terminal as escapes.
pub(super) fn write_escaped(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(document)?;
    writeln!(out, "{}", escape_acting(&json))
}

/// The report as a document.
pub(super) fn document(report: &Report) -> Document {
    let assessment = report.assessment;
    Document {
        format: FORMAT,
        run: run(report),
        inventory: inventory(report),
        targets: assessment.targets.clone(),
        rules: assessment.rules.clone(),
        findings: assessment.findings.iter().map(finding).collect(),
        plan: assessment.plan.clone(),
        remaining_work: assessment.remaining_work.clone(),
        notices: assessment.notices.clone(),
        parameters: report.profile.parameters.clone(),
        changes: report.changes.cloned(),
    }
}

fn run(report: &Report) -> Run {
    let run = &report.environment.run;
    let probes = run.probes.iter().map(|probe| Probe {
        id: probe.id,
        started_ms: probe.started_ms,
        took_ms: probe.took_ms,
        outcome: probe.outcome.clone(),
    });
    Run {
        organisation: report.profile.organisation.clone(),
        environment: names(report.environment),
        started: run.started,
        took_ms: run.took_ms,
        budget_s: run.budget_s,
        interrupted: run.interrupted,
        as_of: report.assessment.as_of,
        probed_by: run.tool_version.clone(),
        judged_by: report.tool_version.to_owned(),
        rights: run.rights.clone(),
        probes: probes.collect(),
        limits: limits(report),
    }
}

fn names(environment: &Environment) -> Names {
    let forest = environment
        .directory
        .known()
        .and_then(|directory| directory.forest.root_domain.known());
    let host = environment.host.known();
    let machine = host.and_then(|host| host.name.known());
    Names {
        forest: forest.cloned(),
        machine: machine.cloned(),
    }
}

fn finding(finding: &Finding) -> ReportedFinding {
    let evidence = finding.evidence.iter().map(|evidence| ReportedEvidence {
        path: evidence.path.clone(),
        value: bounded(&evidence.value),
    });
    ReportedFinding {
        key: finding.key.clone(),
        rule: finding.rule.clone(),
        title: finding.title.clone(),
        severity: finding.severity,
        waived: finding.waived,
        why: finding.why.clone(),
        evidence: evidence.collect(),
        affected: finding.affected,
        share: finding.share,
        would_be_met_if: finding.would_be_met_if.clone(),
        task: finding.task.clone(),
        caused_by: finding.caused_by.clone(),
        consequences: finding.consequences.clone(),
    }
}

/// A value with its texts and lists cut.
fn bounded(value: &Value) -> Value {
    match value {
        Value::String(long) => Value::String(text::cut(long, LONGEST_TEXT)),
        Value::Array(list) => {
            let mut shown: Vec<Value> = list.iter().take(LONGEST_LIST).map(bounded).collect();
            if list.len() > LONGEST_LIST {
                shown.push(Value::String(format!("… ({} entries)", list.len())));
            }
            Value::Array(shown)
        }
        Value::Object(fields) => {
            // Sorted here, as another crate's feature may switch serde_json's maps to insertion
            // order, and the bytes must not depend on who is built with us.
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            let shown = sorted
                .into_iter()
                .map(|(name, value)| (name.clone(), bounded(value)));
            Value::Object(shown.collect())
        }
        plain => plain.clone(),
    }
}

/// Writes characters that act as escapes. They can only stand within strings, as JSON's own syntax
/// has none of them but line feeds, and the serializer has escaped those below U+0020.
fn escape_acting(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character != '\n' && text::acts(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_evidence_is_cut_with_its_true_length() {
        let list: Vec<u32> = (0..250).collect();
        let value = bounded(&json!({"z": list, "a": "x".repeat(2001)}));
        assert_eq!(value["z"].as_array().unwrap().len(), LONGEST_LIST + 1);
        assert_eq!(value["z"][LONGEST_LIST], "… (250 entries)");
        assert!(
            value["a"]
                .as_str()
                .unwrap()
                .ends_with("… (2001 characters)")
        );
        assert!(value.to_string().starts_with("{\"a\""));
    }

    #[test]
    fn escapes_are_read_back_as_the_same_text() {
        let hostile = "a\u{9b}31m\u{202e}\u{e0041}\u{7f}é漢\n";
        let escaped = escape_acting(&serde_json::to_string(hostile).unwrap());
        assert!(!escaped.chars().any(text::acts));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), hostile);
    }
}
