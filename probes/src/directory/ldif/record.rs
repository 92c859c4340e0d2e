//! One record of an LDIF text, taken line by line: an entry, or what a search tool writes beside.
//!
//! Values stay where they stand; those that are folded or in base64 are written out beside.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    lines::Line,
    order::Order,
    records::{Complaint, Fault},
    words::Words,
};
use crate::directory::{
    entry::Missing,
    fields::{Fields, Number},
    wire::unfinished,
};

/// A record in the making; it is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    dn: Option<Place<'a>>,
    values: Vec<(Number, Place<'a>)>,
    /// Values that were unfolded or decoded.
    beside: Vec<u8>,
    /// The lines of a value in base64, joined.
    joined: Vec<u8>,
    order: Order<'a>,
    whole: bool,
    /// An attribute of which the last values have not come.
    unfinished: Option<(Number, u64)>,
    /// The record has lines but no name: what a search tool writes after the entries.
    aside: bool,
    /// The record is the result with which a search tool closes its output.
    pub closes: bool,
}

/// Where bytes stand.
#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    /// In the text.
    Text(&'a [u8]),
    /// Beside it, from here to there.
    Beside(usize, usize),
}

impl<'a> Record<'a> {
    /// Makes it empty for the next record.
    pub fn clear(&mut self) {
        self.values.clear();
        self.beside.clear();
        self.order.begin();
        *self = Self {
            order: std::mem::take(&mut self.order),
            values: std::mem::take(&mut self.values),
            beside: std::mem::take(&mut self.beside),
            joined: std::mem::take(&mut self.joined),
            ..Self::default()
        };
    }

    /// Takes a line.
    ///
    /// # Errors
    /// If it is broken, or shows that the file is no export.
    pub fn take(&mut self, line: &Line<'a>, words: &Words) -> Result<(), Fault> {
        if self.dn.is_some()
            && let Some((number, value)) = self.order.guess(line.bytes)
        {
            return self.add(line, number, value, words);
        }
        let colon = memchr::memchr(b':', line.bytes);
        let (name, value) = match colon.map(|at| line.bytes.split_at(at)) {
            None => return Err(broken(line, "it has no colon")),
            Some((name, _)) if name.trim_ascii().is_empty() => {
                return Err(broken(line, "it has no attribute name"));
            }
            Some((name, _)) if name.contains(&b'\n') => {
                return Err(broken(line, "its attribute name is folded"));
            }
            Some((name, rest)) => (name, &rest[1..]),
        };
        if self.dn.is_none() {
            return self.begin(line, name, value);
        }
        let options = memchr::memchr(b';', name);
        let base = &name[..options.unwrap_or(name.len())];
        let number = words.names.number(base);
        match (options, number) {
            (None, _) => self.order.note(name, number),
            (Some(_), Some(number)) if !value.starts_with(b"<") => {
                self.note_range(number, name, line.number);
            }
            _ => {}
        }
        self.add(line, number, value, words)
    }

    /// Adds the value of a line to the attribute of this number, if it is asked for.
    fn add(
        &mut self,
        line: &Line<'a>,
        number: Option<Number>,
        value: &'a [u8],
        words: &Words,
    ) -> Result<(), Fault> {
        if value.starts_with(b"<") {
            return Err(refused(
                line,
                "a value that is kept elsewhere (:<) is not fetched",
            ));
        }
        let Some(number) = number else {
            return Ok(());
        };
        if Some(number) == words.change {
            return Err(refused(
                line,
                "changetype marks a list of changes; an export is needed",
            ));
        }
        self.whole |= Some(number) == words.always_set;
        let value = self.value(line, value)?;
        self.values.push((number, value));
        Ok(())
    }

    /// A server gives many values in parts (`member;range=0-1499`), of which a simple tool fetches the
    /// first alone.
    fn note_range(&mut self, number: Number, name: &[u8], line: u64) {
        let name = String::from_utf8_lossy(name);
        if unfinished(&name).is_some() {
            self.unfinished = Some((number, line));
        } else if name.to_ascii_lowercase().contains(";range=")
            && self.unfinished.is_some_and(|(known, _)| known == number)
        {
            self.unfinished = None;
        }
    }

