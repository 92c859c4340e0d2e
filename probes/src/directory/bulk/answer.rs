//! What a server answers to a search (RFC 4511, section 4.5.2), read where it stands.
//!
//! What cannot be read is nothing, never a panic and never a part that passes for the whole.

use ldap3::LdapResult;

use super::ber::{Elements, tag};

/// The control that carries the cookie of the next page (RFC 2696).
pub const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";

/// One message of an answer.
#[derive(Debug)]
pub enum Answer<'a> {
    /// An entry: its name and its attributes.
    Entry(Elements<'a>),
    /// What is wanted stands elsewhere.
    Reference,
    /// Nothing more comes.
    Done(Ended),
    /// Something that search results do not consist of.
    Other,
}

/// How a search ended.
#[derive(Debug)]
pub struct Ended {
    /// What the server says of it.
    pub result: LdapResult,
    /// The cookie with which the next page is asked for, empty if there is none; nothing if the control
    /// that carries it cannot be read, so that it is not known whether more would come.
    pub cookie: Option<Vec<u8>>,
}

/// The answer that a whole message is.
pub fn answer(message: &[u8]) -> Option<Answer<'_>> {
    let (op, contents, controls) = parts(message)?;
    Some(match op {
        tag::ENTRY => Answer::Entry(Elements::new(contents)),
        tag::DONE => Answer::Done(Ended {
            result: result(&mut Elements::new(contents))?,
            cookie: next_cookie(controls),
        }),
        tag::REFERENCE => Answer::Reference,
        _ => Answer::Other,
    })
}

/// A whole message without its number: tag and contents of the operation, and what follows that.
pub fn parts(message: &[u8]) -> Option<(u8, &[u8], Elements<'_>)> {
    let mut parts = Elements::new(message).within(tag::SEQUENCE)?;
    parts.number(tag::INTEGER)?;
    let (op, contents) = parts.any()?;
    Some((op, contents, parts))
}

/// A result (RFC 4511, section 4.1.9), without referrals, which are not followed.
pub fn result(parts: &mut Elements<'_>) -> Option<LdapResult> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(LdapResult {
        rc: parts.number(tag::ENUMERATED)?,
        matched: text(parts.expect(tag::OCTETS)?),
        text: text(parts.expect(tag::OCTETS)?),
        refs: Vec::new(),
        ctrls: Vec::new(),
    })
}

fn next_cookie(mut parts: Elements<'_>) -> Option<Vec<u8>> {
    while !parts.is_empty() {
        match parts.any()? {
            (tag::CONTROLS, controls) => return cookie_among(Elements::new(controls)),
            _ => continue,
        }
    }
    Some(Vec::new())
}

fn cookie_among(mut controls: Elements<'_>) -> Option<Vec<u8>> {
    while !controls.is_empty() {
        let mut control = controls.within(tag::SEQUENCE)?;
        if control.expect(tag::OCTETS)? != PAGED_RESULTS.as_bytes() {
            continue;
        }
        let value = match control.any()? {
            (tag::BOOLEAN, _) => control.expect(tag::OCTETS)?,
            (tag::OCTETS, value) => value,
            _ => return None,
        };
        return cookie(value);
    }
    Some(Vec::new())
}

/// The cookie within the value of the control that carries it.
pub fn cookie(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = Elements::new(value).within(tag::SEQUENCE)?;
    // How many entries there are is a guess of the server's.
    parts.expect(tag::INTEGER)?;
    parts.expect(tag::OCTETS).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message of the number 1: an operation, and what follows it.
    fn message(op: u8, contents: &[u8], rest: &[u8]) -> Vec<u8> {
        let op = element(op, contents);
        element(tag::SEQUENCE, &[b"\x02\x01\x01", &op[..], rest].concat())
    }

    fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = u8::try_from(contents.len()).unwrap();
        [&[tag, length], contents].concat()
    }

    fn ended(rest: &[u8]) -> Option<Ended> {
        let message = message(tag::DONE, b"\x0a\x01\x04\x04\x00\x04\x02no", rest);
        match answer(&message) {
            Some(Answer::Done(ended)) => Some(ended),
            _ => None,
        }
    }

    fn paged(value: &[u8]) -> Vec<u8> {
        let control = [
            element(tag::OCTETS, PAGED_RESULTS.as_bytes()),
            element(tag::OCTETS, value),
        ];
        element(tag::CONTROLS, &element(tag::SEQUENCE, &control.concat()))
    }

    #[test]
    fn end_has_its_result_and_the_cookie_of_the_next_page() {
        let last = ended(b"").unwrap();
        assert_eq!((last.result.rc, last.result.text.as_str()), (4, "no"));
        assert_eq!(last.cookie, Some(Vec::new()));
        let next = ended(&paged(b"\x30\x07\x02\x01\x00\x04\x02ab")).unwrap();
        assert_eq!(next.cookie.as_deref(), Some(&b"ab"[..]));
    }

    #[test]
    fn control_that_cannot_be_read_is_not_the_last_page() {
        let cases: [&[u8]; 4] = [b"", b"junk", b"\x04\x01x", b"\x30\x02\x02\x05"];
        for value in cases {
            assert_eq!(ended(&paged(value)).unwrap().cookie, None, "{value:?}");
        }
        assert_eq!(ended(b"\xA0\x7F").unwrap().cookie, None);
    }

    #[test]
    fn other_controls_say_nothing_of_pages() {
        let control = element(tag::SEQUENCE, &element(tag::OCTETS, b"1.2.3"));
        let ended = ended(&element(tag::CONTROLS, &control)).unwrap();
        assert_eq!(ended.cookie, Some(Vec::new()));
    }

    #[test]
    fn message_that_is_cut_or_of_other_types_is_no_answer() {
        assert!(answer(b"\x30\x03\x02\x01\x01").is_none());
        assert!(answer(&message(tag::DONE, b"\x0a\x01\x00", b"")).is_none());
        assert!(answer(&message(tag::DONE, b"\x02\x01\x00\x04\0\x04\0", b"")).is_none());
        let intermediate = message(0x79, b"", b"");
        assert!(matches!(answer(&intermediate), Some(Answer::Other)));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_any_of_them_panic(bytes: Vec<u8>) {
            let _ = (answer(&bytes), cookie(&bytes));
            let _ = answer(&message(tag::DONE, b"\x0a\x01\x00\x04\0\x04\0", &paged(&bytes[..bytes.len().min(60)])));
        }
    }
}
