//! Facts of a recording by their path, with where each comes from.
//!
//! A path is that of rules (`directory.domains[].level`), and may name one element by its number
//! (`directory.domains[0].level`). The marks of facts (`known`, `unknown`) are passed through.

pub mod raw;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use waterline_facts::{ProbeId, Seen, run::ProbeOutcome};

use crate::recording::{Opened, part_of};

/// Most facts that one path may give; what comes after is left out.
const MOST: usize = 10_000;

/// A fact and where it comes from.
#[derive(Debug)]
pub struct Shown {
    /// Its path, with the number of each element.
    pub path: String,
    /// Its value with its mark, as the recording has it.
    pub value: Value,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Where facts come from.
#[derive(Debug, Clone)]
pub struct Provenance(Vec<(&'static str, String)>);

/// The roots of the facts, with what is known of each in words.
pub fn roots(opened: &Opened) -> Vec<(&'static str, String)> {
    fn state<T>(seen: &Seen<T>) -> String {
        match seen {
            Seen::Known(_) => "known".to_owned(),
            Seen::Absent => "absent".to_owned(),
            Seen::Unknown(gap) => format!("not learned: {gap}"),
        }
    }
    let facts = &opened.environment;
    vec![
        ("run", "known".to_owned()),
        ("host", state(&facts.host)),
        ("browsers", state(&facts.browsers)),
        ("dns", state(&facts.dns)),
        ("network", state(&facts.network)),
        ("protocols", state(&facts.protocols)),
        ("directory", state(&facts.directory)),
        ("objects", state(&facts.objects)),
        ("hosts", state(&facts.hosts)),
    ]
}

/// The facts that a path names.
///
/// # Errors
/// What is wrong with the path, in words.
pub fn find(opened: &Opened, path: &str) -> Result<Vec<Shown>, String> {
    let facts = serde_json::to_value(&opened.environment).map_err(|error| error.to_string())?;
    let mut found = vec![(String::new(), &facts)];
    for step in path.split('.') {
        found = follow(&found, step).map_err(|what| format!("{}: {what}", path.escape_debug()))?;
        found.truncate(MOST);
    }
    let root = path.split(['.', '[']).next().unwrap_or_default();
    let provenance = Provenance::of_root(opened, root);
    let shown = |(path, value): (String, &Value)| Shown {
        path,
        value: value.clone(),
        provenance: provenance.clone(),
    };
    Ok(found.into_iter().map(shown).collect())
}

type Found<'a> = Vec<(String, &'a Value)>;

/// One step further from each: a field, then any elements.
fn follow<'a>(from: &[(String, &'a Value)], step: &str) -> Result<Found<'a>, String> {
    let name = step.split('[').next().unwrap_or_default();
    let mut found = Found::new();
    for (path, value) in from {
        // A fact that is absent or unknown has no fields; it is what can be shown of them.
        let Value::Object(fields) = bare(value) else {
            found.push((path.clone(), value));
            continue;
        };
        match fields.get(name) {
            Some(field) => found.push((joined(path, name), field)),
            None if is_marked(bare(value)) => found.push((path.clone(), value)),
            None => {
                let names: Vec<&str> = fields.keys().map(String::as_str).collect();
                return Err(format!(
                    "there is no `{}` in `{path}`; there are {}",
                    name.escape_debug(),
                    names.join(", ")
                ));
            }
        }
    }
    let mut brackets = step[name.len()..].split_terminator(']');
    brackets.try_fold(found, |found, bracket| {
        let index = bracket.strip_prefix('[');
        elements(&found, index.ok_or("brackets do not match")?)
    })
}

/// The element of this number of each list, or all.
fn elements<'a>(from: &[(String, &'a Value)], index: &str) -> Result<Found<'a>, String> {
    let wanted: Option<usize> = match index {
        "" => None,
        number => Some(
            number
                .parse()
                .map_err(|_| format!("[{}] is no number", number.escape_debug()))?,
        ),
    };
    let mut found = Found::new();
    for (path, value) in from {
        let Value::Array(list) = bare(value) else {
            found.push((path.clone(), value));
            continue;
        };
        if let Some(number) = wanted.filter(|number| *number >= list.len()) {
            let length = list.len();
            return Err(format!(
                "`{path}` has {length} elements, and none of number {number}"
            ));
        }
        let numbered = list.iter().enumerate();
        let chosen = numbered.filter(|(number, _)| wanted.is_none_or(|wanted| wanted == *number));
        found.extend(chosen.map(|(number, element)| (format!("{path}[{number}]"), element)));
    }
    Ok(found)
}

/// The value behind the mark of a known fact.
fn bare(value: &Value) -> &Value {
    match value {
        Value::Object(fields) if fields.len() == 1 => fields.get("known").unwrap_or(value),
        _ => value,
    }
}

fn is_marked(value: &Value) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    fields.len() == 1 && (fields.contains_key("absent") || fields.contains_key("unknown"))
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

