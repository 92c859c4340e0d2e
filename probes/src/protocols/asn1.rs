//! The few forms of ASN.1 that requests without a sign-in need: tags, lengths and contents.

/// `INTEGER`.
pub(super) const INTEGER: u8 = 0x02;
/// `OCTET STRING`.
pub(super) const OCTETS: u8 = 0x04;
/// `ENUMERATED`.
pub(super) const ENUMERATED: u8 = 0x0A;
/// `SEQUENCE`.
pub(super) const SEQUENCE: u8 = 0x30;

/// A tag with its content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match content.len() {
        length @ 0..0x80 => bytes.push(length as u8),
        length @ 0x80..0x100 => bytes.extend([0x81, length as u8]),
        length => {
            bytes.push(0x82);
            bytes.extend((length as u16).to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

/// A tag with several elements behind each other.
pub(super) fn group(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &parts.concat())
}

/// A number of up to four bytes, not negative.
pub(super) fn number(tag: u8, value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let zeros = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    let mut content = bytes[zeros..].to_vec();
    if content[0] & 0x80 != 0 {
        content.insert(0, 0);
    }
    element(tag, &content)
}

/// Reads elements one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element: its tag and content.
    pub(super) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x0F))?;
                let length = bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, if it has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<Reader<'a>> {
        let (found, content) = self.next()?;
        (found == tag).then_some(Reader(content))
    }

    /// The content of the first of the elements that has this tag.
    pub(super) fn find(mut self, tag: u8) -> Option<Reader<'a>> {
        loop {
            let (found, content) = self.next()?;
            if found == tag {
                return Some(Reader(content));
            }
        }
    }

    /// The content as a number.
    pub(super) fn number(self) -> Option<i32> {
        let first = *self.0.first()?;
        let start = if first & 0x80 == 0 { 0 } else { -1 };
        let fold = |sum: i32, byte: &u8| sum << 8 | i32::from(*byte);
        (self.0.len() <= 4).then(|| self.0.iter().fold(start, fold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lengths_are_as_short_as_they_can_be() {
        assert_eq!(number(INTEGER, 0), [2, 1, 0]);
        assert_eq!(number(INTEGER, 127), [2, 1, 127]);
        assert_eq!(number(INTEGER, 128), [2, 2, 0, 128]);
        assert_eq!(number(INTEGER, 256), [2, 2, 1, 0]);
        assert_eq!(element(4, &[0; 127])[..2], [4, 127]);
        assert_eq!(element(4, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(element(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(value: u32, content: Vec<u8>) {
            let bytes = group(SEQUENCE, &[number(INTEGER, value >> 1), element(OCTETS, &content)]);
            let inner = Reader(&bytes).take(SEQUENCE).unwrap();
            let read = inner.find(INTEGER).unwrap().number();
            proptest::prop_assert_eq!(read, i32::try_from(value >> 1).ok());
            proptest::prop_assert_eq!(inner.find(OCTETS).unwrap().0, &content[..]);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let mut reader = Reader(&bytes);
            while let Some((_, content)) = reader.next() {
                let _ = Reader(content).number();
            }
        }
    }
}
