//! Findings in Markdown: an overview, and a section for each rule with everything that has the
//! defect and the evidence that tells one from the other.

use std::io::{self, Write};

use serde_json::Value;
use waterline_rules::{
    Assessment,
    assessment::{Evidence, Finding},
};

use super::{heading, table::Table};
use crate::report::{
    escape::{code, escape, escape_shown},
    evidence,
    groups::{Group, groups, subject},
    text::{self, LONGEST},
    words,
};

/// Columns of evidence in one table.
const COLUMNS: usize = 6;

/// Fields of an object in the order in which a table shows them; others come after, sorted.
const FIELDS: [&str; 5] = ["dn", "attribute", "value", "fault", "others"];

/// Writes all findings.
pub(super) fn write(assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    heading(out, "Findings")?;
    let groups = groups(assessment);
    if groups.is_empty() {
        return writeln!(out, "{}.", words::no_finding(assessment));
    }
    overview(&groups, out)?;
    groups.iter().try_for_each(|group| write_group(group, out))
}

fn overview(groups: &[Group], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(&["Severity", "What is wrong", "Rule", "Found", "Affected"]);
    for group in groups {
        table.rows.push(vec![
            severity(group),
            escape(group.title),
            code(group.rule),
            group.findings.len().to_string(),
            group.affected.to_string(),
        ]);
    }
    table.write(out)
}

fn severity(group: &Group) -> String {
    let waived = if group.waived { ", waived" } else { "" };
    format!("**{}{waived}**", words::severity(group.severity))
}

fn write_group(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {}\n", escape(group.title))?;
    let mut facts = vec![severity(group), code(group.rule)];
    if group.findings.len() > 1 {
        facts.push(format!("{} found", group.findings.len()));
    }
    facts.push(format!("{} affected", group.affected));
    let first = group.findings[0];
    if let Some(task) = &first.task {
        facts.push(format!("cleared by task {}", code(task)));
    }
    writeln!(out, "{}\n", facts.join(" · "))?;
    writeln!(out, "{}", escape(&first.why))?;
    match group.findings[..] {
        [only] => write_single(only, out)?,
        _ => write_many(group, out)?,
    }
    write_consequences(group, out)
}

/// The consequences, all of them: nothing else tells of them.
fn write_consequences(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    if group.consequences.is_empty() {
        return Ok(());
    }
    let count = words::count(group.consequences.len() as u64, "consequence");
    writeln!(
        out,
        "\n{count} of it, which its task clears too unless they have other causes:\n"
    )?;
    let mut all = group.consequences.iter();
    all.try_for_each(|one| writeln!(out, "- {}", code(one)))
}

/// One finding: its evidence line by line, lists of objects as tables.
fn write_single(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if let Some(subject) = subject(finding) {
        writeln!(out, "\nConcerns {}.", code(subject))?;
    }
    let evidence = finding.evidence.iter();
    write_evidence(evidence.map(|fact| (&*fact.path, &fact.value)), "", out)
}

fn write_evidence<'a>(
    evidence: impl Iterator<Item = (&'a str, &'a Value)>,
    remark: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (lists, plain): (Vec<_>, Vec<_>) =
        evidence.partition(|(_, value)| evidence::objects(value).is_some());
    let mut before = "\n";
    for (name, value) in plain {
        let (name, value) = (code(name), cell(value));
        writeln!(out, "{before}- {name} = {value}{remark}")?;
        before = "";
    }
    for (name, value) in lists {
        let objects = evidence::objects(value).unwrap_or_default();
        writeln!(out, "\n{} ({}){remark}:\n", code(name), objects.len())?;
        object_table(objects).write(out)?;
    }
    Ok(())
}

