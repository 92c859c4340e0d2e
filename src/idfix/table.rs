//! The table as CSV, with the columns that the withdrawn tool exports.
//!
//! Lines wait on the disk, in a file without a name, until all are known: the tool shows them sorted
//! by distinguished name, and no table is to begin that a failure then leaves without its end.
//! Memory holds the name and place of each line.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
};

use waterline_facts::Gap;
use waterline_rules::objects::idfix::{Row, RowSink};

use crate::report::csv;

/// The names of the columns; `ACTION` is for the user of the tool to fill in.
const COLUMNS: [&str; 9] = [
    "DISTINGUISHEDNAME",
    "COMMONNAME",
    "OBJECTCLASS",
    "ATTRIBUTE",
    "ERROR",
    "VALUE",
    "UPDATE",
    "PROPOSEDACTION",
    "ACTION",
];

/// What stands in the column `ERROR` of a last line, which the tool never writes, where the objects
/// were not read to their end.
const NOT_ASSESSED: &str = "NotAssessed";

/// The lines so far.
#[derive(Debug)]
pub struct Table {
    waiting: BufWriter<File>,
    end: u64,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// The distinguished name in upper case, by which lines are sorted.
    name: Box<str>,
    at: u64,
    length: usize,
}

impl Table {
    /// A table without lines.
    ///
    /// # Errors
    /// If there is no room for files that wait.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            waiting: BufWriter::new(tempfile::tempfile()?),
            end: 0,
            lines: Vec::new(),
        })
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it has no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Writes the table, sorted by distinguished name; lines of one object stay in their order.
    /// A gap is told in a last line, so that nobody takes a part for the whole.
    ///
    /// # Errors
    /// If the lines cannot be read again, or the writer fails.
    pub fn write(&mut self, gap: Option<&Gap>, out: &mut dyn Write) -> io::Result<()> {
        self.waiting.flush()?;
        self.lines.sort_by(|a, b| a.name.cmp(&b.name));
        out.write_all(csv::line(COLUMNS).as_bytes())?;
        let mut text = Vec::new();
        for line in &self.lines {
            let file = self.waiting.get_mut();
            file.seek(SeekFrom::Start(line.at))?;
            text.resize(line.length, 0);
            file.read_exact(&mut text)?;
            out.write_all(&text)?;
        }
        match gap {
            Some(gap) => out.write_all(last_line(gap).as_bytes()),
            None => Ok(()),
        }
    }
}

impl RowSink for Table {
    type Error = io::Error;

    fn take(&mut self, row: &Row<'_>) -> io::Result<()> {
        let text = csv::line([
            row.distinguished_name,
            row.common_name,
            row.object_class,
            row.attribute,
            &row.error_text(),
            row.value.unwrap_or_default(),
            row.update.unwrap_or_default(),
            row.action.name(),
            "",
        ]);
        self.waiting.write_all(text.as_bytes())?;
        self.lines.push(Line {
            name: row.distinguished_name.to_uppercase().into(),
            at: self.end,
            length: text.len(),
        });
        self.end += text.len() as u64;
        Ok(())
    }
}

fn last_line(gap: &Gap) -> String {
    let told = format!("the objects were not read to their end: {gap}");
    csv::line(["", "", "", "", NOT_ASSESSED, &told, "", "", ""])
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;
    use waterline_rules::objects::idfix::{Action, ErrorTypes};

    use super::*;

    fn row<'a>(dn: &'a str, value: &'a str) -> Row<'a> {
        Row {
            distinguished_name: dn,
            common_name: "Ann",
            object_class: "user",
            attribute: "mail",
            errors: &[ErrorTypes::LENGTH, ErrorTypes::DUPLICATE],
            value: Some(value),
            update: None,
            action: Action::Edit,
        }
    }

    fn written(table: &mut Table, gap: Option<&Gap>) -> String {
        let mut out = Vec::new();
        table.write(gap, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_are_sorted_by_name_and_keep_the_order_within_an_object() {
        let mut table = Table::new().unwrap();
        for (dn, value) in [("CN=b,DC=x", "1"), ("cn=A,DC=x", "é"), ("CN=b,DC=x", "0")] {
            table.take(&row(dn, value)).unwrap();
        }
        let text = written(&mut table, None);
        let expected = "DISTINGUISHEDNAME,COMMONNAME,OBJECTCLASS,ATTRIBUTE,ERROR,VALUE,UPDATE,\
                        PROPOSEDACTION,ACTION\r\n\
                        \"cn=A,DC=x\",Ann,user,mail,\"Length, Duplicate\",é,,Edit,\r\n\
                        \"CN=b,DC=x\",Ann,user,mail,\"Length, Duplicate\",1,,Edit,\r\n\
                        \"CN=b,DC=x\",Ann,user,mail,\"Length, Duplicate\",0,,Edit,\r\n";
        assert_eq!(text, expected);
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn a_part_of_a_table_says_so_in_its_last_line() {
        let gap = Gap::new(Reason::TimedOut, "cut off");
        let text = written(&mut Table::new().unwrap(), Some(&gap));
        let last = text.lines().last().unwrap();
        assert!(last.starts_with(",,,,NotAssessed,"), "{last}");
        assert!(last.contains("cut off"), "{last}");
    }
}
