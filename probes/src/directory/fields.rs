//! One entry as it is read in bulk: its values, still where they were read, and a number for each
//! attribute.
//!
//! A directory has millions of values; looking names up by number and copying nothing that is not
//! kept is what makes reading it fast. Entries of the small searches are copied into an
//! [`Entry`](super::entry::Entry), which is easier to work with.

use super::{
    attributes::forbidden,
    entry::{Entry, Missing},
    values,
};

/// A power of two that is some times the number of names that are asked for.
const SLOTS: usize = 256;

/// Values that most entries have no more of.
const TYPICAL: usize = 48;

/// The number of an attribute among [`Names`].
pub(super) type Number = u16;

/// The attributes that are kept; all others are passed over.
#[derive(Debug)]
pub(super) struct Names {
    names: Vec<&'static str>,
    slots: Vec<Vec<Number>>,
}

impl Names {
    /// Numbers these names, in their order; one that must never be read has no number.
    pub fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        let mut known = Self {
            names: Vec::new(),
            slots: vec![Vec::new(); SLOTS],
        };
        for name in names {
            known.add(name);
        }
        known
    }

    fn add(&mut self, name: &'static str) {
        if forbidden(name) || self.number(name.as_bytes()).is_some() {
            return;
        }
        if let Ok(number) = Number::try_from(self.names.len()) {
            self.slots[slot(name.as_bytes())].push(number);
            self.names.push(name);
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// The number of an attribute, named in any case and without options.
    pub fn number(&self, name: &[u8]) -> Option<Number> {
        let slot = &self.slots[slot(name)];
        let same = |number: &&Number| {
            let known = self.names[usize::from(**number)].as_bytes();
            known == name || known.eq_ignore_ascii_case(name)
        };
        slot.iter().find(same).copied()
    }

    /// The name of a number that was given out.
    pub fn name(&self, number: Number) -> &'static str {
        self.names[usize::from(number)]
    }
}

/// Names of one length seldom begin and end alike.
fn slot(name: &[u8]) -> usize {
    let lower = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default() | 0x20);
    let middle = name.get(name.len() / 2);
    (name.len() * 67 + lower(name.first()) * 5 + lower(name.last()) * 31 + lower(middle) * 13)
        % SLOTS
}

/// The values of one entry.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    /// What the numbers stand for.
    pub names: &'a Names,
    /// Distinguished name, as it came.
    pub dn: &'a [u8],
    values: Vec<(Number, &'a [u8])>,
    present: Present,
}

/// Which attributes an entry may have: a bit for each number, which some share.
#[derive(Debug, Clone, Copy, Default)]
struct Present([u64; 4]);

impl Present {
    fn add(&mut self, number: Number) {
        self.0[usize::from(number / 64 % 4)] |= 1 << (number % 64);
    }

    fn may_have(self, number: Number) -> bool {
        self.0[usize::from(number / 64 % 4)] >> (number % 64) & 1 == 1
    }
}

impl<'a> Fields<'a> {
    /// Those of no entry yet.
    pub fn new(names: &'a Names) -> Self {
        Self {
            names,
            dn: b"",
            values: Vec::with_capacity(TYPICAL),
            present: Present::default(),
        }
    }

    /// Those of an entry of this name.
    pub fn of_entry(
        names: &'a Names,
        dn: &'a [u8],
        values: impl Iterator<Item = (Number, &'a [u8])>,
    ) -> Self {
        let mut present = Present::default();
        let values = values.inspect(|(number, _)| present.add(*number)).collect();
        Self {
            names,
            dn,
            values,
            present,
        }
    }

    /// Begins with the next entry.
    pub fn clear(&mut self) {
        self.values.clear();
        self.present = Present::default();
    }

    /// Adds a value.
    pub fn push(&mut self, number: Number, value: &'a [u8]) {
        self.present.add(number);
        self.values.push((number, value));
    }

    /// Attribute and value, in the order in which they came.
    pub fn values(&self) -> &[(Number, &'a [u8])] {
        &self.values
    }

    /// The values of an attribute.
    pub fn of(&self, number: Number) -> impl Iterator<Item = &'a [u8]> {
        let values = match self.present.may_have(number) {
            true => &self.values[..],
            false => &[],
        };
        let own = values.iter().filter(move |(own, _)| *own == number);
        own.map(|(_, value)| *value)
    }

    /// Whether one of the values is this text, without regard to case.
    pub fn has(&self, number: Number, text: &str) -> bool {
        self.of(number)
            .any(|value| value.eq_ignore_ascii_case(text.as_bytes()))
    }

    /// Copies the entry.
    pub fn to_entry(&self, missing: Missing) -> Entry {
        let mut attributes: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
        for (number, value) in &self.values {
            let name = self.names.name(*number);
            match attributes.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value.to_vec()),
                None => attributes.push((name.to_owned(), vec![value.to_vec()])),
            }
        }
        Entry {
            dn: values::text(self.dn),
            attributes,
            missing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_secrets_have_no_number() {
        let names = Names::new(["cn", "unicodePwd", "sAMAccountName", "CN", "*"]);
        assert_eq!(names.count(), 2);
        assert_eq!(names.number(b"CN"), Some(0));
        assert_eq!(names.number(b"samaccountname"), Some(1));
        for other in ["", "c", "cnn", "unicodePwd", "\u{3a3}"] {
            assert_eq!(names.number(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn values_of_an_attribute_are_kept_together_in_their_order() {
        let names = Names::new(["cn", "member"]);
        let values = vec![(1, &b"b"[..]), (0, b"x"), (1, b"a")];
        let dn = b"CN=x";
        let fields = Fields::of_entry(&names, dn, values.into_iter());
        let entry = fields.to_entry(Missing::Unset);
        assert_eq!(entry.texts("member"), ["b", "a"]);
        assert!(fields.has(0, "X") && !fields.has(1, "x"));
        assert_eq!(fields.of(1).collect::<Vec<_>>(), [b"b", b"a"]);
    }

    #[test]
    fn attributes_that_share_a_bit_are_told_apart() {
        let names = Names::new(["cn"]);
        let mut fields = Fields::new(&names);
        fields.push(1, b"x");
        assert_eq!(fields.of(1).count(), 1);
        assert_eq!([0, 2, 257].map(|number| fields.of(number).count()), [0; 3]);
        fields.clear();
        assert_eq!(fields.of(1).count(), 0);
    }
}
