//! The lines of an LDIF text, still in their place: where they begin, and where they are folded.
//!
//! Line ends may be LF or CRLF. A line that begins with a space goes on the one before it, but for an
//! empty one. Nothing is copied until somebody wants a line that is folded.

/// The logical lines of a text.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a [u8],
    /// Physical lines before this place.
    read: u64,
}

/// A logical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Number of its first physical line, counted from 1.
    pub number: u64,
    /// Its bytes, without the end of the last physical line.
    pub bytes: &'a [u8],
    /// Whether it is folded, so that line ends stand within.
    pub folded: bool,
}

impl<'a> Lines<'a> {
    /// The lines of a text.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, read: 0 }
    }

    /// How many physical lines were read.
    pub fn read(&self) -> u64 {
        self.read
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.text.is_empty() {
            return None;
        }
        let number = self.read + 1;
        let end = self.physical(0);
        let bytes = without_end(&self.text[..end]);
        // An empty line is never folded: what follows it is a line of its own.
        let folded = self.text.get(end) == Some(&b' ') && !bytes.is_empty();
        let (end, bytes) = match folded {
            false => (end, bytes),
            true => self.folded(end),
        };
        self.text = &self.text[end..];
        Some(Line {
            number,
            bytes,
            folded,
        })
    }
}

impl<'a> Lines<'a> {
    /// Where the physical line ends that begins here.
    fn physical(&mut self, from: usize) -> usize {
        self.read += 1;
        let end = memchr::memchr(b'\n', &self.text[from..]);
        end.map_or(self.text.len(), |length| from + length + 1)
    }

    /// Where a line ends that goes on here, and all its bytes.
    fn folded(&mut self, from: usize) -> (usize, &'a [u8]) {
        let mut end = from;
        while self.text.get(end) == Some(&b' ') {
            end = self.physical(end);
        }
        (end, without_end(&self.text[..end]))
    }
}

impl Line<'_> {
    /// Adds the line to others, unfolded.
    pub fn unfold(&self, into: &mut Vec<u8>) {
        let mut rest = self.bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            into.extend_from_slice(without_end(&rest[..end]));
            rest = &rest[end + 1..];
            rest = rest.strip_prefix(b" ").unwrap_or(rest);
        }
        into.extend_from_slice(without_end(rest));
    }
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, String)> {
        let unfolded = |line: Line<'_>| {
            let mut bytes = Vec::new();
            line.unfold(&mut bytes);
            assert!(line.folded || bytes == line.bytes);
            (line.number, String::from_utf8(bytes).unwrap())
        };
        Lines::new(text).map(unfolded).collect()
    }

    #[test]
    fn folded_lines_are_joined_and_counted() {
        type Case = (&'static [u8], &'static [(u64, &'static str)]);
        let cases: [Case; 7] = [
            (b"dn: a\n b\ncn: c\n", &[(1, "dn: ab"), (3, "cn: c")]),
            (b"dn: a\r\n  b\r\n\r\n", &[(1, "dn: a b"), (3, "")]),
            (b"cn: a\n b\n c", &[(1, "cn: abc")]),
            (b"# x\n on\ncn: c", &[(1, "# xon"), (3, "cn: c")]),
            (b"", &[]),
            (b"\n\n", &[(1, ""), (2, "")]),
            (b"\n b\n", &[(1, ""), (2, " b")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(number, line)| (*number, (*line).to_owned()))
                .collect();
            assert_eq!(lines(text), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes: Vec<u8>) {
            let count = Lines::new(&bytes).count();
            proptest::prop_assert!(count <= bytes.len());
        }

        #[test]
        fn folding_anywhere_changes_nothing(text in "[a-zA-Z0-9:=,]{1,60}", at in 1_usize..60) {
            let at = at.min(text.len());
            let folded = format!("{}\n {}\n", &text[..at], &text[at..]);
            proptest::prop_assert_eq!(lines(folded.as_bytes()), vec![(1, text)]);
        }
    }
}
