//! What a group of findings shows, for any format to lay out: what they have in common, and a table
//! of what tells one from the other. All text in it is clean, and escaped by nobody yet.

use std::collections::BTreeSet;

use serde_json::Value;
use waterline_rules::assessment::{Evidence, Finding};

use super::{
    evidence,
    groups::{Group, subject},
    text,
};

/// Columns of evidence in one table.
const COLUMNS: usize = 6;

/// The column of the change after which a finding would be gone.
pub(super) const CHANGE: &str = "Would be met if";

/// Fields of an object in the order in which a table shows them; others come after, sorted.
const FIELDS: [&str; 5] = ["dn", "attribute", "value", "fault", "others"];

/// What a group of findings shows.
pub(super) struct Details<'a> {
    /// What the only finding concerns; none for the environment itself, or for several findings.
    pub(super) subject: Option<String>,
    /// One row for each of several findings; none for an only one.
    pub(super) table: Option<Grid<'a>>,
    /// Figures that hold for all of them.
    pub(super) figures: Vec<Figure>,
    /// Lists of objects that hold for all of them, each under its name.
    pub(super) lists: Vec<(String, Grid<'a>)>,
    /// The nearest change after which none of them would be left, if it is the same for all.
    pub(super) change: Option<String>,
}

/// A figure and its value.
pub(super) struct Figure {
    /// Its name.
    pub(super) name: String,
    /// Its value in words.
    pub(super) value: String,
}

/// A table.
pub(super) struct Grid<'a> {
    /// The columns' names.
    pub(super) head: Vec<String>,
    /// How many rows there are.
    pub(super) count: usize,
    /// The rows, each as long as the head; made when they are asked for, since some formats show the
    /// first of very many.
    pub(super) rows: Box<dyn Iterator<Item = Vec<String>> + 'a>,
}

impl<'a> Details<'a> {
    /// What this group shows.
    pub(super) fn of(group: &'a Group<'a>) -> Self {
        match group.findings[..] {
            [only] => Self::single(only),
            _ => Self::several(group),
        }
    }

    fn single(finding: &'a Finding) -> Self {
        let evidence = finding.evidence.iter();
        let (figures, lists) = parted(evidence.map(|fact| (&*fact.path, &fact.value)));
        Self {
            subject: subject(finding).map(text::clean),
            table: None,
            figures,
            lists,
            change: change(&[finding]),
        }
    }

    fn several(group: &'a Group<'a>) -> Self {
        let (shared, columns) = columns(group);
        let shared = shared.into_iter();
        let (figures, lists) =
            parted(shared.map(|fact| (evidence::label(&fact.path), &fact.value)));
        Self {
            subject: None,
            table: Some(differences(group, columns)),
            figures,
            lists,
            change: change(&group.findings),
        }
    }
}

/// The change that all findings ask for; none if they differ, or if one names none.
fn change(findings: &[&Finding]) -> Option<String> {
    let first = &findings.first()?.would_be_met_if;
    let mut others = findings.iter();
    let is_common = others.all(|finding| finding.would_be_met_if == *first);
    (is_common && !first.is_empty()).then(|| text::clean(first))
}

/// Evidence as figures, and lists of objects as tables.
fn parted<'a>(
    evidence: impl Iterator<Item = (&'a str, &'a Value)>,
) -> (Vec<Figure>, Vec<(String, Grid<'a>)>) {
    let (mut figures, mut lists) = (Vec::new(), Vec::new());
    for (name, value) in evidence {
        let name = text::clean(name);
        match evidence::objects(value) {
            Some(objects) => lists.push((name, Grid::of(objects))),
            None => figures.push(Figure {
                name,
                value: cell(value),
            }),
        }
    }
    (figures, lists)
}

/// A row for each finding, with what tells it from the others.
fn differences<'a>(group: &'a Group<'a>, columns: Vec<&'a str>) -> Grid<'a> {
    let mut head = vec!["Concerns".to_owned()];
    let counted = group.findings.iter().any(|finding| finding.affected != 1);
    if counted {
        head.push("Affected".to_owned());
    }
    head.extend(columns.iter().map(|label| text::clean(label)));
    let wanted = change(&group.findings).is_none()
        && group
            .findings
            .iter()
            .any(|finding| !finding.would_be_met_if.is_empty());
    if wanted {
        head.push(CHANGE.to_owned());
    }
    let rows = group.findings.iter().map(move |finding| {
        let mut row = vec![text::clean(subject(finding).unwrap_or(&finding.key))];
        if counted {
            row.push(finding.affected.to_string());
        }
        let cells = columns.iter().map(|label| {
            let value = labelled(finding, label).map(|fact| cell(&fact.value));
            value.unwrap_or_default()
        });
        row.extend(cells);
        if wanted {
            row.push(text::clean(&finding.would_be_met_if));
        }
        row
    });
    Grid {
        head,
        count: group.findings.len(),
        rows: Box::new(rows),
    }
}

