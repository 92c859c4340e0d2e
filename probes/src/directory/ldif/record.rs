//! One record of an LDIF file, taken line by line: an entry, or what a search tool writes beside.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    lines::Line,
    records::{Complaint, Fault},
};
use crate::directory::entry::{Entry, Missing};

/// The most bytes that are kept of one record.
const LARGEST: usize = 64 * 1024 * 1024;

/// Every object of Active Directory has this attribute: an export without it was made of chosen
/// attributes only, so that a missing one says nothing.
const ALWAYS_SET: &str = "instanceType";

/// A record in the making.
#[derive(Default)]
pub(super) struct Record {
    dn: Option<String>,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
    size: usize,
    whole: bool,
    /// The record has lines but no name: what a search tool writes after the entries.
    aside: bool,
    /// The record is the result with which a search tool closes its output.
    pub closes: bool,
}

impl Record {
    /// Takes a line.
    ///
    /// # Errors
    /// If it is broken, or shows that the file is no export.
    pub fn take(&mut self, line: &Line, wanted: &HashSet<String>) -> Result<(), Fault> {
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
            "result" => {
                (self.aside, self.closes) = (true, true);
                Ok(())
            }
            "search" | "control" | "pagedresults" | "ref" | "matcheddn" | "text" => {
                self.aside = true;
                Ok(())
            }
            _ if self.aside => Ok(()),
            _ => Err(broken(line, "a record must begin with dn:")),
        }
    }

    /// The entry; nothing if the lines were no entry.
    pub fn entry(self) -> Option<Entry> {
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
