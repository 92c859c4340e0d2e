//! Distinguished names, taken apart by the rules of RFC 4514 and never by splitting at commas.
//!
//! Names are compared as Active Directory does, without regard to case. Conflict objects carry an
//! escaped line feed (`\0ACNF:`), and values may hold escaped commas.

/// A distinguished name, most specific part first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Dn(Vec<Rdn>);

/// The naming contexts that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Partition {
    /// A domain's own objects.
    Domain,
    /// The forest's configuration.
    Configuration,
    /// The forest's schema.
    Schema,
    /// DNS zones, and what is no part of a domain at all.
    Other,
}

impl Partition {
    /// How many there are.
    pub const COUNT: usize = 4;
}

/// How many parts a path has more than another, if it is that one or stands below it.
pub(super) fn depth(path: &[Rdn], base: &[Rdn]) -> Option<usize> {
    let depth = path.len().checked_sub(base.len())?;
    let below = path[depth..].iter().zip(base).all(|(a, b)| a.same(b));
    below.then_some(depth)
}

/// One part of a distinguished name. Of a part with several values (`a=1+b=2`) the first stands for
/// all; Active Directory has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rdn {
    /// The attribute, lower case.
    pub attribute: String,
    /// The value without escapes; bytes that are no UTF-8 are replaced.
    pub value: String,
}

impl Rdn {
    fn same(&self, other: &Self) -> bool {
        self.attribute == other.attribute && self.value.to_lowercase() == other.value.to_lowercase()
    }
}

impl Dn {
    /// Takes a name apart; nothing if it is not a distinguished name.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self::default());
        }
        split(text, b',').map(rdn).collect::<Option<_>>().map(Self)
    }

    /// The parts, most specific first.
    pub fn parts(&self) -> &[Rdn] {
        &self.0
    }

    /// The value of the part at this place, the most specific being 0.
    pub fn value(&self, place: usize) -> Option<&str> {
        self.0.get(place).map(|rdn| rdn.value.as_str())
    }

    /// The DNS name that the trailing `DC=` parts spell, lower case; nothing if there are none.
    pub fn dns_name(&self) -> Option<String> {
        let tail = &self.0[self.above_domain()..];
        let labels: Vec<_> = tail.iter().map(|rdn| rdn.value.to_lowercase()).collect();
        (!labels.is_empty()).then(|| labels.join("."))
    }

    /// How many parts stand before the trailing `DC=` parts.
    pub fn above_domain(&self) -> usize {
        let tail = self
            .0
            .iter()
            .rev()
            .take_while(|rdn| rdn.attribute == "dc")
            .count();
        self.0.len() - tail
    }

    /// Which naming context the name stands in, and its parts within that.
    pub fn partition(&self) -> (Partition, &[Rdn]) {
        let (path, tail) = self.0.split_at(self.above_domain());
        // Zones of the DNS service are naming contexts of their own, named by DC parts alone.
        let zones = |rdn: &Rdn| {
            ["domaindnszones", "forestdnszones"].contains(&rdn.value.to_lowercase().as_str())
        };
        if tail.is_empty() || tail.first().is_some_and(zones) {
            return (Partition::Other, path);
        }
        let ends = |from_end: usize, name: &str| {
            let at = path.len().checked_sub(from_end).and_then(|at| path.get(at));
            at.is_some_and(|rdn| rdn.attribute == "cn" && rdn.value.eq_ignore_ascii_case(name))
        };
        match (ends(1, "Configuration"), ends(2, "Schema")) {
            (true, true) => (Partition::Schema, &path[..path.len() - 2]),
            (true, false) => (Partition::Configuration, &path[..path.len() - 1]),
            _ => (Partition::Domain, path),
        }
    }

    /// How many parts this name has more than `base`, if it is `base` or stands below it.
    pub fn depth_below(&self, base: &Self) -> Option<usize> {
        depth(&self.0, &base.0)
    }
}

/// The parts between separators that are neither escaped nor quoted.
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let (mut escaped, mut quoted) = (false, false);
        let end = whole.bytes().position(|byte| {
            let stop = byte == separator && !escaped && !quoted;
            quoted ^= byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            stop
        });
        rest = end.map(|end| &whole[end + 1..]);
        Some(&whole[..end.unwrap_or(whole.len())])
    })
}

/// The first part of a name as it is written, and the rest; nothing if it has one part alone.
pub(super) fn first_part(text: &str) -> Option<(&str, &str)> {
    let first = split(text, b',').next()?;
    Some((first, text.get(first.len() + 1..)?))
}

