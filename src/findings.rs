//! Every violation of the object checks, as a table in a file.
//!
//! Facts keep the first violations of each check; this keeps all. While objects stream by they are
//! put aside in a temporary file without a name, in the folder of the table; in memory stays a
//! short entry for each. When all objects were seen, it is known which proposals are free, and the
//! table is written, sorted by check and distinguished name.

use std::{
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
};

use waterline_facts::objects::{ObjectCheck, Proposal, Violation};
use waterline_rules::{Finding, FindingSink, Settlement};

use crate::report::csv;

/// The columns of the table.
const COLUMNS: [&str; 9] = [
    "check",
    "kind",
    "dn",
    "attribute",
    "value",
    "fault",
    "proposal",
    "decision",
    "others",
];

/// Where a finding was put aside.
#[derive(Debug, Clone, Copy)]
struct Entry {
    check: ObjectCheck,
    object: u32,
    length: u32,
    at: u64,
}

/// Findings put aside until all objects were seen.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<std::fs::File>,
    entries: Vec<Entry>,
    written: u64,
    error: Option<io::Error>,
}

impl Spool {
    /// Nothing put aside yet; what will be goes to a file without a name in this folder.
    ///
    /// # Errors
    /// If no file can be made there.
    pub fn within(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?),
            entries: Vec::new(),
            written: 0,
            error: None,
        })
    }

    fn put(&mut self, finding: &Finding) -> io::Result<()> {
        let bytes = serde_json::to_vec(finding)?;
        self.file.write_all(&bytes)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.entries.push(Entry {
            check: finding.check,
            object: finding.object,
            length,
            at: self.written,
        });
        self.written += u64::from(length);
        Ok(())
    }

    /// What was put aside, to be settled.
    ///
    /// # Errors
    /// If something could not be put aside.
    pub fn settled(mut self, settlement: Settlement) -> io::Result<Findings> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let name = |entry: &Entry| settlement.name(entry.object);
        self.entries.sort_by(|a, b| {
            let earlier = (a.check, name(a)).cmp(&(b.check, name(b)));
            earlier.then(a.at.cmp(&b.at))
        });
        Ok(Findings {
            file: self
                .file
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?,
            entries: self.entries,
            settlement,
        })
    }
}

/// A file that cannot be written costs the table alone; what comes after the first error is
/// dropped.
impl FindingSink for Spool {
    fn take(&mut self, finding: &Finding) {
        if self.error.is_none() {
            self.error = self.put(finding).err();
        }
    }
}

/// All findings, sorted, with what it takes to settle them.
#[derive(Debug)]
pub struct Findings {
    file: std::fs::File,
    entries: Vec<Entry>,
    settlement: Settlement,
}

impl Findings {
    /// Writes the table.
    ///
    /// # Errors
    /// If what was put aside cannot be read, or the table not written.
    pub fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(csv::line(COLUMNS).as_bytes())?;
        for place in 0..self.entries.len() {
            let (check, violation) = self.at(place)?;
            out.write_all(line(check, &violation)?.as_bytes())?;
        }
        Ok(())
    }

    /// Hands out the violations of one check, by distinguished name.
    ///
    /// # Errors
    /// If what was put aside cannot be read, or the taker's own.
    pub fn each(
        &mut self,
        check: ObjectCheck,
        take: &mut dyn FnMut(Violation) -> io::Result<()>,
    ) -> io::Result<()> {
        let first = self.entries.partition_point(|entry| entry.check < check);
        let end = self.entries.partition_point(|entry| entry.check <= check);
        for place in first..end {
            take(self.at(place)?.1)?;
        }
        Ok(())
    }

    /// The check and the violation at this place of the order.
    fn at(&mut self, place: usize) -> io::Result<(ObjectCheck, Violation)> {
        let entry = self.entries[place];
        let mut bytes = vec![0; entry.length as usize];
        self.file.seek(SeekFrom::Start(entry.at))?;
        self.file.read_exact(&mut bytes)?;
        let violation = self.settlement.settle(serde_json::from_slice(&bytes)?);
        Ok((entry.check, violation))
    }
}

fn line(check: ObjectCheck, violation: &Violation) -> io::Result<String> {
    let (proposal, decision) = match &violation.proposal {
        Proposal::Proposed(value) => (value.as_str(), "proposed"),
        Proposal::Decide => ("", "a person must decide"),
    };
    let kind = serde_json::to_value(violation.kind)?;
    Ok(csv::line([
        check.id(),
        kind.as_str().unwrap_or_default(),
        &violation.dn,
        &violation.attribute,
        &violation.value,
        &violation.fault,
        proposal,
        decision,
        &violation.others.join(" | "),
    ]))
}

#[cfg(test)]
mod tests {
    use waterline_facts::objects::{DirectoryObject, ObjectKind};
    use waterline_rules::{Checker, Profile};

    use super::*;

    fn user(name: &str, upn: &str, mail: &str) -> DirectoryObject {
        DirectoryObject {
            sam_account_name: Some(name.to_owned()),
            user_principal_name: Some(upn.to_owned()),
            mail: Some(mail.to_owned()),
            ..DirectoryObject::new(ObjectKind::User, format!("CN={name},DC=contoso"))
        }
    }

    /// The table of these objects, read line by line.
    fn table(objects: &[DirectoryObject]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::within(folder.path()).unwrap();
        let mut checker = Checker::new(&Profile::default());
        for object in objects {
            checker.feed_into(std::slice::from_ref(object), &mut spool);
        }
        let (_, settlement) = checker.conclude(&mut spool);
        let mut out = Vec::new();
        spool.settled(settlement).unwrap().write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_violation_has_a_line_sorted_by_check_and_name() {
        let mut objects: Vec<_> = (0..120)
            .rev()
            .map(|n| user(&format!("u{n:03}"), "ann lee@contoso.com", "=x@contoso.com"))
            .collect();
        objects.push(user("ann", "ann@contoso.local", "ann@contoso.com"));
        let lines = table(&objects);
        assert_eq!(lines[0], COLUMNS.join(","));
        let of = |check: &str| -> Vec<&String> {
            let start = format!("{check},");
            lines
                .iter()
                .filter(|line| line.starts_with(&start))
                .collect()
        };
        let malformed = of("upn_malformed");
        assert_eq!(malformed.len(), 120);
        assert!(malformed.is_sorted());
        assert_eq!(of("upn_duplicate").len(), 120);
        assert_eq!(
            of("upn_unroutable"),
            [
                "upn_unroutable,domain,\"CN=ann,DC=contoso\",userPrincipalName,ann@contoso.local,\
              suffix is not a public domain,ann@contoso.com,proposed,"
            ]
        );
    }

    #[test]
    fn a_value_that_two_would_be_given_is_proposed_to_neither() {
        let lines = table(&[
            user("a", "ann lee@contoso.com", "a b@x.com"),
            user("b", "ann  lee@contoso.com", "b c@x.com"),
        ]);
        let proposed = |line: &&String| line.starts_with("upn_malformed");
        let decided = lines.iter().filter(proposed);
        assert_eq!(decided.filter(|line| line.contains("person")).count(), 2);
    }

    #[test]
    fn a_table_that_could_not_be_put_aside_is_an_error_and_no_short_table() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::within(folder.path()).unwrap();
        spool.error = Some(io::Error::other("the disk is full"));
        let (_, settlement) = Checker::new(&Profile::default()).conclude(&mut spool);
        assert!(spool.settled(settlement).is_err());
    }
}
