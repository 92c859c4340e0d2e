//! Tables of Markdown, the rows of long ones folded away with their number.

use std::io::{self, Write};

/// Rows of a table that stand open.
pub(super) const OPEN_ROWS: usize = 50;

/// A table; every cell is escaped already.
pub(super) struct Table {
    /// The columns' headings.
    pub(super) head: Vec<String>,
    /// The rows, each as long as the heading.
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(super) fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Writes the table, with no empty line before or after. Rows after the first
    /// [`OPEN_ROWS`] are folded away under their number.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (open, folded) = self.rows.split_at(self.rows.len().min(OPEN_ROWS));
        self.write_rows(open, out)?;
        if folded.is_empty() {
            return Ok(());
        }
        let (left, all) = (folded.len(), self.rows.len());
        writeln!(
            out,
            "\n<details>\n<summary>and {left} more, {all} in all</summary>\n"
        )?;
        self.write_rows(folded, out)?;
        writeln!(out, "\n</details>")
    }

    fn write_rows(&self, rows: &[Vec<String>], out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "| {} |", self.head.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(self.head.len()))?;
        rows.iter()
            .try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rows: usize) -> String {
        let mut table = Table::new(&["Host", "Port"]);
        table.rows = (0..rows)
            .map(|number| vec![format!("host{number}"), "443".to_owned()])
            .collect();
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_beyond_the_limit_are_folded_and_counted() {
        assert_eq!(
            written(1),
            "| Host | Port |\n| --- | --- |\n| host0 | 443 |\n"
        );
        assert!(!written(OPEN_ROWS).contains("details"));
        let long = written(OPEN_ROWS + 1);
        assert!(long.contains("<summary>and 1 more, 51 in all</summary>"));
        assert!(long.ends_with("| host50 | 443 |\n\n</details>\n"));
    }
}