fn rdn(text: &str) -> Option<Rdn> {
    let (attribute, value) = split(text, b'+').next()?.split_once('=')?;
    let attribute = attribute.trim().to_ascii_lowercase();
    (!attribute.is_empty()).then(|| Rdn {
        attribute,
        value: unescape(value.trim_start()),
    })
}

fn unescape(value: &str) -> String {
    let quotes = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let escaped = quotes.unwrap_or(value).as_bytes();
    let mut plain = Vec::with_capacity(escaped.len());
    let mut at = 0;
    while let Some(byte) = escaped.get(at) {
        let (byte, taken) = match byte {
            b'\\' => unescape_one(&escaped[at + 1..]),
            other => (*other, 1),
        };
        plain.push(byte);
        at += taken;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The byte that an escape stands for, and how long the escape is, its backslash included.
fn unescape_one(rest: &[u8]) -> (u8, usize) {
    let digit = |at: usize| rest.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    match (digit(0), digit(1)) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "two digits make at most 255"
        )]
        (Some(high), Some(low)) => ((high * 16 + low) as u8, 3),
        _ => (rest.first().copied().unwrap_or(b'\\'), 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let dn = Dn::parse(text).unwrap();
        dn.parts().iter().map(|rdn| rdn.value.clone()).collect()
    }

    #[test]
    fn escapes_are_undone() {
        let cases = [
            (r"CN=Doe\, Jane,DC=a", vec!["Doe, Jane", "a"]),
            (r"CN=x\0ACNF:1-2,DC=a", vec!["x\nCNF:1-2", "a"]),
            (r"CN=J\C3\B6rg,DC=a", vec!["Jörg", "a"]),
            (r"CN=a\\,DC=b", vec![r"a\", "b"]),
            (r#"CN="a, b",DC=c"#, vec!["a, b", "c"]),
            (r"CN=10.0.0.0/8,CN=Subnets", vec!["10.0.0.0/8", "Subnets"]),
            (r"CN=a+OU=b,DC=c", vec!["a", "c"]),
            ("", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn first_part_ends_where_no_escape_is() {
        assert_eq!(
            first_part(r"CN=a\, b,DC=c,DC=d"),
            Some((r"CN=a\, b", "DC=c,DC=d"))
        );
        assert_eq!(first_part("DC=c"), None);
    }

    #[test]
    fn what_is_no_name_is_nothing() {
        for text in ["nonsense", "CN=a,,DC=b", "=x", "CN=a,b"] {
            assert_eq!(Dn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn dns_name_is_spelled_by_the_tail_only() {
        let dn = Dn::parse("DC=zone,CN=MicrosoftDNS,DC=Corp,DC=Example").unwrap();
        assert_eq!(dn.dns_name().as_deref(), Some("corp.example"));
        assert_eq!(dn.above_domain(), 2);
        assert_eq!(Dn::parse("CN=x").unwrap().dns_name(), None);
    }

    #[test]
    fn naming_contexts_are_told_apart() {
        let cases = [
            ("CN=a,CN=Users,DC=corp,DC=test", Partition::Domain, 2),
            ("DC=corp,DC=test", Partition::Domain, 0),
            (
                "CN=Sites,CN=Configuration,DC=corp,DC=test",
                Partition::Configuration,
                1,
            ),
            (
                "CN=x,CN=Schema,CN=Configuration,DC=corp,DC=test",
                Partition::Schema,
                1,
            ),
            ("DC=DomainDnsZones,DC=corp,DC=test", Partition::Other, 0),
            ("OU=a,O=b", Partition::Other, 2),
        ];
        for (text, partition, length) in cases {
            let dn = Dn::parse(text).unwrap();
            let (found, path) = dn.partition();
            assert_eq!((found, path.len()), (partition, length), "{text}");
        }
    }

    #[test]
    fn depth_ignores_case_and_needs_the_whole_tail() {
        let base = Dn::parse("CN=System,DC=corp,DC=test").unwrap();
        let depth = |text| Dn::parse(text).unwrap().depth_below(&base);
        assert_eq!(depth("cn=SYSTEM,dc=CORP,dc=test"), Some(0));
        assert_eq!(depth("CN=a,CN=b,CN=System,DC=corp,DC=test"), Some(2));
        assert_eq!(depth("CN=System,DC=other,DC=test"), None);
        assert_eq!(depth("DC=test"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Dn::parse(&text).and_then(|dn| dn.dns_name());
        }
    }
}
