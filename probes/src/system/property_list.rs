//! Reads property lists, XML and binary, as far as probes need them: no data, no fractions.
//!
//! Lists come from installed applications, so they are hostile: a binary list may refer to one
//! object from many places and grow without end when followed, and nesting may exhaust the stack.
//! Depth and number of values are therefore bounded while reading.

use std::{cell::Cell, collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use waterline_facts::Seen;

use super::malformed;

/// The deepest nesting that is followed; those of Apple have less than ten.
const DEPTH: u32 = 32;
/// The most values that are read; an application has some hundred.
const VALUES: u32 = 50_000;

thread_local! {
    // serde hands no state to `Deserialize`, so the budget of the list being read is kept here.
    static BUDGET: Cell<(u32, u32)> = const { Cell::new((DEPTH, VALUES)) };
}

/// A value of a property list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A string, or a date in its text form.
    Text(String),
    /// A dictionary.
    Dictionary(BTreeMap<String, Node>),
    /// An array.
    List(Vec<Node>),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Everything that no probe asks for.
    Other,
}

impl Node {
    /// The text under a path of keys, trimmed; absent if there is none or it is empty.
    pub fn text(&self, path: &[&str]) -> Seen<String> {
        let mut node = self;
        for key in path {
            match node {
                Self::Dictionary(entries) => match entries.get(*key) {
                    Some(entry) => node = entry,
                    None => return Seen::Absent,
                },
                _ => return Seen::Absent,
            }
        }
        match node {
            Self::Text(text) if !text.trim().is_empty() => Seen::Known(text.trim().to_owned()),
            Self::Text(_) => Seen::Absent,
            _ => malformed(format!("the entry {} is no text", path.join("/"))),
        }
    }

    /// The same as JSON; what no probe asks for is null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Number(number) => (*number).into(),
            Self::Other => serde_json::Value::Null,
            Self::List(list) => list.iter().map(Self::to_json).collect(),
            Self::Dictionary(entries) => {
                let entries = entries.iter();
                entries
                    .map(|(name, value)| (name.clone(), value.to_json()))
                    .collect()
            }
        }
    }
}

/// Reads a property list that came from `path`.
pub fn parse(bytes: &[u8], path: &str) -> Seen<Node> {
    BUDGET.set((DEPTH, VALUES));
    match plist::from_bytes::<Node>(bytes) {
        Ok(node @ Node::Dictionary(_)) => Seen::Known(node),
        Ok(_) => malformed(format!("{path} is no dictionary")),
        Err(error) => malformed(format!("{path}: {error}")),
    }
}

fn spend<E: Error>() -> Result<(), E> {
    let (depth, values) = BUDGET.get();
    let left = values
        .checked_sub(1)
        .ok_or_else(|| E::custom("it has too many values"))?;
    BUDGET.set((depth, left));
    Ok(())
}

fn nested<T, E: Error>(read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let (depth, values) = BUDGET.get();
    let deeper = depth
        .checked_sub(1)
        .ok_or_else(|| E::custom("it is nested too deeply"))?;
    BUDGET.set((deeper, values));
    let done = read();
    BUDGET.set((depth, BUDGET.get().1));
    done
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        spend()?;
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property list")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        nested(|| {
            let mut entries = BTreeMap::new();
            while let Some((key, value)) = map.next_entry::<String, Node>()? {
                entries.insert(key, value);
            }
            Ok(Node::Dictionary(entries))
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        nested(|| {
            let mut nodes = Vec::new();
            while let Some(node) = list.next_element::<Node>()? {
                nodes.push(node);
            }
            Ok(Node::List(nodes))
        })
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or(Node::Other, Node::Number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Node, E> {
        Ok(Node::Other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = r#"<?xml version="1.0"?><plist version="1.0">"#;

    fn xml(body: &str) -> Seen<Node> {
        parse(format!("{HEAD}{body}</plist>").as_bytes(), "x.plist")
    }

    #[test]
    fn texts_are_found_among_values_of_every_other_kind() {
        let read = xml(
            "<dict><key>a</key><array><integer>1</integer><real>1</real></array><key>b</key><true/>\
             <key>c</key><data>AA==</data><key>d</key><dict><key>e</key><string> f </string></dict>\
             <key>g</key><integer>-1</integer><key>h</key><date>2024-01-01T00:00:00Z</date></dict>",
        );
        let node = read.into_known().unwrap();
        assert_eq!(node.text(&["d", "e"]), Seen::Known("f".into()));
        assert_eq!(node.text(&["d", "x"]), Seen::Absent);
        assert!(node.text(&["b"]).is_unknown());
    }

    #[test]
    fn binary_list_is_read_as_its_xml_form() {
        let mut dictionary = plist::Dictionary::new();
        dictionary.insert("v".into(), "15.5".into());
        let mut bytes = Vec::new();
        plist::to_writer_binary(&mut bytes, &plist::Value::Dictionary(dictionary)).unwrap();
        let node = parse(&bytes, "x.plist").into_known().unwrap();
        assert_eq!(node.text(&["v"]), Seen::Known("15.5".into()));
    }

    #[test]
    fn binary_list_that_grows_when_followed_is_refused() {
        // Array i holds array i+1 twice: 40 objects, 2^39 values.
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        for index in 0..40u8 {
            offsets.push(u8::try_from(bytes.len()).unwrap());
            bytes.extend([0xA2, index + 1, index + 1]);
        }
        offsets.push(u8::try_from(bytes.len()).unwrap());
        bytes.push(0x09);
        let table = bytes.len() as u64;
        bytes.extend(&offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        bytes.extend((offsets.len() as u64).to_be_bytes());
        bytes.extend(0u64.to_be_bytes());
        bytes.extend(table.to_be_bytes());
        assert!(parse(&bytes, "x.plist").is_unknown());
    }

    #[test]
    fn deep_nesting_and_broken_lists_are_refused() {
        let deep = format!("{}{}", "<array>".repeat(9000), "</array>".repeat(9000));
        for body in [&deep, "<dict><key>a</key>", "<string>a</string>", ""] {
            assert!(xml(body).is_unknown());
        }
        assert!(parse(b"", "x.plist").is_unknown());
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_list_or_a_reason(bytes: Vec<u8>, tail: Vec<u8>) {
            let _ = parse(&bytes, "x.plist");
            let _ = parse(&[b"bplist00".as_slice(), &bytes, &tail].concat(), "x.plist");
            let _ = parse(&[HEAD.as_bytes(), &bytes].concat(), "x.plist");
        }
    }
}
