//! One entry of the directory, still to be broken by a fault, then written.

use std::borrow::Cow;

/// A value's bytes.
pub(super) type Value = Cow<'static, [u8]>;

/// One entry: its name, and its attributes in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Object {
    /// Distinguished name.
    pub dn: String,
    /// Attributes, one item a value; values of one attribute stand together.
    pub attributes: Vec<(&'static str, Value)>,
}

impl Object {
    /// An entry with its classes and what every entry of a whole export has.
    pub fn new(dn: String, classes: &'static [&'static str], category: Cow<'static, str>) -> Self {
        let mut attributes = Vec::with_capacity(40);
        attributes.extend(classes.iter().map(|class| ("objectClass", text(*class))));
        let mut object = Self { dn, attributes };
        object.add("objectCategory", category);
        object.add("instanceType", "4");
        object
    }

    /// Adds a value at the end.
    pub fn add(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        self.attributes.push((name, text(value)));
    }

    /// Adds a value that is no text.
    pub fn add_bytes(&mut self, name: &'static str, value: Vec<u8>) {
        self.attributes.push((name, Cow::Owned(value)));
    }

    /// The first value of an attribute; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// The values of an attribute that are text.
    pub fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let of_name = self
            .attributes
            .iter()
            .filter(move |(other, _)| *other == name);
        of_name.filter_map(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Gives an attribute one value in place of those that it has.
    pub fn set(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        let at = self.attributes.iter().position(|(other, _)| *other == name);
        self.remove(name);
        let at = at.unwrap_or(self.attributes.len());
        self.attributes.insert(at, (name, text(value)));
    }

    /// Adds a value beside those that the attribute has.
    pub fn insert(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        let last = self
            .attributes
            .iter()
            .rposition(|(other, _)| *other == name);
        let at = last.map_or(self.attributes.len(), |last| last + 1);
        self.attributes.insert(at, (name, text(value)));
    }

    /// Takes an attribute away.
    pub fn remove(&mut self, name: &str) {
        self.attributes.retain(|(other, _)| *other != name);
    }
}

fn text(value: impl Into<Cow<'static, str>>) -> Value {
    match value.into() {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// A value in a distinguished name, with what RFC 4514 wants escaped.
pub(super) fn escaped(value: &str) -> Cow<'_, str> {
    if !value.contains(|c| ",+\"\\<>;=".contains(c)) {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 2);
    for character in value.chars() {
        if ",+\"\\<>;=".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_attribute_stand_together() {
        let mut object = Object::new("CN=a".to_owned(), &["top", "group"], "CN=Group".into());
        object.add("mail", "a@example.com");
        object.insert("objectClass", "extra");
        object.set("mail", "b@example.com");
        object.insert("mail", "c@example.com");
        let names: Vec<_> = object.attributes.iter().map(|(name, _)| *name).collect();
        let mail: Vec<_> = object.values("mail").collect();
        assert_eq!(mail, ["b@example.com", "c@example.com"]);
        assert_eq!(names[..3], ["objectClass"; 3]);
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(escaped("Doe, Jane"), r"Doe\, Jane");
        assert_eq!(escaped("Jane"), "Jane");
    }
}
