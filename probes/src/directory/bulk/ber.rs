//! BER as LDAP uses it (RFC 4511, section 5.1), read where it stands.
//!
//! Lengths are definite and of four octets at most, tags of one octet. Nothing is copied, nothing is
//! believed before the bytes are there, and nothing recurses further than LDAP's own messages do.

/// Universal types, and the messages of a search (RFC 4511, section 4.5.2), as first octets.
pub mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const OCTETS: u8 = 0x04;
    pub const ENUMERATED: u8 = 0x0A;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    pub const ENTRY: u8 = 0x64;
    pub const DONE: u8 = 0x65;
    pub const REFERENCE: u8 = 0x73;
    pub const CONTROLS: u8 = 0xA0;
}

/// Elements that stand within elements, at most; those of LDAP's answers are half as deep.
const DEEPEST: usize = 16;

/// The longest message that is taken: an entry with a thousand certificates is shorter.
pub const LONGEST: usize = 16 * 1024 * 1024;

/// What was sent is no LDAP message, or a longer one than is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// The beginning of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    tag: u8,
    /// Octets before the contents.
    octets: usize,
    /// Octets of the contents.
    contents: usize,
}

/// Reads the beginning of an element; nothing if more octets have to come for that.
fn head(bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    let Some((&tag, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    if tag & 0x1F == 0x1F {
        return Err(Malformed);
    }
    let Some((&first, rest)) = rest.split_first() else {
        return Ok(None);
    };
    let more = match first {
        0..=0x7F => 0,
        0x81..=0x84 => usize::from(first & 0x7F),
        // An indefinite length, or one that nothing on earth has.
        _ => return Err(Malformed),
    };
    let Some(length) = rest.get(..more) else {
        return Ok(None);
    };
    let long = length
        .iter()
        .fold(0, |all, octet| (all << 8) | usize::from(*octet));
    Ok(Some(Head {
        tag,
        octets: 2 + more,
        contents: if more == 0 { usize::from(first) } else { long },
    }))
}

/// Elements that stand one behind the other.
#[derive(Debug, Clone, Copy)]
pub struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The elements of which these bytes consist.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag and the contents of the next element; nothing if there is none or it is malformed.
    pub fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let head = head(self.0).ok()??;
        let end = head.octets.checked_add(head.contents)?;
        let contents = self.0.get(head.octets..end)?;
        self.0 = &self.0[end..];
        Some((head.tag, contents))
    }

    /// The contents of the next element, which has to have this tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (own, contents) = self.any()?;
        (own == tag).then_some(contents)
    }

    /// The elements within the next one, which has to have this tag.
    pub fn within(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Self)
    }

    /// The number of which the next element consists, if it has this tag and is none that is below
    /// zero or above what a message's number or a result's code can be.
    pub fn number(&mut self, tag: u8) -> Option<u32> {
        let octets = self.expect(tag)?;
        let small = (1..=4).contains(&octets.len()) && octets[0] < 0x80;
        let add = |all: u32, octet: &u8| (all << 8) | u32::from(*octet);
        small.then(|| octets.iter().fold(0, add))
    }
}

/// A whole message at the beginning of what has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// How many octets it has.
    pub length: usize,
    /// The number of the request that it answers; 0 if none.
    pub id: u32,
}

/// The message with which bytes begin; nothing while its end has not come.
///
/// # Errors
/// If it is none, or announces more than [`LONGEST`].
pub fn frame(bytes: &[u8]) -> Result<Option<Frame>, Malformed> {
    let Some(head) = head(bytes)? else {
        return Ok(None);
    };
    if head.tag != tag::SEQUENCE || head.contents > LONGEST {
        return Err(Malformed);
    }
    let length = head.octets + head.contents;
    let Some(contents) = bytes.get(head.octets..length) else {
        return Ok(None);
    };
    let id = Elements(contents).number(tag::INTEGER).ok_or(Malformed)?;
    Ok(Some(Frame { length, id }))
}

