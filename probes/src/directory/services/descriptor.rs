//! Security descriptors in their self-relative form (MS-DTYP 2.4.6): the access list, taken apart.
//!
//! Takes any bytes and bounds what it keeps; owner, group and audit list are not looked at. Entries
//! of kinds that neither allow nor deny are skipped. A broken descriptor gives nothing at all: half
//! a list could hide a denial.

use std::fmt;

use crate::directory::values;

/// Access lists are at most 64 KiB long, so this many entries never come.
const MOST_ENTRIES: usize = 4096;

/// Bits of a descriptor's control word.
const DACL_PRESENT: u16 = 0x0004;
const DACL_PROTECTED: u16 = 0x1000;

/// Flags of an entry.
const CONTAINER_INHERIT: u8 = 0x02;
const INHERIT_ONLY: u8 = 0x08;
const INHERITED: u8 = 0x10;

/// A security identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Sid {
    authority: u64,
    parts: Vec<u32>,
}

impl Sid {
    /// Everyone, `S-1-1-0`.
    pub fn everyone() -> Self {
        Self {
            authority: 1,
            parts: vec![0],
        }
    }

    /// Reads an identifier that takes up all the bytes, as the attribute `objectSid` does.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (sid, rest) = Self::split(bytes)?;
        rest.is_empty().then_some(sid)
    }

    /// The identifier at the front, and what follows it.
    fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, rest) = bytes.split_at_checked(8)?;
        let (revision, count) = (head[0], usize::from(head[1]));
        if revision != 1 || count > 15 {
            return None;
        }
        let authority = head[2..]
            .iter()
            .fold(0, |all, byte| (all << 8) | u64::from(*byte));
        let (parts, rest) = rest.split_at_checked(4 * count)?;
        let parts = parts.chunks_exact(4).filter_map(|part| u32_at(part, 0));
        let parts = parts.collect();
        Some((Self { authority, parts }, rest))
    }

    /// Its last part: the number within the domain; 0 if it has none.
    pub fn relative(&self) -> u32 {
        self.parts.last().copied().unwrap_or_default()
    }

    /// Whether every domain has it: of no domain at all, or numbered below 1000 within one.
    pub fn built_in(&self) -> bool {
        let of_domain = self.authority == 5 && self.parts.first() == Some(&21);
        !of_domain || self.parts.len() < 5 || self.parts.last().is_some_and(|last| *last < 1000)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S-1-{}", self.authority)?;
        self.parts.iter().try_for_each(|part| write!(f, "-{part}"))
    }
}

/// Who may do what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessList {
    /// The entries in order, which decides; nothing if there is no list, so that all may do all.
    pub entries: Option<Vec<AccessEntry>>,
    /// Whether rights from above are not taken over.
    pub protected: bool,
}

/// One entry of an access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccessEntry {
    /// Whether it allows, not denies.
    pub allows: bool,
    /// Whether it is about the object itself, not only passed on.
    pub here: bool,
    /// Whether it is passed on to what is below.
    pub below: bool,
    /// Whether it came from above.
    pub inherited: bool,
    /// The rights as bits (MS-ADTS 5.1.3.2).
    pub mask: u32,
    /// The attribute, property set, extended right or class that it is about, as a GUID; all if
    /// nothing.
    pub about: Option<String>,
    /// The class to which it is passed on, as a GUID; all if nothing.
    pub class: Option<String>,
    /// For whom.
    pub trustee: Sid,
}

impl AccessList {
    /// Reads a descriptor's access list; nothing if the descriptor is broken or has none to show.
    pub fn read(descriptor: &[u8]) -> Option<Self> {
        let control = u16_at(descriptor, 2)?;
        if descriptor.first() != Some(&1) || control & DACL_PRESENT == 0 {
            return None;
        }
        let entries = match usize::try_from(u32_at(descriptor, 16)?).ok()? {
            0 => None,
            at => Some(entries(descriptor.get(at..)?)?),
        };
        Some(Self {
            entries,
            protected: control & DACL_PROTECTED != 0,
        })
    }
}