/// The evidence that all findings of a group have in common, and the names of the figures that
/// tell one from the other, without those that only repeat what is concerned.
fn columns<'a>(group: &Group<'a>) -> (Vec<&'a Evidence>, Vec<&'a str>) {
    let mut shared: Vec<&Evidence> = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    let first = group.findings[0];
    // What is asked of a name looks at all findings, so each is asked once.
    let mut asked = BTreeSet::new();
    let all = group.findings.iter().flat_map(|finding| &finding.evidence);
    for fact in all {
        let label = evidence::label(&fact.path);
        if !asked.insert(label) || repeats(group, label) {
            continue;
        }
        match labelled(first, label) {
            Some(common) if same_for_all(group, label, &common.value) => shared.push(common),
            _ if columns.len() < COLUMNS => columns.push(label),
            _ => {}
        }
    }
    (shared, columns)
}

fn is(fact: &Evidence, label: &str) -> bool {
    evidence::label(&fact.path) == label
}

fn labelled<'a>(finding: &'a Finding, label: &str) -> Option<&'a Evidence> {
    finding.evidence.iter().find(|fact| is(fact, label))
}

fn same_for_all(group: &Group, label: &str, value: &Value) -> bool {
    let mut findings = group.findings.iter();
    findings.all(|finding| labelled(finding, label).is_some_and(|fact| fact.value == *value))
}

/// Whether a figure says nothing but what the keys of all findings say, or how many are affected.
fn repeats(group: &Group, label: &str) -> bool {
    group.findings.iter().all(|finding| {
        let value = labelled(finding, label).map(|fact| &fact.value);
        match value {
            Some(Value::String(text)) => finding.key.contains(text.as_str()),
            Some(Value::Number(number)) => {
                number.as_u64() == Some(finding.affected)
                    || finding.key.ends_with(&format!(":{number}"))
            }
            _ => false,
        }
    })
}

impl<'a> Grid<'a> {
    /// Objects as a table: a row for each, a column for each field that one of them has.
    fn of(objects: &'a [Value]) -> Self {
        let fields = objects.iter().filter_map(Value::as_object);
        let mut names: Vec<&String> = fields.flat_map(|object| object.keys()).collect();
        names.sort_by_key(|name| {
            let place = FIELDS.iter().position(|field| field == name);
            (place.unwrap_or(FIELDS.len()), *name)
        });
        names.dedup();
        names.retain(|name| {
            objects
                .iter()
                .any(|object| !is_nothing(&object[name.as_str()]))
        });
        let head = names.iter();
        let head = head.map(|name| text::clean(&name.replace('_', " ")));
        Self {
            head: head.collect(),
            count: objects.len(),
            rows: Box::new(objects.iter().map(move |object| {
                let cells = names.iter().map(|name| match &object[name.as_str()] {
                    nothing if is_nothing(nothing) => String::new(),
                    value => cell(value),
                });
                cells.collect()
            })),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// A value as it stands in a line or a cell.
fn cell(value: &Value) -> String {
    text::clean(&evidence::value(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_a_table_without_empty_columns() {
        let objects = json!([
            {"attribute": "mail", "dn": "CN=a|b", "others": [], "value": "x", "build": null},
            {"attribute": "mail", "dn": "CN=c", "others": [], "value": ""},
        ]);
        let table = Grid::of(objects.as_array().unwrap());
        assert_eq!(table.head, ["dn", "attribute", "value"]);
        let rows: Vec<_> = table.rows.collect();
        assert_eq!(rows, [["CN=a|b", "mail", "x"], ["CN=c", "mail", ""]]);
    }
}
