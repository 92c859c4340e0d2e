//! Splits the text of `dsregcmd /status` into sections and fields.
//!
//! Boxes of `+---+` and `| Heading |`, then lines of `name : value`. Windows PowerShell saves
//! redirected text as UTF-16. Nothing is guessed from lines that have another form.

use super::catalog::{Catalog, Documented, alike};

/// More lines than that are not read; a whole output has some hundred.
const LINES: usize = 2_000;
/// Characters of a value beyond this number are cut off.
const LONGEST: usize = 1_024;

/// The text, split.
pub(super) struct StatusText<'a> {
    /// Documented sections whose heading was there.
    pub sections: Vec<&'a str>,
    /// Documented fields, in their order.
    pub fields: Vec<Line<'a>>,
    /// Fields that are not documented.
    pub unknown: u32,
}

/// A documented field with its value.
pub(super) struct Line<'a> {
    pub documented: Documented<'a>,
    pub value: String,
}

impl<'a> StatusText<'a> {
    /// Splits a text.
    pub(super) fn split(bytes: &[u8], catalog: &'a Catalog) -> Self {
        let text = decode(bytes);
        let mut split = Self {
            sections: Vec::new(),
            fields: Vec::new(),
            unknown: 0,
        };
        let mut section = "";
        for line in text.lines().take(LINES).map(str::trim) {
            if let Some(heading) = heading(line) {
                section = catalog.section(heading).unwrap_or_default();
                split
                    .sections
                    .extend((!section.is_empty()).then_some(section));
            } else if let Some((name, value)) = field(line) {
                match catalog.field(section, name) {
                    Some(documented) => split.fields.push(Line { documented, value }),
                    None => split.unknown += 1,
                }
            }
        }
        split
    }

    /// The value of a field, the first if it is there several times; that of this section alone.
    pub(super) fn value(&self, section: &str, name: &str) -> Option<&str> {
        let mut lines = self.fields.iter();
        let found = lines
            .find(|line| line.documented.section == section && alike(line.documented.name, name));
        found.map(|line| line.value.as_str())
    }

    /// Whether a section's heading was there.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains(&section)
    }
}

fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            let units = rest.chunks_exact(2);
            let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            let letters = char::decode_utf16(units);
            letters
                .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn heading(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?.trim();
    (!inner.is_empty()).then_some(inner)
}

/// A name and its value. Some versions print a second colon before the value.
fn field(line: &str) -> Option<(&str, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let value = value.trim_start_matches([':', ' ']).trim_end();
    (!name.is_empty() && !name.starts_with(['+', '|']))
        .then(|| (name, value.chars().take(LONGEST).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_fields_are_told_apart() {
        let text = "+---+\r\n| Device State |\r\n+---+\r\n\r\n  AzureAdJoined : YES\r\n  Neu : x\r\n\
                    no field\r\n| Something |\r\nKeySignTest: : MUST Run elevated to test.\r\n";
        let split = StatusText::split(text.as_bytes(), Catalog::embedded());
        assert_eq!(split.sections, ["Device State"]);
        assert_eq!(split.value("Device State", "azureadjoined"), Some("YES"));
        assert_eq!(
            split.value("Diagnostic Data", "KeySignTest"),
            Some("MUST Run elevated to test.")
        );
        assert_eq!(split.unknown, 1);
    }

    #[test]
    fn redirected_text_of_powershell_is_read() {
        let wide: Vec<u8> = "\u{feff}| User State |\r\nNgcSet : NO\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let split = StatusText::split(&wide, Catalog::embedded());
        assert_eq!(split.value("User State", "NgcSet"), Some("NO"));
    }
}