fn entries(list: &[u8]) -> Option<Vec<AccessEntry>> {
    let size = usize::from(u16_at(list, 2)?);
    let count = usize::from(u16_at(list, 4)?);
    let mut rest = list.get(8..size)?;
    let mut entries = Vec::new();
    for _ in 0..count.min(MOST_ENTRIES) {
        let size = usize::from(u16_at(rest, 2)?);
        let (entry, after) = rest.split_at_checked(size)?;
        rest = after;
        if let Some(kind) = Kind::of(*entry.first()?) {
            entries.push(read_entry(kind, entry)?);
        }
    }
    (count <= MOST_ENTRIES).then_some(entries)
}

/// The kinds of entry that decide: what they do, and whether they can be about a part (MS-DTYP
/// 2.4.4.1). Those with a condition allow or deny under it, which cannot be known here: they are
/// taken for the worse, which is that they allow.
#[derive(Clone, Copy)]
struct Kind {
    allows: bool,
    of_part: bool,
}

impl Kind {
    fn of(kind: u8) -> Option<Self> {
        let (allows, of_part) = match kind {
            0x00 | 0x09 => (true, false),
            0x01 => (false, false),
            0x05 | 0x0B => (true, true),
            0x06 => (false, true),
            _ => return None,
        };
        Some(Self { allows, of_part })
    }
}

