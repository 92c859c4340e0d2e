//! Which top-level domains count as real.
//!
//! The withdrawn tool has a list of 920 entries, last changed in January 2022, in a file beside the
//! program that its users may edit. That list is not part of this program: where it is not given,
//! the single-label entries of the public suffix list stand in for it, those of ASCII letters alone,
//! as the tool never lets an internationalised one pass. So domains delegated since 2022, or left
//! out of the tool's list, pass here; with the tool's own file at hand they do not.

use std::collections::HashSet;

/// The top-level domains that count as real.
#[derive(Debug, Clone, Default)]
pub struct TopLevelDomains {
    listed: Option<HashSet<String>>,
}

impl TopLevelDomains {
    /// Those of the public suffix list.
    pub fn public() -> Self {
        Self { listed: None }
    }

    /// Those of the tool's own file: one a line, with a period before it, in any case.
    pub fn listed(text: &str) -> Self {
        let entries = text.lines().map(|line| line.trim().to_lowercase());
        Self {
            listed: Some(entries.filter(|entry| !entry.is_empty()).collect()),
        }
    }

    /// How many entries the file had; none if there was no file.
    pub fn entries(&self) -> Option<usize> {
        self.listed.as_ref().map(HashSet::len)
    }

    /// Whether this ending, lower case with the period before it, counts as real.
    pub(super) fn holds(&self, ending: &str) -> bool {
        match &self.listed {
            Some(entries) => entries.contains(ending),
            None => ending.strip_prefix('.').is_some_and(is_public),
        }
    }
}

fn is_public(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_lowercase())
        && psl::suffix(label.as_bytes())
            .is_some_and(|suffix| suffix.is_known() && suffix.typ() == Some(psl::Type::Icann))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_endings_of_ascii_letters_are_real() {
        let domains = TopLevelDomains::public();
        for ending in [".com", ".de", ".gmbh", ".travelersinsurance"] {
            assert!(domains.holds(ending), "{ending}");
        }
        for ending in [
            ".local",
            ".lan",
            ".corp",
            ".b@host",
            ".xn--p1ai",
            ".рф",
            ".",
            "com",
        ] {
            assert!(!domains.holds(ending), "{ending}");
        }
    }

    #[test]
    fn the_tools_own_list_decides_where_it_is_given() {
        let domains = TopLevelDomains::listed(".com\r\n .EDU.AU \r\n\r\n.local\r\n");
        assert_eq!(domains.entries(), Some(3));
        assert!(domains.holds(".com") && domains.holds(".local"));
        assert!(!domains.holds(".de") && !domains.holds(".au"));
    }
}
