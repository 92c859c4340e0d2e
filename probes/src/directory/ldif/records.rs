//! The records of a block of LDIF (RFC 2849): content only, no changes, nothing fetched elsewhere.
//!
//! A record that is broken is told with its line and left out, and reading goes on. What shows that
//! the file is no export at all ends the reading.

use std::fmt;

use super::{blocks::Block, lines::Lines, record::Record, words::Words};
use crate::directory::{entry::Missing, fields::Fields};

/// Why a record could not be read.
#[derive(Debug)]
pub(super) enum Fault {
    /// This record is broken; the next can be read.
    Broken(Complaint),
    /// The file is no export that can be read.
    Refused(Complaint),
}

/// What is wrong, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complaint {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Takes what stands in a block.
pub(super) trait Visitor {
    /// Takes an entry, whose record begins in this line.
    fn entry(&mut self, line: u64, fields: &Fields<'_>, missing: Missing);

    /// Takes note of a record that is broken.
    fn broken(&mut self, complaint: Complaint);
}

/// What else a block tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// How many lines it has.
    pub lines: u64,
    /// A comment said that ldapsearch wrote the file, which then closes it with a result.
    pub by_search: bool,
    /// That result has come.
    pub closed: bool,
}

/// Reads the records of a block.
///
/// # Errors
/// If it is no part of an export.
pub(super) fn read(
    block: &Block,
    words: &Words,
    visitor: &mut impl Visitor,
) -> Result<Told, Complaint> {
    let mut lines = Lines::new(&block.bytes);
    let mut told = Told::default();
    let mut record = Record::default();
    let mut broken = None;
    let mut first = 0;
    for line in lines.by_ref() {
        if line.bytes.is_empty() {
            end(&mut record, &mut broken, first, words, visitor);
            told.closed |= record.closes;
            record.clear();
            first = 0;
            continue;
        }
        if line.bytes.starts_with(b"#") {
            told.by_search |= line.bytes == b"# extended LDIF";
            continue;
        }
        if first == 0 {
            first = line.number;
        }
        match record.take(&line, words) {
            Ok(()) => {}
            Err(Fault::Broken(complaint)) => broken = broken.or(Some(complaint)),
            Err(Fault::Refused(complaint)) => return Err(complaint),
        }
    }
    told.lines = lines.read();
    if block.last && !block.bytes.is_empty() && block.bytes.last() != Some(&b'\n') {
        let what = "the file ends within a line, so its end is missing".to_owned();
        let line = told.lines;
        broken = broken.or(Some(Complaint { line, what }));
    }
    end(&mut record, &mut broken, first, words, visitor);
    told.closed |= record.closes;
    Ok(told)
}

