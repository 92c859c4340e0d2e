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

/// A space at which no line is broken; it is written as an ordinary one.
pub(super) const NO_BREAK: char = '\u{a0}';

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

    /// A heading with an empty line before, and a remark at its right, or below if there is no room.
    pub(super) fn heading(&mut self, title: &str, remark: &str) -> io::Result<()> {
        self.gap()?;
        let used = text::width(title) + text::width(remark);
        let heading = self.paint(HEADING, title);
        if used >= self.width {
            self.line(&heading)?;
            return self.text(0, FAINT, remark);
        }
        let space = " ".repeat(self.width - used);
        let remark = self.paint(FAINT, remark);
        self.line(&format!("{heading}{space}{remark}"))
    }

    /// Wrapped text, every line `indent` columns in.
    pub(super) fn text(&mut self, indent: usize, style: Style, words: &str) -> io::Result<()> {
        self.item(indent, "", style, words)
    }

    /// Wrapped text behind a mark; the lines that follow stand under the text, but for a word too
    /// long for that: it begins further left, so that it stays whole and can be copied.
    pub(super) fn item(
        &mut self,
        indent: usize,
        mark: &str,
        style: Style,
        words: &str,
    ) -> io::Result<()> {
        let hang = indent + text::width(mark);
        let room = self.width - hang;
        let mut lead = format!("{}{mark}", " ".repeat(indent));
        for line in text::wrap_keeping(words, room, self.width) {
            let width = text::width(&line);
            if width > room {
                if !lead.trim().is_empty() {
                    self.line(&lead)?;
                }
                lead = " ".repeat(self.width.saturating_sub(width));
            }
            let painted = self.paint(style, &line);
            self.line(&format!("{lead}{painted}"))?;
            lead = " ".repeat(hang);
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
        writeln!(self.out, "{}", line.replace(NO_BREAK, " ").trim_end())
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

/// A cell that fills its column, cut with a mark if it is wider.
fn right_aligned(width: usize, cell: &str) -> String {
    let mut shown = cell.to_owned();
    while text::width(&shown) >= width {
        shown = match shown.trim_end_matches('…').char_indices().next_back() {
            Some((end, _)) => format!("{}…", &shown[..end]),
            None => String::new(),
        };
    }
    format!("{}{shown}", " ".repeat(width - text::width(&shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_that_is_too_wide_is_cut_with_a_mark() {
        assert_eq!(right_aligned(6, "4 h"), "   4 h");
        assert_eq!(right_aligned(6, "12345"), " 12345");
        assert_eq!(right_aligned(6, "123456"), " 1234…");
        assert_eq!(right_aligned(6, "漢漢漢漢"), " 漢漢…");
    }

    #[test]
    fn long_word_moves_left_to_stay_whole_and_only_then_breaks() {
        let mut out = Vec::new();
        let layout = Layout {
            width: 60,
            colour: Colour::Never,
        };
        let mut page = Page::new(layout, &mut out);
        page.item(4, "→ ", PLAIN, &format!("at {}", "a".repeat(58)))
            .unwrap();
        page.item(4, "→ ", PLAIN, &"b".repeat(60)).unwrap();
        page.item(4, "→ ", PLAIN, &"c".repeat(61)).unwrap();
        let expected = [
            "    → at".to_owned(),
            format!("  {}", "a".repeat(58)),
            "    →".to_owned(),
            "b".repeat(60),
            format!("    → {}", "c".repeat(54)),
            format!("      {}", "c".repeat(7)),
        ];
        assert_eq!(
            String::from_utf8(out).unwrap().lines().collect::<Vec<_>>(),
            expected
        );
    }
}