fn read_entry(kind: Kind, entry: &[u8]) -> Option<AccessEntry> {
    let flags = *entry.get(1)?;
    let mask = u32_at(entry, 4)?;
    let mut rest = entry.get(8..)?;
    let (mut about, mut class) = (None, None);
    if kind.of_part {
        let has = u32_at(rest, 0)?;
        rest = rest.get(4..)?;
        for (bit, place) in [(1, &mut about), (2, &mut class)] {
            if has & bit != 0 {
                let (guid, after) = rest.split_at_checked(16)?;
                (*place, rest) = (values::guid(guid), after);
            }
        }
    }
    let (trustee, _) = Sid::split(rest)?;
    Some(AccessEntry {
        allows: kind.allows,
        here: flags & INHERIT_ONLY == 0,
        below: flags & CONTAINER_INHERIT != 0,
        inherited: flags & INHERITED != 0,
        mask,
        about,
        class,
        trustee,
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
pub(super) mod samples {
    //! Descriptors for tests, written by the rules of MS-DTYP and not by those of the parser.

    /// The bytes of `S-1-5-21-1-2-3-relative`.
    pub fn domain_sid(relative: u32) -> Vec<u8> {
        sid(5, &[21, 1, 2, 3, relative])
    }

    pub fn sid(authority: u8, parts: &[u32]) -> Vec<u8> {
        let count = u8::try_from(parts.len()).unwrap();
        let mut bytes = vec![1, count, 0, 0, 0, 0, 0, authority];
        bytes.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
        bytes
    }

    /// The bytes of a GUID in its usual form.
    pub fn guid(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        let mut bytes: Vec<u8> = digits.chunks(2).map(|pair| byte(pair).unwrap()).collect();
        bytes[..4].reverse();
        bytes[4..6].reverse();
        bytes[6..8].reverse();
        bytes
    }

    /// An entry: its kind, flags, rights, the GUIDs that it is about, and for whom.
    pub fn entry(kind: u8, flags: u8, mask: u32, guids: [Option<&str>; 2], sid: &[u8]) -> Vec<u8> {
        let mut body = mask.to_le_bytes().to_vec();
        if matches!(kind, 5..=8) {
            let has = u32::from(guids[0].is_some()) + 2 * u32::from(guids[1].is_some());
            body.extend(has.to_le_bytes());
            body.extend(guids.iter().flatten().flat_map(|text| guid(text)));
        }
        body.extend(sid);
        let size = u16::try_from(body.len() + 4).unwrap();
        [vec![kind, flags], size.to_le_bytes().to_vec(), body].concat()
    }

    /// A descriptor with these entries and nothing else.
    pub fn descriptor(control: u16, entries: &[Vec<u8>]) -> Vec<u8> {
        let body = entries.concat();
        let size = u16::try_from(body.len() + 8).unwrap();
        let count = u16::try_from(entries.len()).unwrap();
        let mut bytes = vec![1, 0];
        bytes.extend((0x8004 | control).to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(20_u32.to_le_bytes());
        bytes.extend([4, 0]);
        bytes.extend(size.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(body);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{samples::*, *};

    const RIGHT: &str = "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2";

    #[test]
    fn identifiers_are_written_in_their_usual_form() {
        let cases = [
            (domain_sid(1104), "S-1-5-21-1-2-3-1104", false),
            (domain_sid(512), "S-1-5-21-1-2-3-512", true),
            (sid(5, &[32, 544]), "S-1-5-32-544", true),
            (
                sid(5, &[80, 1, 2, 3, 4, 5000]),
                "S-1-5-80-1-2-3-4-5000",
                true,
            ),
            (sid(1, &[0]), "S-1-1-0", true),
        ];
        for (bytes, text, built_in) in cases {
            let sid = Sid::read(&bytes).unwrap();
            assert_eq!((sid.to_string().as_str(), sid.built_in()), (text, built_in));
        }
        assert_eq!(Sid::read(&[domain_sid(1), vec![0]].concat()), None);
    }

    #[test]
    fn entries_are_read_with_what_they_are_about() {
        let who = domain_sid(1104);
        let plain = entry(0, 0x12, 0xF01FF, [None, None], &who);
        let of_part = entry(6, 0x0A, 0x100, [Some(RIGHT), Some(RIGHT)], &who);
        let audit = entry(2, 0, 1, [None, None], &who);
        let list = AccessList::read(&descriptor(0x1000, &[plain, audit, of_part])).unwrap();
        assert!(list.protected);
        let [first, second] = list.entries.unwrap().try_into().unwrap();
        assert!(first.allows && first.here && first.below && first.inherited);
        assert_eq!((first.mask, first.about), (0xF01FF, None));
        assert!(!second.allows && !second.here && second.below && !second.inherited);
        assert_eq!(second.about.as_deref(), Some(RIGHT));
        assert_eq!(second.class.as_deref(), Some(RIGHT));
        assert_eq!(second.trustee.to_string(), "S-1-5-21-1-2-3-1104");
    }

    #[test]
    fn missing_list_is_not_taken_for_an_empty_one() {
        let mut whole = descriptor(0, &[]);
        let empty = AccessList::read(&whole).unwrap();
        assert_eq!(empty.entries, Some(vec![]));
        whole[16] = 0;
        assert_eq!(AccessList::read(&whole).unwrap().entries, None);
        whole[2] = 0;
        assert_eq!(AccessList::read(&whole), None);
    }

    #[test]
    fn descriptor_that_ends_too_soon_gives_nothing() {
        let who = domain_sid(1104);
        let entries = [
            entry(5, 0, 0x100, [Some(RIGHT), None], &who),
            entry(1, 0, 0x100, [None, None], &who),
        ];
        let whole = descriptor(0, &entries);
        assert!(AccessList::read(&whole).is_some());
        for end in 0..whole.len() {
            assert_eq!(AccessList::read(&whole[..end]), None, "{end} bytes");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = (Sid::read(&bytes), AccessList::read(&bytes));
        }

        #[test]
        fn no_damage_to_a_sound_descriptor_makes_it_panic(at in 0_usize..120, byte: u8) {
            let who = domain_sid(1104);
            let sound = entry(5, 0, 0x100, [Some(RIGHT), Some(RIGHT)], &who);
            let mut bytes = descriptor(0, &[sound.clone(), sound]);
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = AccessList::read(&bytes);
        }

        #[test]
        fn identifiers_come_back_as_they_were(parts in proptest::collection::vec(0_u32.., 0..16)) {
            let read = Sid::read(&sid(5, &parts)).unwrap();
            let numbers: String = parts.iter().map(|part| format!("-{part}")).collect();
            assert_eq!(read.to_string(), format!("S-1-5{numbers}"));
        }
    }
}