    /// The first line of a record: its name, or something that a search tool adds.
    fn begin(&mut self, line: &Line<'a>, name: &[u8], rest: &'a [u8]) -> Result<(), Fault> {
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        if is("dn") && rest.first() != Some(&b'<') && !self.aside {
            let dn = self.value(line, rest)?;
            if str::from_utf8(self.bytes(dn)).is_err() {
                return Err(broken(line, "the name is no UTF-8"));
            }
            self.dn = Some(dn);
            return Ok(());
        }
        if ["changetype", "delete", "add", "replace"]
            .into_iter()
            .any(is)
        {
            let what = "this is a list of changes; an export is needed";
            return Err(refused(line, what));
        }
        if is("version") {
            let version = self.value(line, rest)?;
            return match self.bytes(version) {
                b"1" => Ok(()),
                _ => Err(refused(line, "only version 1 of the format is known")),
            };
        }
        self.tool(line, name, rest)
    }

    /// A line with which ldapsearch closes its output.
    fn tool(&mut self, line: &Line<'a>, name: &[u8], rest: &'a [u8]) -> Result<(), Fault> {
        let is = |word: &&str| name.eq_ignore_ascii_case(word.as_bytes());
        let beside = [
            "search",
            "control",
            "pagedresults",
            "ref",
            "matcheddn",
            "text",
        ];
        if is(&"result") {
            self.aside = true;
            let result = self.value(line, rest)?;
            // Any other result than 0 says that entries lack.
            if !self.bytes(result).starts_with(b"0") {
                let what = "the search that made the export did not come to its end";
                return Err(broken(line, what));
            }
            self.closes = true;
        } else if beside.iter().any(is) {
            self.aside = true;
        } else if !self.aside {
            return Err(broken(line, "a record must begin with dn:"));
        }
        Ok(())
    }

    /// A value after its attribute's colon: plain, or in base64 after a second colon.
    fn value(&mut self, line: &Line<'_>, rest: &'a [u8]) -> Result<Place<'a>, Fault> {
        let encoded = rest.strip_prefix(b":");
        if encoded.is_none() && !line.folded {
            return Ok(Place::Text(rest.trim_ascii_start()));
        }
        let from = self.beside.len();
        let unfolded = |bytes, into: &mut Vec<u8>| Line { bytes, ..*line }.unfold(into);
        match encoded {
            None => unfolded(rest.trim_ascii_start(), &mut self.beside),
            Some(encoded) => {
                self.joined.clear();
                unfolded(encoded, &mut self.joined);
                STANDARD
                    .decode_vec(self.joined.trim_ascii(), &mut self.beside)
                    .map_err(|_| broken(line, "its base64 cannot be decoded"))?;
            }
        }
        Ok(Place::Beside(from, self.beside.len()))
    }

    fn bytes<'b>(&'b self, place: Place<'b>) -> &'b [u8] {
        match place {
            Place::Text(bytes) => bytes,
            Place::Beside(from, to) => &self.beside[from..to],
        }
    }

    /// What lacks although the record is sound.
    pub fn lacks(&self) -> Option<Complaint> {
        self.unfinished.map(|(_, line)| Complaint {
            line,
            what: "the values of this attribute came in part (range)".to_owned(),
        })
    }

    /// The entry; nothing if the lines were no entry.
    pub fn fields<'b>(&'b self, words: &'b Words) -> Option<(Fields<'b>, Missing)> {
        let value = |(number, place): &(Number, Place<'b>)| (*number, self.bytes(*place));
        let values = self.values.iter().map(value);
        let fields = Fields::of_entry(&words.names, self.bytes(self.dn?), values);
        let missing = match self.whole {
            true => Missing::Unset,
            false => Missing::NotExported,
        };
        Some((fields, missing))
    }
}

fn broken(line: &Line<'_>, what: &str) -> Fault {
    Fault::Broken(Complaint {
        line: line.number,
        what: what.to_owned(),
    })
}

fn refused(line: &Line<'_>, what: &str) -> Fault {
    Fault::Refused(Complaint {
        line: line.number,
        what: what.to_owned(),
    })
}
