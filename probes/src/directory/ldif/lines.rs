//! The lines of an LDIF file: decoded, unfolded, without comments.
//!
//! Reads UTF-8, with or without a byte order mark, and UTF-16 with one, as Windows tools write it.
//! Line ends may be LF or CRLF. Never holds more than one logical line, and that only up to a limit.

use std::io::{self, BufRead, Read};

/// The longest logical line, in bytes: a value of some megabytes in base64.
const LONGEST: usize = 64 * 1024 * 1024;

/// The logical lines of a file.
pub(super) struct Lines<R> {
    source: Decoded<R>,
    /// The physical line that was read ahead, to see whether it goes on with a space.
    ahead: Option<Vec<u8>>,
    /// Physical lines read so far.
    read: u64,
    /// A comment said that ldapsearch wrote the file, which then closes it with a result.
    pub by_search: bool,
}

/// A logical line: where it begins, counted from 1, and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Number of its first physical line.
    pub number: u64,
    /// Its bytes, unfolded.
    pub bytes: Vec<u8>,
}

/// A file's bytes as UTF-8.
struct Decoded<R> {
    source: R,
    wide: Option<Wide>,
    /// The last line has no end.
    cut: bool,
}

/// UTF-16 in one of its two orders.
#[derive(Clone, Copy)]
enum Wide {
    Little,
    Big,
}

impl<R: BufRead> Lines<R> {
    /// Begins to read; looks for a byte order mark.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn new(mut source: R) -> io::Result<Self> {
        let wide = byte_order(&mut source)?;
        let mut lines = Self {
            source: Decoded {
                source,
                wide,
                cut: false,
            },
            ahead: None,
            read: 0,
            by_search: false,
        };
        lines.ahead = lines.source.line()?;
        Ok(lines)
    }

    /// The next logical line that is no comment; nothing at the end. An empty line ends a record.
    ///
    /// # Errors
    /// If the file cannot be read, or a line is longer than any attribute's value.
    pub fn next(&mut self) -> io::Result<Option<Line>> {
        while let Some(mut bytes) = self.ahead.take() {
            self.read += 1;
            let number = self.read;
            loop {
                self.ahead = self.source.line()?;
                let Some(more) = self.ahead.as_ref().and_then(|line| line.strip_prefix(b" "))
                else {
                    break;
                };
                // An empty line is never folded: what follows it is a line of its own.
                if bytes.is_empty() {
                    break;
                }
                bytes.extend_from_slice(more);
                self.read += 1;
                if bytes.len() > LONGEST {
                    return Err(too_long());
                }
            }
            if bytes.first() != Some(&b'#') {
                return Ok(Some(Line { number, bytes }));
            }
            self.by_search |= bytes == b"# extended LDIF";
        }
        Ok(None)
    }

    /// How many physical lines were read.
    pub fn count(&self) -> u64 {
        self.read
    }

    /// Whether the file ended within a line, as one does that was not written to its end.
    pub fn cut(&self) -> bool {
        self.source.cut
    }
}

fn byte_order<R: BufRead>(source: &mut R) -> io::Result<Option<Wide>> {
    let head = source.fill_buf()?;
    let (mark, wide) = if head.starts_with(b"\xEF\xBB\xBF") {
        (3, None)
    } else if head.starts_with(b"\xFF\xFE") {
        (2, Some(Wide::Little))
    } else if head.starts_with(b"\xFE\xFF") {
        (2, Some(Wide::Big))
    } else {
        (0, None)
    };
    source.consume(mark);
    Ok(wide)
}

impl<R: BufRead> Decoded<R> {
    /// The next physical line without its end; nothing at the end of the file.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = match self.wide {
            None => self.narrow_line()?,
            Some(order) => self.wide_line(order)?,
        };
        if let Some(line) = &mut line {
            self.cut = line.last() != Some(&b'\n');
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        Ok(line)
    }

    fn narrow_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let limit = LONGEST as u64 + 1;
        let read = self
            .source
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut line)?;
        if line.len() > LONGEST {
            return Err(too_long());
        }
        Ok((read > 0).then_some(line))
    }

    fn wide_line(&mut self, order: Wide) -> io::Result<Option<Vec<u8>>> {
        let mut units = Vec::new();
        while let Some(unit) = self.unit(order)? {
            units.push(unit);
            if unit == u16::from(b'\n') {
                break;
            }
            if units.len() > LONGEST / 2 {
                return Err(too_long());
            }
        }
        Ok((!units.is_empty()).then(|| String::from_utf16_lossy(&units).into_bytes()))
    }

    fn unit(&mut self, order: Wide) -> io::Result<Option<u16>> {
        let mut pair = [0; 2];
        if self.source.fill_buf()?.is_empty() {
            return Ok(None);
        }
        self.source.read_exact(&mut pair)?;
        Ok(Some(match order {
            Wide::Little => u16::from_le_bytes(pair),
            Wide::Big => u16::from_be_bytes(pair),
        }))
    }
}

fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a line is longer than {LONGEST} bytes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(u64, String)> {
        let mut lines = Lines::new(bytes).unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, String::from_utf8(line.bytes).unwrap()));
        }
        all
    }

    fn pairs(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        expected
            .iter()
            .map(|(number, text)| (*number, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn folded_lines_are_joined_and_counted() {
        type Case = (&'static [u8], &'static [(u64, &'static str)]);
        let cases: [Case; 6] = [
            (b"dn: a\n b\ncn: c\n", &[(1, "dn: ab"), (3, "cn: c")]),
            (b"dn: a\r\n  b\r\n\r\n", &[(1, "dn: a b"), (3, "")]),
            (b"# note\n goes on\ncn: c", &[(3, "cn: c")]),
            (b"", &[]),
            (b"\n\n", &[(1, ""), (2, "")]),
            (b"cn: c\n# note\n", &[(1, "cn: c")]),
        ];
        for (bytes, expected) in cases {
            assert_eq!(lines(bytes), pairs(expected));
        }
    }

    #[test]
    fn byte_order_marks_are_understood() {
        let text = "dn: CN=Jörg\r\ncn: 😀\r\n";
        let expected = pairs(&[(1, "dn: CN=Jörg"), (2, "cn: 😀")]);
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        let files = [
            [b"\xEF\xBB\xBF".to_vec(), text.as_bytes().to_vec()].concat(),
            b"\xFF\xFE".iter().copied().chain(little).collect(),
            b"\xFE\xFF".iter().copied().chain(big).collect(),
        ];
        for file in files {
            assert_eq!(lines(&file), expected);
        }
    }

    #[test]
    fn half_a_character_at_the_end_is_an_error() {
        let mut lines = Lines::new(&b"\xFF\xFEa\0b"[..]);
        assert!(lines.is_err() || lines.as_mut().unwrap().next().is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes: Vec<u8>) {
            if let Ok(mut lines) = Lines::new(bytes.as_slice()) {
                while let Ok(Some(_)) = lines.next() {}
            }
        }

        #[test]
        fn folding_anywhere_changes_nothing(text in "[a-zA-Z0-9:=,]{1,60}", at in 1_usize..60) {
            let at = at.min(text.len());
            let folded = format!("{}\n {}\n", &text[..at], &text[at..]);
            proptest::prop_assert_eq!(lines(folded.as_bytes()), vec![(1, text)]);
        }
    }
}
