//! DNS records that are missing or wrong, as lines of a zone file (RFC 1035, 5) to hand over.
//!
//! Only what an open finding is about, and only where the catalogue names the right data; anything
//! else is a comment. Text from outside stands in comments alone, made visible, but for names that
//! are host names for certain.

use std::io::{self, Write};

use waterline_facts::{Environment, dns::RecordFacts};
use waterline_rules::assessment::Finding;

use crate::report::visible;

/// Seconds that others may remember a record.
const TTL: u32 = 3600;

/// The records that these findings are about.
pub fn records<'a>(environment: &'a Environment, findings: &[&Finding]) -> Vec<&'a RecordFacts> {
    let dns = environment.dns.known();
    let records = dns.and_then(|dns| dns.records.known());
    let is_meant = |record: &&RecordFacts| {
        record.matches.known() == Some(&false) && findings.iter().any(|one| is_about(one, record))
    };
    records.into_iter().flatten().filter(is_meant).collect()
}

/// Whether a finding is about a record: its key ends with the record's name, its domain, or its id.
fn is_about(finding: &Finding, record: &RecordFacts) -> bool {
    let is_of_records = finding.evidence.iter().any(|evidence| {
        evidence.path.starts_with("record") || evidence.path.starts_with("dns.records")
    });
    let thing = finding.key.strip_prefix(finding.rule.as_str());
    let thing = thing
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or_default();
    let (id, name) = thing.split_once('/').unwrap_or(("", thing));
    let is_named = name == record.name || name == record.domain;
    is_of_records && is_named && (id.is_empty() || id == record.id)
}

/// Writes the lines of these records.
pub fn write(head: &[String], records: &[&RecordFacts], out: &mut dyn Write) -> io::Result<()> {
    for line in head {
        writeln!(out, "; {line}")?;
    }
    for record in records {
        writeln!(out)?;
        writeln!(
            out,
            "; {} for {}",
            visible(&record.id),
            visible(&record.domain)
        )?;
        for found in record.answer.known().into_iter().flatten() {
            writeln!(out, "; found: {}", visible(found))?;
        }
        writeln!(out, "{}", line(record))?;
    }
    Ok(())
}

/// The line of one record.
fn line(record: &RecordFacts) -> String {
    let (name, kind) = (&record.name, &record.record_type);
    if !is_host(name) {
        return format!("; not written, as this is no host name: {}", visible(name));
    }
    if record.must_be_absent {
        return format!("; remove {name}. {}", visible(kind));
    }
    let right = record.expected.iter().find(|data| !data.contains('*'));
    match (kind.as_str(), right) {
        ("CNAME", Some(target)) if is_host(target) => {
            format!("{name}. {TTL} IN CNAME {target}.")
        }
        ("TXT", Some(text)) if is_plain(text) => format!("{name}. {TTL} IN TXT \"{text}\""),
        _ => format!(
            "; {name}. {TTL} IN {} …   the data is the tenant's own; expected: {}",
            visible(kind),
            visible(&record.expected.join(" or "))
        ),
    }
}

/// Whether a name has nothing but letters, digits, hyphens and underscores between its dots.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        let mut bytes = label.bytes();
        (1..=63).contains(&label.len())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// Whether a text can stand between quotes as it is.
fn is_plain(text: &str) -> bool {
    text.len() <= 255
        && text
            .bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use waterline_facts::Seen;

    use super::*;

    fn record(name: &str, kind: &str, expected: &[&str]) -> RecordFacts {
        RecordFacts {
            id: "enterprise-enrollment-cname".to_owned(),
            domain: "contoso.com".to_owned(),
            origin: Default::default(),
            name: name.to_owned(),
            record_type: kind.to_owned(),
            expected: expected.iter().map(|&data| data.to_owned()).collect(),
            must_be_absent: false,
            required: false,
            targets: Vec::new(),
            condition: String::new(),
            answer: Seen::Known(vec!["evil\n@ IN A 192.0.2.1".to_owned()]),
            matches: Seen::Known(false),
            answers: Vec::new(),
            resolvers_agree: Seen::Absent,
            split: Seen::Absent,
        }
    }

    #[test]
    fn only_what_is_known_to_be_right_is_a_line_and_all_else_a_comment() {
        let absent = RecordFacts {
            must_be_absent: true,
            ..record("msoid.contoso.com", "CNAME", &[])
        };
        let table = [
            (
                record(
                    "enterpriseenrollment.contoso.com",
                    "CNAME",
                    &["a.example", "b.example"],
                ),
                "enterpriseenrollment.contoso.com. 3600 IN CNAME a.example.",
            ),
            (
                record("contoso.com", "TXT", &["v=spf1 include:a.example -all"]),
                "contoso.com. 3600 IN TXT \"v=spf1 include:a.example -all\"",
            ),
            (absent, "; remove msoid.contoso.com. CNAME"),
            (
                record("contoso.com", "TXT", &["MS=ms*"]),
                "; contoso.com. 3600 IN TXT …   the data is the tenant's own; expected: MS=ms*",
            ),
            (
                record("a b\n.com", "CNAME", &["a.example"]),
                "; not written, as this is no host name: a b\\n.com",
            ),
            (
                record("contoso.com", "TXT", &["a\"b"]),
                "; contoso.com. 3600 IN TXT …   the data is the tenant's own; expected: a\"b",
            ),
        ];
        for (record, expected) in &table {
            assert_eq!(line(record), *expected);
        }
    }

    #[test]
    fn what_was_found_cannot_leave_its_comment() {
        let mut out = Vec::new();
        write(
            &[],
            &[&record("x.contoso.com", "CNAME", &["a.example"])],
            &mut out,
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(';')).collect();
        assert_eq!(lines, ["", "x.contoso.com. 3600 IN CNAME a.example."]);
    }
}
