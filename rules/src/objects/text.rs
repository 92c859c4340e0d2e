//! Which bytes a value may hold, and the hash by which values are compared.
//!
//! Every value of every object passes here, so sound ones cost no allocation: a table of 256
//! classes tells what is allowed, and short ASCII values are folded on the stack. Hashes have a
//! random seed, so that nobody can craft a directory whose values all meet in one place.

use rapidhash::v3::{RapidSecrets, rapidhash_v3_nano_inline};

/// A set of bytes: one bit of [`CLASSES`].
#[derive(Debug, Clone, Copy)]
pub struct Class(u8);

/// What a mail address may hold before its `@` (RFC 5322 atext), and the full stop.
pub const ATEXT: Class = Class(1);
/// What a sign-in name may hold before its `@`, and the full stop.
pub const SIGN_IN: Class = Class(2);
/// Letters, digits, hyphen and full stop: what a domain may hold.
pub const LABEL: Class = Class(4);
/// What an account name may hold.
pub const ACCOUNT: Class = Class(8);
/// What an address of a kind without a syntax known here may hold.
pub const OTHER_ADDRESS: Class = Class(16);
/// What an X.400 or X.500 address may hold.
pub const X_ADDRESS: Class = Class(32);
/// Everything but the full stop.
const NO_STOP: Class = Class(64);

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphanumeric() {
            table[byte] |= ATEXT.0 | SIGN_IN.0 | LABEL.0;
        }
        if has(b".!#$%&'*+/=?^_`{|}~-", b) {
            table[byte] |= ATEXT.0;
        }
        if has(b".'-_!#^~", b) {
            table[byte] |= SIGN_IN.0;
        }
        if has(b".-", b) {
            table[byte] |= LABEL.0;
        }
        if !b.is_ascii_control() && !has(b"\\\"|,/[]:<>+=;?*", b) {
            table[byte] |= ACCOUNT.0;
        }
        if !b.is_ascii_control() && !has(b" :<>(),[]\"", b) {
            table[byte] |= OTHER_ADDRESS.0;
        }
        if !has(b"\x0c\n\r\t\x0b:[]\"", b) {
            table[byte] |= X_ADDRESS.0;
        }
        if b != b'.' {
            table[byte] |= NO_STOP.0;
        }
        byte += 1;
    }
    table
}

const fn has(set: &[u8], byte: u8) -> bool {
    let mut at = 0;
    while at < set.len() {
        if set[at] == byte {
            return true;
        }
        at += 1;
    }
    false
}

impl Class {
    /// Whether the set holds a byte.
    pub fn holds(self, byte: u8) -> bool {
        CLASSES[usize::from(byte)] & self.0 != 0
    }

    /// Whether all bytes are of the set.
    pub fn holds_all(self, text: &str) -> bool {
        common(text, self.0) != 0
    }

    /// Whether a text is made of the set, with full stops neither at an end nor two in a row.
    pub fn is_dotted(self, text: &str) -> bool {
        let common = common(text, self.0 | NO_STOP.0);
        if common & self.0 == 0 || text.is_empty() {
            return false;
        }
        let bytes = text.as_bytes();
        common & NO_STOP.0 != 0
            || (!bytes.starts_with(b".")
                && !bytes.ends_with(b".")
                && !bytes.windows(2).any(|pair| pair == b".."))
    }
}

/// Those of some sets that hold all bytes.
fn common(text: &str, sets: u8) -> u8 {
    let common = |common, byte: &u8| common & CLASSES[usize::from(*byte)];
    text.as_bytes().iter().fold(sets, common)
}

/// White space, control characters, and the format characters that show nothing.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The form in which two values are the same to the service: trimmed, lower case.
pub fn fold(value: &str) -> String {
    value.trim().to_lowercase()
}

/// A value without the white space around it, as [`str::trim`] gives it.
pub fn trimmed(value: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = value.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        return value;
    }
    value.trim()
}

/// 96 bits of a hash, as those of values of the whole directory are held against each other: among
/// a thousand million values a chance meeting is one in 10^11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u32; 3]);

impl Key {
    /// 64 of its bits.
    pub fn hash(self) -> u64 {
        u64::from(self.0[0]) << 32 | u64::from(self.0[1])
    }

    /// Some of its bits, for a place in a table.
    pub fn low_bits(self) -> usize {
        self.0[0] as usize
    }

    /// Other bits than those: three numbers below 64.
    pub fn places(self) -> [u32; 3] {
        [0, 6, 12].map(|shift| self.0[2] >> shift & 63)
    }
}

/// Room in which values are folded on the stack, behind their name space: names and addresses fit.
/// It is worked on as a whole, which takes a few steps of the processor whatever the length.
const ROOM: usize = 64;

/// Hashes values in the form in which they are compared.
#[derive(Debug, Clone)]
pub struct Hashing([RapidSecrets; 2]);

impl Hashing {
    /// With seeds of its own.
    pub fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        let state = RandomState::new();
        Self([0, 1].map(|number| RapidSecrets::seed(state.hash_one(number))))
    }

    /// The hash of a value within a name space; none for values of white space alone.
    pub fn of(&self, space: u8, value: &str) -> Option<Key> {
        let value = trimmed(value);
        if value.is_empty() {
            return None;
        }
        if value.len() < ROOM {
            let mut room = [0; ROOM];
            room[0] = space;
            room[1..=value.len()].copy_from_slice(value.as_bytes());
            if room.iter().fold(0, |all, byte| all | byte).is_ascii() {
                room.make_ascii_lowercase();
                return Some(self.key(&room[..=value.len()]));
            }
        }
        let mut long = vec![space];
        long.extend_from_slice(value.to_lowercase().as_bytes());
        Some(self.key(&long))
    }

    fn key(&self, bytes: &[u8]) -> Key {
        let [one, other] = &self.0;
        let one = rapidhash_v3_nano_inline::<true, true>(bytes, one);
        let other = rapidhash_v3_nano_inline::<true, true>(bytes, other);
        // Halves of the first, and one of the second.
        Key([(one >> 32) as u32, one as u32, other as u32])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_meet_whatever_their_case_and_the_white_space_around_them() {
        let hashing = Hashing::new();
        for (one, other) in [
            ("Ann@Contoso.com", " ann@contoso.COM\n"),
            ("JÖRG@contoso.com", "jörg@contoso.com"),
        ] {
            assert_eq!(hashing.of(1, one), hashing.of(1, other));
            assert_ne!(hashing.of(1, one), hashing.of(2, one));
        }
        assert_eq!(hashing.of(1, " \u{3000}"), None);
    }

    proptest! {
        #[test]
        fn long_and_short_values_are_hashed_alike(value in "[a-zA-Z]{50,80}") {
            let hashing = Hashing::new();
            let lower = hashing.of(0, &value.to_lowercase());
            prop_assert_eq!(hashing.of(0, &value), lower);
        }

        #[test]
        fn a_hash_is_that_of_the_folded_value(value in any::<String>()) {
            let hashing = Hashing::new();
            prop_assert_eq!(hashing.of(0, &value), hashing.of(0, &fold(&value)));
        }
    }
}