/// Ends a record, whose lines began here.
fn end(
    record: &mut Record<'_>,
    broken: &mut Option<Complaint>,
    first: u64,
    words: &Words,
    visitor: &mut impl Visitor,
) {
    if let Some(complaint) = broken.take().or_else(|| record.lacks()) {
        visitor.broken(complaint);
    } else if let Some((fields, missing)) = record.fields(words) {
        visitor.entry(first, &fields, missing);
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::directory::query::{Filter, Place, Query, Scope};

    fn words() -> Words {
        Words::new(&[Query {
            base: Place::Domain(""),
            scope: Scope::Base,
            filter: Filter::Any,
            attributes: &["cn", "mail"],
            witness: Place::Domain(""),
        }])
    }

    #[derive(Default)]
    struct Seen {
        entries: Vec<(String, Option<Vec<u8>>)>,
        complaints: Vec<String>,
        missing: Vec<Missing>,
    }

    impl Visitor for Seen {
        fn entry(&mut self, _: u64, fields: &Fields<'_>, missing: Missing) {
            let entry = fields.to_entry(missing);
            let cn = entry.value("cn").map(<[u8]>::to_vec);
            self.entries.push((entry.dn, cn));
            self.missing.push(missing);
        }

        fn broken(&mut self, complaint: Complaint) {
            self.complaints.push(complaint.to_string());
        }
    }

    /// What a file of this text holds.
    fn read(text: &str) -> (Seen, Told) {
        let mut seen = Seen::default();
        let block = Block {
            bytes: text.as_bytes().to_vec(),
            last: true,
        };
        let told = super::read(&block, &words(), &mut seen).unwrap_or_else(|complaint| {
            seen.complaints.push(format!("refused, {complaint}"));
            Told::default()
        });
        (seen, told)
    }

    /// Complaints without their lines.
    fn what(complaints: &[String]) -> String {
        let words = complaints.iter().filter_map(|what| what.split_once(": "));
        words.map(|(_, what)| format!("{what}\n")).collect()
    }

    fn entry(dn: &str, cn: &str) -> (String, Option<Vec<u8>>) {
        (dn.to_owned(), Some(cn.as_bytes().to_vec()))
    }

    #[test]
    fn records_are_read_in_all_their_forms() {
        let text = "version: 1\n# a comment\ndn: CN=a\ncn: a\n\n\n\ndn:: Q04\n 9w7Y=\r\nCN;x-y::  \
                    w7Y=\nother: x\n";
        let (seen, told) = read(text);
        assert_eq!(seen.entries, [entry("CN=a", "a"), entry("CN=ö", "ö")]);
        assert!(seen.complaints.is_empty());
        assert_eq!(told.lines, 11);
    }

    #[test]
    fn broken_record_is_told_by_its_line_and_the_rest_is_read() {
        let cases = [
            (
                "dn: CN=a\nnonsense\n\ndn: CN=b\ncn: b\n",
                "line 2: it has no colon",
            ),
            (
                "dn: CN=a\ncn:: ***\n\ndn: CN=b\ncn: b\n",
                "line 2: its base64 cannot be decoded",
            ),
            (
                "cn: a\n\ndn: CN=b\ncn: b\n",
                "line 1: a record must begin with dn:",
            ),
            (
                "dn:: //8=\n\ndn: CN=b\ncn: b\n",
                "line 1: the name is no UTF-8",
            ),
            (
                "dn: CN=b\ncn: b\n\nresult: 4 Size limit exceeded\n",
                "line 4: the search that",
            ),
            (
                "dn: CN=b\ncn: b\n\ndn: CN=c\ncn: c",
                "line 5: the file ends within a line",
            ),
            (
                "dn: CN=a\nmember;range=0-1499: CN=x\n\ndn: CN=b\ncn: b\n",
                "line 2: the values of this attribute came in part",
            ),
        ];
        for (text, complaint) in cases {
            let (seen, _) = read(text);
            assert_eq!(seen.entries, [entry("CN=b", "b")], "{text}");
            assert_eq!(seen.complaints.len(), 1, "{:?}", seen.complaints);
            assert!(seen.complaints[0].starts_with(complaint), "{text}");
        }
    }

    #[test]
    fn ranges_that_come_to_their_end_are_whole() {
        let text = "dn: CN=a\nmember;range=0-1: CN=x\nmember;range=0-1: CN=y\nmember: \
                    \nmember;range=2-*: CN=z\ncn: a\n";
        let (seen, _) = read(text);
        assert_eq!(seen.entries, [entry("CN=a", "a")]);
    }

    #[test]
    fn what_is_no_export_is_refused_with_its_line() {
        let cases = [
            (
                "dn: CN=a\nchangetype: modify\n",
                "refused, line 2: changetype",
            ),
            ("dn: CN=a\nChangeType: add\n", "refused, line 2: changetype"),
            ("changetype: add\n", "refused, line 1: this is a list"),
            (
                "dn: CN=a\njpegPhoto:< file:///etc/passwd\n",
                "refused, line 2: a value that is kept",
            ),
            (
                "version: 2\n\ndn: CN=a\n",
                "refused, line 1: only version 1",
            ),
        ];
        for (text, complaint) in cases {
            let (seen, _) = read(text);
            assert!(seen.complaints[0].starts_with(complaint), "{text}");
        }
    }

    #[test]
    fn what_a_search_tool_adds_is_no_entry() {
        let text = "# extended LDIF\n\ndn: CN=a\ncn: a\n\n# reference\nref: ldap://b/\n\n\
                    search: 2\nresult: 0 Success\ncontrol: 1.2 false\n";
        let (seen, told) = read(text);
        assert_eq!(seen.entries, [entry("CN=a", "a")]);
        assert!(seen.complaints.is_empty(), "{:?}", seen.complaints);
        assert!(told.by_search && told.closed);
    }

    #[test]
    fn entry_is_whole_only_if_it_has_what_every_object_has() {
        let missing = |text: &str| read(text).0.missing[0];
        assert_eq!(missing("dn: CN=a\ninstanceType: 4\n"), Missing::Unset);
        assert_eq!(missing("dn: CN=a\ncn: a\n"), Missing::NotExported);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_or_hang(text in "(dn|cn|version|:|<| |\n|#|a|=){0,80}") {
            read(&text);
        }

        #[test]
        fn records_are_read_together_as_they_are_read_alone(
            records in proptest::collection::vec(
                "dn: CN=[ab]\n((cn|CN|mail|c|cnn|cn;x|o)(: |::|:|:<|\n : )(YQ==|a|b\n c|)\n){0,12}",
                0..12,
            ),
        ) {
            let text = |record: &String| format!("{record}\n");
            let alone = records.iter().map(|record| read(&text(record)).0);
            let mut expected = Seen::default();
            for seen in alone {
                let refused = seen.complaints.iter().any(|what| what.starts_with("refused"));
                expected.entries.extend(seen.entries);
                expected.complaints.push(what(&seen.complaints));
                if refused {
                    break;
                }
            }
            let (together, _) = read(&records.iter().map(text).collect::<String>());
            proptest::prop_assert_eq!(together.entries, expected.entries);
            proptest::prop_assert_eq!(what(&together.complaints), expected.complaints.concat());
        }

        #[test]
        fn any_value_survives_in_base64(bytes: Vec<u8>) {
            let text = format!("dn: CN=a\ncn:: {}\n", STANDARD.encode(&bytes));
            let (seen, _) = read(&text);
            proptest::prop_assert_eq!(seen.entries[0].1.as_ref(), Some(&bytes));
        }
    }
}
