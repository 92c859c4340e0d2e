//! Reads the settings dialects that sssd, Samba, systemd and Firefox share: sections in brackets,
//! `name = value` below them, comments after `#` or `;` at the beginning of a line.
//!
//! Lines that are neither are passed over, as the programs that own these files do.

use std::collections::BTreeMap;

/// Settings by section and name. Names are in lower case; sections are as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ini(BTreeMap<String, BTreeMap<String, String>>);

impl Ini {
    /// Reads text; a setting given twice has its last value.
    pub fn parse(text: &str) -> Self {
        let mut ini = Self::default();
        ini.merge(text);
        ini
    }

    /// Reads more text over what is there, as for a folder of additions.
    pub fn merge(&mut self, text: &str) {
        let mut section = String::new();
        for line in text.lines().map(str::trim) {
            if line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(rest) = line.strip_prefix('[') {
                rest.split(']')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .clone_into(&mut section);
            } else if let Some((name, value)) = line.split_once('=') {
                self.0
                    .entry(section.clone())
                    .or_default()
                    .insert(name.trim().to_lowercase(), value.trim().to_owned());
            }
        }
    }

    /// A setting that is not empty.
    pub fn get(&self, section: &str, name: &str) -> Option<&str> {
        self.0
            .get(section)?
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The section names, sorted.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_value_counts_and_comments_do_not() {
        let ini = Ini::parse("[a]\n# x = 1\nX = 2\n;X=3\nx=4\n[b\nx = [5]\n");
        assert_eq!(ini.get("a", "x"), Some("4"));
        assert_eq!(ini.get("b", "x"), Some("[5]"));
        assert_eq!(ini.get("c", "x"), None);
    }
}
