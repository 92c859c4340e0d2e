//! One directory entry as it was read: its name and the bytes of its values.

use waterline_facts::{Gap, Reason, Seen};

use super::values;

/// What to do if an export lacks attributes.
pub(super) const WHOLE: &str = "export whole entries, with no list of attributes (ldifde without \
                                -l), or name a server with --server";

/// One entry, with the attributes that were asked for as far as it has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Distinguished name, as it came.
    pub dn: String,
    /// Attributes with their values, as they came; options such as `;binary` are cut off.
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
    /// What it means if an attribute is not there.
    pub missing: Missing,
}

/// What it means if an entry does not have an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Missing {
    /// The entry has no such value, or the reader may not see it.
    #[default]
    Unset,
    /// The export may have left it out.
    NotExported,
}

impl Entry {
    /// All values of an attribute; none if the entry does not have it.
    pub fn values(&self, attribute: &str) -> &[Vec<u8>] {
        let named = |(name, _): &&(String, _)| name.eq_ignore_ascii_case(attribute);
        self.attributes
            .iter()
            .find(named)
            .map_or(&[], |(_, values)| values.as_slice())
    }

    /// The first value of an attribute.
    pub fn value(&self, attribute: &str) -> Option<&[u8]> {
        self.values(attribute).first().map(Vec::as_slice)
    }

    /// The first value as text.
    pub fn text(&self, attribute: &str) -> Option<String> {
        self.value(attribute).map(values::text)
    }

    /// All values as text, in the order in which they came.
    pub fn texts(&self, attribute: &str) -> Vec<String> {
        self.values(attribute)
            .iter()
            .map(|value| values::text(value))
            .collect()
    }

    /// The first value as a number.
    pub fn integer(&self, attribute: &str) -> Option<i64> {
        self.value(attribute).and_then(values::integer)
    }

    /// Whether one of the values is this text, without regard to case.
    pub fn has(&self, attribute: &str, value: &str) -> bool {
        let wanted = value.as_bytes();
        self.values(attribute)
            .iter()
            .any(|held| held.eq_ignore_ascii_case(wanted))
    }

    /// The fact that the first value of an attribute states: absent if it is not set, unknown if it
    /// cannot be understood or the export may have left it out.
    pub fn fact<T>(&self, attribute: &str, read: impl Fn(&[u8]) -> Option<T>) -> Seen<T> {
        match self.value(attribute) {
            Some(value) => read(value).map_or_else(|| self.malformed(attribute), Seen::Known),
            None => self.unset(attribute),
        }
    }

    /// The fact that an attribute has no value.
    pub fn unset<T>(&self, attribute: &str) -> Seen<T> {
        match self.missing {
            Missing::Unset => Seen::Absent,
            Missing::NotExported => {
                let what = format!("the export does not hold {attribute} of {}", self.dn);
                Seen::Unknown(Gap::new(Reason::NotConfigured, what).with_remedy(WHOLE))
            }
        }
    }

    fn malformed<T>(&self, attribute: &str) -> Seen<T> {
        let what = format!("{attribute} of {} cannot be understood", self.dn);
        Seen::Unknown(Gap::new(Reason::Malformed, what).with_remedy("look at it in the directory"))
    }
}

/// A count or level that is never negative.
pub(super) fn small_number(value: &[u8]) -> Option<u32> {
    values::integer(value).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(missing: Missing) -> Entry {
        let attributes = vec![
            ("objectVersion".to_owned(), vec![b"88".to_vec()]),
            ("broken".to_owned(), vec![b"x".to_vec()]),
        ];
        Entry {
            dn: "CN=a".to_owned(),
            attributes,
            missing,
        }
    }

    #[test]
    fn attribute_names_ignore_case() {
        assert_eq!(entry(Missing::Unset).integer("OBJECTversion"), Some(88));
        assert!(entry(Missing::Unset).has("objectversion", "88"));
    }

    #[test]
    fn unset_is_absent_only_where_the_entry_is_whole() {
        let read = |missing| entry(missing).fact("other", small_number);
        assert_eq!(read(Missing::Unset), Seen::Absent);
        let gap = read(Missing::NotExported);
        assert_eq!(gap.gap().unwrap().reason, Reason::NotConfigured);
    }

    #[test]
    fn value_that_cannot_be_read_is_unknown_not_absent() {
        let seen = entry(Missing::Unset).fact("broken", small_number);
        assert_eq!(seen.gap().unwrap().reason, Reason::Malformed);
    }
}
