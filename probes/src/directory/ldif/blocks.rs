//! Reads an export in blocks of whole records, decoded to UTF-8, for several threads to work on.
//!
//! Takes UTF-8, with or without a byte order mark, and UTF-16 with one, as Windows tools write it. A
//! record ends with an empty line, so a block is cut behind one. Never holds more than one block, or
//! one record up to a limit.

use std::io::{self, Read};

/// How much is read at once.
const SIZE: usize = 1 << 20;

/// The longest record, in bytes: values of some megabytes in base64.
const LONGEST: usize = 64 << 20;

/// Some whole records, or what is left at the end of the file.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the file ends here.
    pub last: bool,
}

/// The blocks of a file.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    source: R,
    wide: Option<Wide>,
    /// Bytes that were read and belong to the next block.
    ahead: Vec<u8>,
    ended: bool,
}

/// Puts the two bytes of a unit in their order.
type Order = fn([u8; 2]) -> u16;

/// UTF-16 that is read: its order, and what is left of a character that came in part.
#[derive(Debug)]
struct Wide {
    unit: Order,
    part: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    /// Begins to read; looks for a byte order mark.
    ///
    /// # Errors
    /// If the file cannot be read, or is empty.
    pub fn new(mut source: R) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(3).read_to_end(&mut head)?;
        let (mark, unit): (usize, Option<Order>) = match head.as_slice() {
            [] => return Err(bad("it is empty: nothing was exported")),
            [0xEF, 0xBB, 0xBF] => (3, None),
            [0xFF, 0xFE, ..] => (2, Some(u16::from_le_bytes)),
            [0xFE, 0xFF, ..] => (2, Some(u16::from_be_bytes)),
            _ => (0, None),
        };
        let rest = head.split_off(mark);
        let mut blocks = Self {
            source,
            wide: None,
            ahead: Vec::new(),
            ended: false,
        };
        match unit {
            Some(unit) => blocks.wide = Some(Wide { unit, part: rest }),
            None => blocks.ahead = rest,
        }
        Ok(blocks)
    }

    /// The next block, in the room of bytes that nobody needs any more; nothing after the last.
    ///
    /// # Errors
    /// If the file cannot be read, or a record is longer than any entry.
    pub fn next(&mut self, mut bytes: Vec<u8>) -> io::Result<Option<Block>> {
        if self.ended {
            return Ok(None);
        }
        bytes.clear();
        // Room for a record of many megabytes is not kept.
        bytes.shrink_to(2 * SIZE);
        bytes.reserve(SIZE + SIZE / 4);
        bytes.append(&mut self.ahead);
        loop {
            let searched = bytes.len();
            if self.fill(&mut bytes)? == 0 {
                self.ended = true;
                return Ok(Some(Block { bytes, last: true }));
            }
            if let Some(end) = border(&bytes, searched) {
                self.ahead.extend_from_slice(&bytes[end..]);
                bytes.truncate(end);
                return Ok(Some(Block { bytes, last: false }));
            }
            if bytes.len() > LONGEST {
                return Err(bad(&format!("a record is longer than {LONGEST} bytes")));
            }
        }
    }

    /// Reads on; gives how many bytes came.
    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let limit = SIZE as u64;
        match &mut self.wide {
            None => self.source.by_ref().take(limit).read_to_end(bytes),
            Some(wide) => {
                let mut raw = std::mem::take(&mut wide.part);
                let read = self.source.by_ref().take(limit).read_to_end(&mut raw)?;
                if read == 0 && !raw.is_empty() {
                    return Err(bad("it ends within a character"));
                }
                wide.decode(raw, bytes);
                Ok(read)
            }
        }
    }
}

impl Wide {
    fn decode(&mut self, raw: Vec<u8>, bytes: &mut Vec<u8>) {
        let (pairs, _) = raw.as_chunks::<2>();
        let mut whole = pairs.len();
        // The first half of a character that takes two units waits for the other.
        if let Some(last) = pairs.last()
            && (0xD800..0xDC00).contains(&(self.unit)(*last))
        {
            whole -= 1;
        }
        let units = pairs[..whole].iter().map(|pair| (self.unit)(*pair));
        for unit in char::decode_utf16(units) {
            let letter = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.part = raw[whole * 2..].to_vec();
    }
}

/// Behind the last empty line. Before `searched` there is none.
fn border(bytes: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(2);
    let mut end = bytes.len();
    while let Some(at) = memchr::memrchr(b'\n', &bytes[from..end]) {
        let at = from + at;
        let line = bytes[..at].strip_suffix(b"\r").unwrap_or(&bytes[..at]);
        if line.last() == Some(&b'\n') {
            return Some(at + 1);
        }
        end = at;
    }
    None
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks of a file that comes in pieces of this length.
    fn blocks(bytes: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let mut blocks = Blocks::new(bytes)?;
        let mut all = Vec::new();
        while let Some(block) = blocks.next(Vec::new())? {
            all.push(block.bytes);
        }
        Ok(all)
    }

    fn records(count: usize, end: &str) -> String {
        let record = |n| format!("dn: CN={n},DC=größe{end}cn: {n}{end}{end}");
        (0..count).map(record).collect()
    }

    #[test]
    fn blocks_end_with_records_and_together_are_the_file() {
        for end in ["\n", "\r\n"] {
            let text = records(100_000, end);
            let blocks = blocks(text.as_bytes()).unwrap();
            assert!(blocks.len() > 2);
            let (last, whole) = blocks.split_last().unwrap();
            assert!(last.len() < 3 * SIZE);
            for block in whole {
                assert!(block.ends_with(format!("{end}{end}").as_bytes()));
            }
            assert_eq!(blocks.concat(), text.as_bytes());
        }
    }

    #[test]
    fn byte_order_marks_are_understood() {
        let text = format!("dn: CN=Jörg 😀\r\n\r\n{}", records(60_000, "\r\n"));
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        let files = [
            [b"\xEF\xBB\xBF".to_vec(), text.as_bytes().to_vec()].concat(),
            b"\xFF\xFE".iter().copied().chain(little).collect(),
            b"\xFE\xFF".iter().copied().chain(big).collect(),
        ];
        for file in files {
            assert!(blocks(&file).unwrap().concat() == text.as_bytes());
        }
    }

    #[test]
    fn record_without_an_end_is_given_at_the_end_of_the_file() {
        let long = "x".repeat(3 * SIZE);
        assert_eq!(blocks(long.as_bytes()).unwrap(), [long.as_bytes()]);
        assert_eq!(blocks(b"a").unwrap(), [b"a"]);
    }

    #[test]
    fn empty_file_and_half_a_character_are_errors() {
        for (bytes, what) in [(&b""[..], "empty"), (b"\xFF\xFEa\0b", "within a character")] {
            assert!(blocks(bytes).unwrap_err().to_string().contains(what));
        }
    }

    #[test]
    fn endless_record_is_an_error() {
        let endless = io::repeat(b'x').take(2 * LONGEST as u64);
        let mut blocks = Blocks::new(endless).unwrap();
        let error = blocks.next(Vec::new()).unwrap_err();
        assert!(error.to_string().contains("longer than"));
    }
}
