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

use super::{lines::Lines, record::Record};
use crate::directory::entry::Entry;

/// Reads records one by one.
pub(super) struct Records<'a, R> {
    lines: Lines<R>,
    wanted: &'a HashSet<String>,
    /// The result with which a search tool closes its output has come.
    closed: bool,
    /// The end of the file was found, and what is wrong with it was told.
    ended: bool,
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
            closed: false,
            ended: false,
        })
    }

    /// The next entry; nothing at the end.
    ///
    /// # Errors
    /// If a record is broken, after which the next can be read, or the file is no export.
    pub fn next(&mut self) -> Result<Option<Entry>, Fault> {
        while !self.ended {
            let mut record = Record::default();
            let mut broken = None;
            self.ended = true;
            while let Some(line) = self.lines.next()? {
                if line.bytes.is_empty() {
                    self.ended = false;
                    break;
                }
                match record.take(&line, self.wanted) {
                    Err(Fault::Broken(complaint)) => broken = broken.or(Some(complaint)),
                    taken => taken?,
                }
            }
            self.closed |= record.closes;
            let complaint = broken.or_else(|| self.ended.then(|| self.end()).flatten());
            if let Some(complaint) = complaint {
                return Err(Fault::Broken(complaint));
            }
            if let Some(entry) = record.entry() {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// What is wrong with the end of the file. Of a file that was cut off after a line nothing shows
    /// it, unless a search tool wrote it.
    fn end(&self) -> Option<Complaint> {
        let what = if self.lines.cut() {
            "the file ends within a line, so its end is missing"
        } else if self.lines.by_search && !self.closed {
            "the search has no result at its end, so entries may be missing"
        } else {
            return None;
        };
        Some(Complaint {
            line: self.lines.count(),
            what: what.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::directory::entry::Missing;

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
            (
                "dn: CN=b\ncn: b\n\ndn: CN=c\ncn: c",
                "line 5: the file ends within a line",
            ),
            (
                "# extended LDIF\n\ndn: CN=b\ncn: b\n\n",
                "line 5: the search has no result",
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
