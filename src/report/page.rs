//! A page in a terminal: headings, wrapped text and columns within a width, with or without colour.
//!
//! Text is wrapped first and coloured line by line after, so that no escape is ever split.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::text;

/// How a report looks in a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Columns of the terminal. Lines take at most 80 and are never set narrower than for 60.
    pub width: usize,
    /// Whether to colour; the caller knows the terminal, `--color` and `NO_COLOR`.
    pub colour: Colour,
}

impl Default for Layout {
    /// 80 columns, no colour.
    fn default() -> Self {
        Self {
            width: 80,
            colour: Colour::Never,
        }
    }
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Always,
    /// Plain text.
    Never,
}

/// A heading.
pub(super) const HEADING: Style = Style::new().bold();
/// Something that stands in the way.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Something that wants attention, or is not known.
pub(super) const CARE: Style = AnsiColor::Yellow.on_default();
/// Something that is as it should be.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// Something of less weight.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Ordinary text.
pub(super) const PLAIN: Style = Style::new();

/// A page that is being written.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    width: usize,
    colour: Colour,
}

impl<'a> Page<'a> {
    /// An empty page.
    pub(super) fn new(layout: Layout, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            width: layout.width.clamp(60, 80),
            colour: layout.colour,
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// An empty line between the items of a list.
    pub(super) fn gap_unless_first(&mut self, first: &mut bool) -> io::Result<()> {
        if std::mem::take(first) {
            return Ok(());
        }
        self.gap()
    }

    /// A heading with an empty line before, and a remark at its right.
    pub(super) fn heading(&mut self, title: &str, remark: &str) -> io::Result<()> {
        self.gap()?;
        let space = self
            .width
            .saturating_sub(text::width(title) + text::width(remark));
        let title = self.paint(HEADING, title);
        let remark = self.paint(FAINT, remark);
        self.line(&format!("{title}{}{remark}", " ".repeat(space)))
    }

    /// Wrapped text, every line `indent` columns in.
    pub(super) fn text(&mut self, indent: usize, style: Style, words: &str) -> io::Result<()> {
        self.item(indent, "", style, words)
    }

    /// Wrapped text behind a mark; the lines that follow stand under the text.
    pub(super) fn item(
        &mut self,
        indent: usize,
        mark: &str,
        style: Style,
        words: &str,
    ) -> io::Result<()> {
        let hang = indent + text::width(mark);
        for (number, line) in text::wrap(words, self.width - hang).iter().enumerate() {
            let lead = if number == 0 { mark } else { "" };
            let space = " ".repeat(hang - text::width(lead) - indent);
            let painted = self.paint(style, line);
            self.line(&format!("{}{lead}{space}{painted}", " ".repeat(indent)))?;
        }
        Ok(())
    }

    /// Wrapped text with columns at its right, which stand on the first line, each as wide as
    /// given and right-aligned.
    pub(super) fn row(
        &mut self,
        lead: (usize, &str, Style),
        words: &str,
        columns: &[(usize, &str)],
    ) -> io::Result<()> {
        let (lead_width, lead, style) = lead;
        let right: usize = columns.iter().map(|(width, _)| width).sum();
        let middle = self.width - lead_width - right;
        let lead_space = " ".repeat(lead_width.saturating_sub(text::width(lead)));
        let lead = self.paint(style, lead);
        for (number, line) in text::wrap(words, middle - 1).iter().enumerate() {
            if number > 0 {
                self.line(&format!("{}{line}", " ".repeat(lead_width)))?;
                continue;
            }
            let space = " ".repeat(middle - text::width(line));
            let cells: String = columns
                .iter()
                .map(|(width, cell)| right_aligned(*width, cell))
                .collect();
            self.line(&format!("{lead}{lead_space}{line}{space}{cells}"))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", line.trim_end())
    }

    fn paint(&self, style: Style, words: &str) -> String {
        match self.colour {
            Colour::Always if style != PLAIN && !words.is_empty() => {
                format!("{style}{words}{style:#}")
            }
            _ => words.to_owned(),
        }
    }
}

/// A cell that fills its column, cut if it is wider.
fn right_aligned(width: usize, cell: &str) -> String {
    let first = text::wrap(cell, width - 1)
        .into_iter()
        .next()
        .unwrap_or_default();
    format!("{}{first}", " ".repeat(width - text::width(&first)))
}
