//! `docs/directory-facts.md` tells of every fact where it is read, and of none that there is not.

use std::collections::BTreeSet;

use serde_json::Value;
use waterline_facts::{
    DirectoryFacts, Seen,
    directory::{ControllerFacts, DomainFacts},
};

const DOCUMENT: &str = include_str!("../../../docs/directory-facts.md");

/// The parts of the facts, by the headings under which they are told.
const PARTS: [(&str, &str); 5] = [
    ("## Controllers", "/controllers/known/0"),
    ("## Forest", "/forest"),
    ("## Services of the forest", "/services"),
    ("## Domains", "/domains/known/0"),
    ("## Services in a domain", "/domains/known/0/services"),
];

/// The facts that a table names: what stands in code quotes in its first column.
fn named(heading: &str) -> BTreeSet<String> {
    let (_, part) = DOCUMENT.split_once(heading).unwrap();
    let part = part.split("\n## ").next().unwrap();
    let cells = part.lines().filter_map(|line| {
        let cell = line.strip_prefix("| `")?.split(" | ").next()?;
        Some(cell.trim_end_matches('`').split("`, `"))
    });
    cells.flatten().map(str::to_owned).collect()
}

/// The paths of all facts below a part.
fn paths(part: &Value, path: &str, found: &mut BTreeSet<String>) {
    let fields = part.as_object().filter(|fields| {
        ["known", "absent", "unknown"]
            .iter()
            .all(|mark| !fields.contains_key(*mark))
    });
    let Some(fields) = fields else {
        found.insert(path.trim_start_matches('.').to_owned());
        return;
    };
    for (name, field) in fields {
        paths(field, &format!("{path}.{name}"), found);
    }
}

#[test]
fn every_fact_is_documented_and_every_documented_fact_is_there() {
    let facts = DirectoryFacts {
        controllers: Seen::Known(vec![ControllerFacts::new("dc1")]),
        domains: Seen::Known(vec![DomainFacts::new("corp.test")]),
        ..DirectoryFacts::default()
    };
    let facts = serde_json::to_value(facts).unwrap();
    for (heading, pointer) in PARTS {
        let (mut there, named) = (BTreeSet::new(), named(heading));
        paths(facts.pointer(pointer).unwrap(), "", &mut there);
        // Services of a domain have a table of their own.
        there.retain(|fact| heading != "## Domains" || !fact.starts_with("services."));
        let covers = |name: &str, fact: &str| {
            let rest = fact.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for fact in &there {
            let told = named.iter().any(|name| covers(name, fact));
            assert!(told, "{heading} does not tell of {fact}");
        }
        for name in &named {
            let is = there.iter().any(|fact| covers(name, fact));
            assert!(is, "{heading} tells of {name}, which is no fact");
        }
    }
}
