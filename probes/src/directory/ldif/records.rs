//! The records of an LDIF file (RFC 2849): content only, no changes, nothing fetched from elsewhere.
//!
//! A record that is broken is told with its line and left out, and reading goes on. What shows that
//! the file is no export at all ends the reading. Of each record only the attributes that somebody
//! asked for are kept.

use std::{
    collections::HashSet,
    fmt,
    io::{self, BufRead},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::lines::{Line, Lines};
use crate::directory::entry::{Entry, Missing};

/// The most bytes that are kept of one record.
const LARGEST: usize = 64 * 1024 * 1024;

/// Every object of Active Directory has this attribute: an export without it was made of chosen
/// attributes only, so that a missing one says nothing.
const ALWAYS_SET: &str = "instanceType";

/// Reads records one by one.
pub(super) struct Records<'a, R> {
    lines: Lines<R>,
    wanted: &'a HashSet<String>,
}

/// Why a record could not be read.
#[derive(Debug)]
pub(super) enum Fault {
    /// This record is broken; the next can be read.
    Broken(Complaint),
    /// The file is no export that can be read.
    Refused(Complaint),
    /// The file itself cannot be read.
    Io(io::Error),
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

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl<'a, R: BufRead> Records<'a, R> {
    /// Begins to read; of attributes, those of these names (lower case) are kept.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn new(source: R, wanted: &'a HashSet<String>) -> io::Result<Self> {
        Ok(Self {
            lines: Lines::new(source)?,
            wanted,
        })
    }

    /// The next entry; nothing at the end.
    ///
    /// # Errors
    /// If a record is broken, after which the next can be read, or the file is no export.
    pub fn next(&mut self) -> Result<Option<Entry>, Fault> {
        loop {
            let mut record = Record::default();
            let mut broken = None;
            let mut ended = true;
            while let Some(line) = self.lines.next()? {
                if line.bytes.is_empty() {
                    ended = false;
                    break;
                }
                match record.take(&line, self.wanted) {
                    Err(Fault::Broken(complaint)) => broken = broken.or(Some(complaint)),
                    taken => taken?,
                }
            }
            if let Some(complaint) = broken {
                return Err(Fault::Broken(complaint));
            }
            match record.entry() {
                Some(entry) => return Ok(Some(entry)),
                None if ended => return Ok(None),
                None => {}
            }
        }
    }
}

/// A record in the making.
#[derive(Default)]
struct Record {
    dn: Option<String>,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
    size: usize,
    whole: bool,
    /// The record has lines but no name: what a search tool writes after the entries.
    aside: bool,
}

impl Record {
    fn take(&mut self, line: &Line, wanted: &HashSet<String>) -> Result<(), Fault> {
        let colon = line.bytes.iter().position(|byte| *byte == b':');
        let Some((name, rest)) = colon.map(|at| (&line.bytes[..at], &line.bytes[at + 1..])) else {
            return Err(broken(line, "it has no colon"));
        };
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| broken(line, "it has no attribute name"))?;
        let name = name
            .split(';')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if self.dn.is_none() {
            return self.begin(line, &name, rest);
        }
        if name == "changetype" {
            return Err(refused(
                line,
                "changetype marks a list of changes; an export is needed",
            ));
        }
        if rest.first() == Some(&b'<') {
            return Err(refused(
                line,
                "a value that is kept elsewhere (:<) is not fetched",
            ));
        }
        self.whole |= name.eq_ignore_ascii_case(ALWAYS_SET);
        if !wanted.contains(&name) {
            return Ok(());
        }
        let value = value(line, rest)?;
        self.size += value.len() + name.len();
        if self.size > LARGEST {
            return Err(broken(line, "the entry is too large"));
        }
        match self.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.attributes.push((name, vec![value])),
        }
        Ok(())
    }

    /// The first line of a record: its name, or something that a search tool adds.
    fn begin(&mut self, line: &Line, name: &str, rest: &[u8]) -> Result<(), Fault> {
        match name {
            "dn" if rest.first() != Some(&b'<') && !self.aside => {
                let dn = value(line, rest)?;
                let dn = String::from_utf8(dn);
                self.dn = Some(dn.map_err(|_| broken(line, "the name is no UTF-8"))?);
                Ok(())
            }
            "changetype" | "delete" | "add" | "replace" => Err(refused(
                line,
                "this is a list of changes; an export is needed",
            )),
            "version" if value(line, rest)? != b"1" => {
                Err(refused(line, "only version 1 of the format is known"))
            }
            // How ldapsearch closes its output. Any other result than 0 says that entries lack.
            "result" if !value(line, rest)?.starts_with(b"0") => {
                self.aside = true;
                Err(broken(
                    line,
                    "the search that made the export did not come to its end",
                ))
            }
            "version" => Ok(()),
            "search" | "result" | "control" | "pagedresults" | "ref" | "matcheddn" | "text" => {
                self.aside = true;
                Ok(())
            }
            _ if self.aside => Ok(()),
            _ => Err(broken(line, "a record must begin with dn:")),
        }
    }

    fn entry(self) -> Option<Entry> {
        let missing = if self.whole {
            Missing::Unset
        } else {
            Missing::NotExported
        };
        Some(Entry {
            dn: self.dn?,
            attributes: self.attributes,
            missing,
        })
    }
}

