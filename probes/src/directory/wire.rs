//! Search results out of their BER form: entries, the cookie of the next page, ranges of values.
//!
//! What cannot be read is nothing, never a panic and never a part that passes for the whole.

use ldap3::{LdapResult, asn1::StructureTag, controls::Control};

use super::{
    bulk::{
        answer::{PAGED_RESULTS, cookie},
        ber::{Elements, tag},
    },
    entry::{Entry, Missing},
    fields::{Fields, Number},
};

/// The cookie with which the next page is asked for, empty if there is none; nothing if the control
/// that carries it cannot be read, so that it is not known whether more would come.
pub(super) fn next_cookie(result: &LdapResult) -> Option<Vec<u8>> {
    let paged = |control: &&Control| control.1.ctype == PAGED_RESULTS;
    match result.ctrls.iter().find(paged) {
        None => Some(Vec::new()),
        Some(control) => cookie(control.1.val.as_deref()?),
    }
}

/// An entry out of its BER form (RFC 4511, 4.5.2).
pub(super) fn entry(tag: StructureTag) -> Option<Entry> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let dn = parts.next()?.expect_primitive()?;
    let attributes = parts.next()?.expect_constructed()?;
    Some(Entry {
        dn: String::from_utf8_lossy(&dn).into_owned(),
        attributes: attributes
            .into_iter()
            .map(attribute)
            .collect::<Option<_>>()?,
        missing: Missing::Unset,
    })
}

fn attribute(tag: StructureTag) -> Option<(String, Vec<Vec<u8>>)> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let name = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
    let values = parts.next()?.expect_constructed()?.into_iter();
    Some((
        name,
        values
            .map(StructureTag::expect_primitive)
            .collect::<Option<_>>()?,
    ))
}

/// The part of an attribute that has come, and the number of the first value that has not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// The attribute's number.
    pub attribute: Number,
    /// Its name, without options.
    pub name: String,
    /// The first value that is missing.
    pub next: usize,
}

/// Reads an entry where it stands, and of which attributes the rest has yet to be fetched.
pub(super) fn read<'a>(mut entry: Elements<'a>, fields: &mut Fields<'a>) -> Option<Vec<Rest>> {
    fields.clear();
    fields.dn = entry.expect(tag::OCTETS)?;
    let mut rests = Vec::new();
    let mut attributes = entry.within(tag::SEQUENCE)?;
    while !attributes.is_empty() {
        let mut attribute = attributes.within(tag::SEQUENCE)?;
        let name = attribute.expect(tag::OCTETS)?;
        let mut values = attribute.within(tag::SET)?;
        let options = name.iter().position(|byte| *byte == b';');
        let base = &name[..options.unwrap_or(name.len())];
        let Some(number) = fields.names.number(base) else {
            continue;
        };
        while !values.is_empty() {
            fields.push(number, values.expect(tag::OCTETS)?);
        }
        if options.is_some()
            && let Some((name, next)) = unfinished(str::from_utf8(name).ok()?)
        {
            rests.push(Rest {
                attribute: number,
                name,
                next,
            });
        }
    }
    Some(rests)
}

/// An attribute's name without its options.
pub(super) fn base_name(attribute: &str) -> &str {
    attribute.split(';').next().unwrap_or_default()
}