impl Provenance {
    /// That of the whole recording.
    pub fn of_recording(opened: &Opened) -> Self {
        let run = &opened.environment.run;
        let account = run.rights.account.known().map_or("unknown", String::as_str);
        let elevated = match run.rights.elevated {
            Seen::Known(true) => "elevated",
            Seen::Known(false) => "not elevated",
            _ => "not known whether elevated",
        };
        Self(vec![
            (
                "captured",
                format!("{} by waterline {}", run.started, run.tool_version),
            ),
            ("rights", format!("{account}, {elevated}")),
        ])
    }

    /// That of the facts below a root.
    fn of_root(opened: &Opened, root: &str) -> Self {
        let mut lines = Vec::new();
        let name = part_of(root);
        let mut parts = opened.manifest.parts.iter();
        lines.push(match parts.find(|part| part.name == name) {
            Some(part) => ("part", format!("{name}, SHA-256 {}", part.sha256)),
            None => ("part", format!("{name}, which the recording does not have")),
        });
        if let Some(problem) = opened.problems.iter().find(|problem| problem.part == name) {
            lines.push(("damage", problem.what.clone()));
        }
        let probe = match root {
            "objects" => ProbeId::Directory.name(),
            other => other,
        };
        let mut probes = opened.environment.run.probes.iter();
        if let Some(run) = probes.find(|run| run.id.name() == probe) {
            let ended = match &run.outcome {
                ProbeOutcome::Completed => "came to its end".to_owned(),
                ProbeOutcome::Skipped => "was left out".to_owned(),
                ProbeOutcome::Ended(gap) => format!("ended early: {gap}"),
            };
            let (from, took) = (run.started_ms, run.took_ms);
            let words = format!("{probe}, began at {from} ms, took {took} ms, {ended}");
            lines.push(("probe", words));
            lines.extend(run.notes.iter().map(|note| ("note", note.clone())));
        }
        lines.extend(Self::of_recording(opened).0);
        Self(lines)
    }

    /// What there is to say, each with its name.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        self.0.iter().cloned()
    }
}

/// Writes JSON in which no character acts on a terminal: those that would are written as their
/// number, which JSON reads as the same text.
///
/// # Errors
/// If it cannot be written.
pub fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && acts(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    writeln!(out, "{shown}")
}

/// Whether a terminal would do something else than show it.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        recording::{self, RecordingWriter},
        testing::environment,
    };

    fn opened() -> (tempfile::TempDir, Opened) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let writer = RecordingWriter::create(&path).unwrap();
        writer.finish(&environment(), &[]).unwrap();
        let opened = recording::open(&path).unwrap();
        (folder, opened)
    }

    fn values(path: &str) -> Vec<(String, Value)> {
        let (_folder, opened) = opened();
        let found = find(&opened, path).unwrap();
        found.into_iter().map(|one| (one.path, one.value)).collect()
    }

    #[test]
    fn a_path_leads_through_known_facts_to_the_value_with_its_mark() {
        let found = values("host.os.build");
        let expected = (
            "host.os.build".to_owned(),
            serde_json::json!({"known": 26100}),
        );
        assert_eq!(found, [expected]);
    }

    #[test]
    fn elements_are_named_by_number_and_all_by_empty_brackets() {
        let all = values("browsers.installed[].name");
        assert!(all.len() > 1);
        assert_eq!(all[1].0, "browsers.installed[1].name");
        assert_eq!(values("browsers.installed[1].name"), all[1..2]);
    }

    #[test]
    fn a_fact_that_was_not_learned_is_shown_with_its_reason() {
        let found = values("protocols.time.anything");
        assert_eq!(found[0].0, "protocols");
        assert_eq!(found[0].1["unknown"]["reason"], "not-run");
    }

    #[test]
    fn a_wrong_path_is_answered_with_what_there_is() {
        let (_folder, opened) = opened();
        let of = |path: &str| find(&opened, path).unwrap_err();
        assert!(of("host.oz").contains("there is no `oz` in `host`"));
        assert!(of("browsers.installed[99]").contains("none of number 99"));
        assert!(of("browsers.installed[x]").contains("is no number"));
        assert!(of("browsers.installed[0]x").contains("brackets"));
    }

    #[test]
    fn provenance_names_part_hash_probe_and_rights() {
        let (_folder, opened) = opened();
        let found = find(&opened, "host.name").unwrap();
        let lines: Vec<_> = found[0].provenance.lines().collect();
        assert!(
            lines[0].1.starts_with("environment/host.json, SHA-256 "),
            "{lines:?}"
        );
        assert!(
            lines
                .iter()
                .any(|(name, words)| *name == "probe" && words.contains("took 140 ms"))
        );
        assert!(
            lines
                .iter()
                .any(|(_, words)| words.contains("CORP\\mila, not elevated"))
        );
    }

    #[test]
    fn json_holds_nothing_that_acts_on_a_terminal_and_reads_the_same() {
        let text = "a\u{1b}[31m\u{202e}b\u{e0001}";
        let mut out = Vec::new();
        write_json(&text, &mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(!shown.trim_end().chars().any(acts), "{shown:?}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