/// A value after its attribute's colon: plain, or in base64 after a second colon.
fn value(line: &Line, rest: &[u8]) -> Result<Vec<u8>, Fault> {
    match rest.strip_prefix(b":") {
        Some(encoded) => {
            let encoded = encoded.trim_ascii();
            STANDARD
                .decode(encoded)
                .map_err(|_| broken(line, "its base64 cannot be decoded"))
        }
        None => Ok(rest.trim_ascii_start().to_vec()),
    }
}

fn broken(line: &Line, what: &str) -> Fault {
    Fault::Broken(Complaint {
        line: line.number,
        what: what.to_owned(),
    })
}

fn refused(line: &Line, what: &str) -> Fault {
    Fault::Refused(Complaint {
        line: line.number,
        what: what.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> HashSet<String> {
        ["cn", "mail"].map(str::to_owned).into()
    }

    /// Names and `cn` values of the entries, and the complaints.
    fn read(text: &str) -> (Vec<(String, Option<String>)>, Vec<String>) {
        let wanted = wanted();
        let mut records = Records::new(text.as_bytes(), &wanted).unwrap();
        let (mut entries, mut complaints) = (Vec::new(), Vec::new());
        loop {
            match records.next() {
                Ok(Some(entry)) => entries.push((entry.dn.clone(), entry.text("cn"))),
                Ok(None) => return (entries, complaints),
                Err(Fault::Broken(complaint)) => complaints.push(complaint.to_string()),
                Err(Fault::Refused(complaint)) => {
                    complaints.push(format!("refused, {complaint}"));
                    return (entries, complaints);
                }
                Err(Fault::Io(error)) => panic!("{error}"),
            }
        }
    }

    fn entry(dn: &str, cn: &str) -> (String, Option<String>) {
        (dn.to_owned(), Some(cn.to_owned()))
    }

    #[test]
    fn records_are_read_in_all_their_forms() {
        let text =
            "version: 1\n# a comment\ndn: CN=a\ncn: a\n\n\n\ndn:: Q049w7Y=\ncn::  w7Y=\nother: x\n";
        let (entries, complaints) = read(text);
        assert_eq!(entries, [entry("CN=a", "a"), entry("CN=ö", "ö")]);
        assert!(complaints.is_empty());
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
                "dn: CN=b\ncn: b\n\nresult: 4 Size limit exceeded\n",
                "line 4: the search that",
            ),
        ];
        for (text, complaint) in cases {
            let (entries, complaints) = read(text);
            assert_eq!(entries, [entry("CN=b", "b")], "{text}");
            assert_eq!(complaints.len(), 1, "{complaints:?}");
            assert!(complaints[0].starts_with(complaint), "{complaints:?}");
        }
    }

    #[test]
    fn what_is_no_export_is_refused_with_its_line() {
        let cases = [
            (
                "dn: CN=a\nchangetype: modify\n",
                "refused, line 2: changetype",
            ),
            (
                "dn: CN=a\ncn:< file:///etc/passwd\n",
                "refused, line 2: a value that is kept",
            ),
            (
                "version: 2\n\ndn: CN=a\n",
                "refused, line 1: only version 1",
            ),
        ];
        for (text, complaint) in cases {
            let (_, complaints) = read(text);
            assert!(complaints[0].starts_with(complaint), "{complaints:?}");
        }
    }

    #[test]
    fn what_a_search_tool_adds_is_no_entry() {
        let text = "# extended LDIF\n\ndn: CN=a\ncn: a\n\n# reference\nref: ldap://b/\n\n\
                    search: 2\nresult: 0 Success\ncontrol: 1.2 false\n";
        let (entries, complaints) = read(text);
        assert_eq!(entries, [entry("CN=a", "a")]);
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    #[test]
    fn entry_is_whole_only_if_it_has_what_every_object_has() {
        let wanted = wanted();
        let missing = |text: &str| {
            Records::new(text.as_bytes(), &wanted)
                .unwrap()
                .next()
                .unwrap()
                .unwrap()
                .missing
        };
        assert_eq!(missing("dn: CN=a\ninstanceType: 4\n"), Missing::Unset);
        assert_eq!(missing("dn: CN=a\ncn: a\n"), Missing::NotExported);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_or_hang(text in "(dn|cn|version|:|<| |\n|#|a|=){0,80}") {
            let wanted = wanted();
            let mut records = Records::new(text.as_bytes(), &wanted).unwrap();
            while matches!(records.next(), Ok(Some(_)) | Err(Fault::Broken(_))) {}
        }

        #[test]
        fn any_value_survives_in_base64(bytes: Vec<u8>) {
            let text = format!("dn: CN=a\ncn:: {}\n", STANDARD.encode(&bytes));
            let wanted = wanted();
            let mut records = Records::new(text.as_bytes(), &wanted).unwrap();
            let entry = records.next().unwrap().unwrap();
            proptest::prop_assert_eq!(entry.value("cn").unwrap(), bytes.as_slice());
        }
    }
}