/// The name of an attribute that came in part, and the number of the first value that is missing.
pub(super) fn unfinished(attribute: &str) -> Option<(String, usize)> {
    let (name, options) = attribute.split_once(';')?;
    let range = options.split(';').find_map(|option| {
        let (key, range) = option.split_once('=')?;
        key.eq_ignore_ascii_case("range").then_some(range)
    })?;
    let (_, last) = range.split_once('-')?;
    let last: usize = last.parse().ok()?;
    Some((name.to_owned(), last.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use ldap3::asn1::PL;

    use super::{super::fields::Names, *};

    #[test]
    fn range_is_unfinished_until_its_star() {
        let cases = [
            ("member;range=0-1499", Some(("member".to_owned(), 1500))),
            ("member;Range=1500-2999", Some(("member".to_owned(), 3000))),
            ("member;range=3000-*", None),
            ("member;binary", None),
            ("member", None),
            ("member;range=0-18446744073709551615", None),
        ];
        for (name, expected) in cases {
            assert_eq!(unfinished(name), expected, "{name}");
        }
    }

    #[test]
    fn malformed_entry_is_no_entry() {
        let tag = |payload| StructureTag {
            class: ldap3::asn1::TagClass::Application,
            id: 4,
            payload,
        };
        assert!(entry(tag(PL::P(b"x".to_vec()))).is_none());
        assert!(entry(tag(PL::C(vec![]))).is_none());
    }

    /// An element of these contents.
    fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = u8::try_from(contents.len()).unwrap();
        [&[tag, length], contents].concat()
    }

    fn attribute(name: &str, values: &[&[u8]]) -> Vec<u8> {
        let values: Vec<_> = values
            .iter()
            .map(|value| element(tag::OCTETS, value))
            .collect();
        let parts = [
            element(tag::OCTETS, name.as_bytes()),
            element(tag::SET, &values.concat()),
        ];
        element(tag::SEQUENCE, &parts.concat())
    }

    #[test]
    fn attributes_that_were_not_asked_for_are_passed_over_and_parts_are_told() {
        let names = Names::new(["cn", "member"]);
        let mut fields = Fields::new(&names);
        let attributes = [
            attribute("CN;lang-de", &[b"a"]),
            attribute("photo", &[b"x"]),
            attribute("member;range=0-1", &[b"b", b""]),
        ];
        let parts = [
            element(tag::OCTETS, b"CN=a"),
            element(tag::SEQUENCE, &attributes.concat()),
        ];
        let entry = parts.concat();
        let rests = read(Elements::new(&entry), &mut fields).unwrap();
        assert_eq!(
            (fields.dn, fields.values().to_vec()),
            (&b"CN=a"[..], vec![(0, &b"a"[..]), (1, b"b"), (1, b"")])
        );
        let rest = Rest {
            attribute: 1,
            name: "member".to_owned(),
            next: 2,
        };
        assert_eq!(rests, [rest]);
    }

    #[test]
    fn entry_that_is_cut_or_of_other_types_is_none() {
        let names = Names::new(["cn"]);
        let whole = [
            element(tag::OCTETS, b"CN=a"),
            element(tag::SEQUENCE, &attribute("cn", &[b"a"])),
        ]
        .concat();
        assert!(read(Elements::new(&whole), &mut Fields::new(&names)).is_some());
        for cut in 0..whole.len() {
            let entry = Elements::new(&whole[..cut]);
            assert!(read(entry, &mut Fields::new(&names)).is_none(), "{cut}");
        }
        for at in [0, 6, 8, 10, 14, 16] {
            let mut other = whole.clone();
            other[at] = tag::BOOLEAN;
            let entry = Elements::new(&other);
            assert!(read(entry, &mut Fields::new(&names)).is_none(), "{at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_an_entry_panic(bytes: Vec<u8>) {
            let names = Names::new(["cn"]);
            let _ = read(Elements::new(&bytes), &mut Fields::new(&names));
        }
    }

    #[test]
    fn control_that_cannot_be_read_is_not_the_last_page() {
        let result = |controls: Vec<(&str, &[u8])>| LdapResult {
            rc: 0,
            matched: String::new(),
            text: String::new(),
            refs: Vec::new(),
            ctrls: controls
                .into_iter()
                .map(|(ctype, value)| {
                    let raw = ldap3::controls::RawControl {
                        ctype: ctype.to_owned(),
                        crit: false,
                        val: Some(value.to_vec()),
                    };
                    Control(None, raw)
                })
                .collect(),
        };
        assert_eq!(next_cookie(&result(vec![])), Some(vec![]));
        assert_eq!(next_cookie(&result(vec![(PAGED_RESULTS, b"junk")])), None);
    }
}