/// Whether every element within these bytes ends where the one around it does or before, and none is
/// deeper than any of LDAP's.
pub fn is_sound(bytes: &[u8]) -> bool {
    is_sound_below(bytes, DEEPEST)
}

fn is_sound_below(bytes: &[u8], deepest: usize) -> bool {
    const CONSTRUCTED: u8 = 0x20;
    let mut elements = Elements(bytes);
    while !elements.is_empty() {
        match elements.any() {
            Some((tag, _)) if tag & CONSTRUCTED == 0 => {}
            Some((_, within)) if deepest > 0 && is_sound_below(within, deepest - 1) => {}
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_read_in_every_form_and_no_other() {
        let long = |form: &[u8], contents: usize| {
            let mut bytes = [&[tag::OCTETS], form].concat();
            bytes.resize(bytes.len() + contents, b'x');
            Elements::new(&bytes).expect(tag::OCTETS).map(<[u8]>::len)
        };
        let cases: [(&[u8], usize, Option<usize>); 9] = [
            (&[0], 0, Some(0)),
            (&[0x7F], 0x7F, Some(0x7F)),
            (&[0x81, 0x80], 0x80, Some(0x80)),
            // Domain controllers write all lengths in four octets.
            (&[0x84, 0, 0, 0, 3], 3, Some(3)),
            (&[0x82, 1, 0], 0x100, Some(0x100)),
            (&[0x82, 1, 1], 0x100, None),
            (&[0x80], 2, None),
            (&[0x85, 0, 0, 0, 0, 1], 1, None),
            (&[0x84, 0xFF, 0xFF, 0xFF, 0xFF], 1, None),
        ];
        for (form, contents, expected) in cases {
            assert_eq!(long(form, contents), expected, "{form:x?}");
        }
    }

    #[test]
    fn frame_waits_for_its_end_and_has_its_number() {
        let message = b"\x30\x84\0\0\0\x05\x02\x01\x07\x65\0rest";
        for cut in 0..11 {
            assert_eq!(frame(&message[..cut]), Ok(None), "{cut}");
        }
        let whole = Frame { length: 11, id: 7 };
        assert_eq!(frame(message), Ok(Some(whole)));
    }

    #[test]
    fn what_is_no_message_or_too_long_is_not_waited_for() {
        let cases: [&[u8]; 8] = [
            b"\x04\x03abc",
            b"\x30\x80",
            b"\x30\x85",
            b"\x30\x84\x01\0\0\x01",
            b"\x30\x84\xFF\xFF\xFF\xFF",
            b"\x3F\x01",
            b"\x30\0",
            b"\x30\x03\x02\x01\xFF",
        ];
        for bytes in cases {
            assert_eq!(frame(bytes), Err(Malformed), "{bytes:x?}");
        }
    }

    #[test]
    fn elements_that_leave_their_own_or_stand_too_deep_are_unsound() {
        assert!(is_sound(b"\x30\x05\x02\x01\x07\x65\0"));
        assert!(!is_sound(b"\x30\x03\x02\x05\x07"));
        assert!(!is_sound(b"\x30\x02\x30\x80"));
        let nested = |depth: usize| {
            let mut bytes = Vec::new();
            for _ in 0..depth {
                let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
                bytes = [&[tag::SEQUENCE, 0x84], &length[..], &bytes].concat();
            }
            bytes
        };
        assert!(is_sound(&nested(DEEPEST)));
        assert!(!is_sound(&nested(DEEPEST + 2)));
        assert!(!is_sound(&nested(5000)));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_any_of_them_panic(bytes: Vec<u8>) {
            let _ = (frame(&bytes), is_sound(&bytes));
            let mut elements = Elements::new(&bytes);
            while elements.any().is_some() {}
        }

        #[test]
        fn frame_is_never_longer_than_what_came(body: Vec<u8>) {
            let mut bytes = vec![tag::SEQUENCE];
            bytes.extend(body);
            if let Ok(Some(frame)) = frame(&bytes) {
                proptest::prop_assert!(frame.length <= bytes.len());
            }
        }
    }
}
