//! Findings in Markdown: an overview, and a section for each rule with everything that has the
//! defect and the evidence that tells one from the other.

use std::io::{self, Write};

use waterline_rules::Assessment;

use super::{heading, table::Table};
use crate::report::{
    details::{CHANGE, Details, Figure, Grid},
    escape::{code, escape, escape_shown},
    groups::{Group, groups},
    words,
};

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
    write_details(group, out)?;
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

/// One finding with its evidence line by line, or a row for each of many, and below what is the same
/// for all of them. Lists of objects are tables.
fn write_details(group: &Group, out: &mut dyn Write) -> io::Result<()> {
    let details = Details::of(group);
    if let Some(subject) = &details.subject {
        writeln!(out, "\nConcerns {}.", code(subject))?;
    }
    let remark = match details.table {
        Some(table) => {
            writeln!(out)?;
            differences(table).write(out)?;
            " (all of them)"
        }
        None => "",
    };
    let mut before = "\n";
    for Figure { name, value } in &details.figures {
        let (name, value) = (code(name), escape_shown(value));
        writeln!(out, "{before}- {name} = {value}{remark}")?;
        before = "";
    }
    for (name, objects) in details.lists {
        let count = objects.count;
        writeln!(out, "\n{} ({count}){remark}:\n", code(&name))?;
        object_table(objects).write(out)?;
    }
    match &details.change {
        Some(change) => writeln!(out, "\n{CHANGE} {}.", escape_shown(change)),
        None => Ok(()),
    }
}

/// A row for each finding, what it concerns as code.
fn differences(grid: Grid<'_>) -> Table {
    let names = grid.head.iter();
    let plain = ["Concerns", "Affected", CHANGE];
    let rows = grid.rows.map(|row| {
        let mut cells: Vec<String> = row.iter().map(|cell| escape_shown(cell)).collect();
        cells[0] = code(&row[0]);
        cells
    });
    Table {
        head: names
            .map(|name| match plain.contains(&name.as_str()) {
                true => name.clone(),
                false => code(name),
            })
            .collect(),
        rows: rows.collect(),
    }
}

fn object_table(grid: Grid<'_>) -> Table {
    let escaped = |cells: &Vec<String>| cells.iter().map(|cell| escape_shown(cell)).collect();
    Table {
        head: escaped(&grid.head),
        rows: grid.rows.map(|row| escaped(&row)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use waterline_rules::assessment::{Evidence, Finding};

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
}
