//! Search results out of their BER form: entries, the cookie of the next page, ranges of values.
//!
//! What cannot be read is nothing, never a panic and never a part that passes for the whole.

use ldap3::{
    LdapResult,
    asn1::{PL, StructureTag, parse_tag},
    controls::Control,
};

use super::{
    entry::{Entry, Missing},
    fields::{Fields, Names, Number},
};

/// Values that most entries have no more of.
const TYPICAL: usize = 48;

const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// The cookie with which the next page is asked for, empty if there is none; nothing if the control
/// that carries it cannot be read, so that it is not known whether more would come.
pub(super) fn next_cookie(result: &LdapResult) -> Option<Vec<u8>> {
    let paged = |control: &&Control| control.1.ctype == PAGED_RESULTS;
    match result.ctrls.iter().find(paged) {
        None => Some(Vec::new()),
        Some(control) => cookie(control.1.val.as_deref()?),
    }
}

/// The library's own reading of this control panics on what is malformed.
fn cookie(value: &[u8]) -> Option<Vec<u8>> {
    let (_, tag) = parse_tag(value).ok()?;
    let PL::C(parts) = tag.payload else {
        return None;
    };
    parts.into_iter().nth(1)?.expect_primitive()
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

/// An entry where it stands in its BER form, and of which attributes the rest has yet to be fetched.
pub(super) fn fields<'a>(
    tag: &'a StructureTag,
    names: &'a Names,
) -> Option<(Fields<'a>, Vec<Rest>)> {
    let [dn, attributes] = constructed(tag)? else {
        return None;
    };
    let mut fields = Fields {
        names,
        dn: primitive(dn)?,
        values: Vec::with_capacity(TYPICAL),
    };
    let mut rests = Vec::new();
    for attribute in constructed(attributes)? {
        let [name, values] = constructed(attribute)? else {
            return None;
        };
        let name = primitive(name)?;
        let options = name.iter().position(|byte| *byte == b';');
        let Some(number) = names.number(&name[..options.unwrap_or(name.len())]) else {
            continue;
        };
        for value in constructed(values)? {
            fields.values.push((number, primitive(value)?));
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
    Some((fields, rests))
}

fn constructed(tag: &StructureTag) -> Option<&[StructureTag]> {
    match &tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

fn primitive(tag: &StructureTag) -> Option<&[u8]> {
    match &tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
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
    use super::*;

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
    fn cookie_of_a_malformed_control_is_none() {
        assert_eq!(cookie(b""), None);
        assert_eq!(cookie(b"\x04\x01x"), None);
        assert_eq!(
            cookie(b"\x30\x07\x02\x01\x00\x04\x02ab"),
            Some(b"ab".to_vec())
        );
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