/// Many findings: one row for each, and below what is the same for all of them.
fn write_many(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    let (shared, columns) = columns(group);
    let mut table = Table::new(&["Concerns"]);
    let counted = group.findings.iter().any(|finding| finding.affected != 1);
    if counted {
        table.head.push("Affected".to_owned());
    }
    table.head.extend(columns.iter().map(|label| code(label)));
    for finding in &group.findings {
        let mut row = vec![code(subject(finding).unwrap_or(&finding.key))];
        if counted {
            row.push(finding.affected.to_string());
        }
        let cells = columns.iter().map(|label| {
            let value = labelled(finding, label).map(|fact| cell(&fact.value));
            value.unwrap_or_default()
        });
        row.extend(cells);
        table.rows.push(row);
    }
    writeln!(out)?;
    table.write(out)?;
    let shared = shared.into_iter();
    let shared = shared.map(|fact| (evidence::label(&fact.path), &fact.value));
    write_evidence(shared, " (all of them)", out)
}

/// The evidence that all findings of a group have in common, and the names of the figures that
/// tell one from the other, without those that only repeat what is concerned.
fn columns<'a>(group: &Group<'a>) -> (Vec<&'a Evidence>, Vec<&'a str>) {
    let mut shared: Vec<&Evidence> = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    let first = group.findings[0];
    let all = group.findings.iter().flat_map(|finding| &finding.evidence);
    for fact in all {
        let label = evidence::label(&fact.path);
        let is_new = !columns.contains(&label) && !shared.iter().any(|fact| is(fact, label));
        if !is_new || repeats(group, label) {
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

/// Objects as a table: a row for each, a column for each field that one of them has.
fn object_table(objects: &[Value]) -> Table {
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
    let rows = objects.iter().map(|object| {
        let cells = names.iter().map(|name| match &object[name.as_str()] {
            nothing if is_nothing(nothing) => String::new(),
            value => cell(value),
        });
        cells.collect()
    });
    Table {
        head: names
            .iter()
            .map(|name| escape(&name.replace('_', " ")))
            .collect(),
        rows: rows.collect(),
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
    let shown = text::cut(&evidence::value(value), LONGEST);
    escape_shown(&text::visible(&shown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::fixture;

    /// The section of a rule with endpoints that fail each with its own detail.
    fn section(endpoints: usize) -> String {
        let mut assessment = fixture::assessment();
        let one = assessment.findings[0].clone();
        assessment.findings = (0..endpoints)
            .map(|number| {
                let host = format!("host{number}");
                let fact = |field: &str, value: Value| Evidence {
                    path: format!("network.endpoints[{host}:443].{field}"),
                    value,
                };
                let failure =
                    json!({"stage": "tls", "reason": "expired", "detail": format!("{host} ended")});
                Finding {
                    key: format!("core-endpoint-unreachable/{host}:443"),
                    evidence: vec![
                        fact("host", json!(host)),
                        fact("port", json!(443)),
                        fact("failure", failure),
                        Evidence {
                            path: "network.proxy".to_owned(),
                            value: Value::Null,
                        },
                    ],
                    ..one.clone()
                }
            })
            .collect();
        let mut out = Vec::new();
        write(&assessment, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn many_findings_are_a_table_of_what_tells_them_apart() {
        let section = section(2);
        assert!(section.contains(
            "| Concerns | `failure` |\n| --- | --- |\n\
             | `host0:443` | tls: host0 ended |\n\
             | `host1:443` | tls: host1 ended |\n\
             \n- `network.proxy` = absent (all of them)\n"
        ));
    }

    #[test]
    fn one_finding_shows_its_evidence_in_full() {
        let section = section(1);
        assert!(section.contains("Concerns `host0:443`."));
        assert!(section.contains("- `network.endpoints[host0:443].port` = 443\n"));
    }

    #[test]
    fn objects_are_a_table_without_empty_columns() {
        let objects = json!([
            {"attribute": "mail", "dn": "CN=a|b", "others": [], "value": "x", "build": null},
            {"attribute": "mail", "dn": "CN=c", "others": [], "value": ""},
        ]);
        let table = object_table(objects.as_array().unwrap());
        assert_eq!(table.head, ["dn", "attribute", "value"]);
        assert_eq!(
            table.rows,
            [[r"CN=a\|b", "mail", "x"], ["CN=c", "mail", ""]]
        );
    }
}
