//! Which word stands for which: a table that grows as words are met.
//!
//! A word is replaced by one of the same length whose characters are of the same kind: letters by
//! letters of the same alphabet, digits by digits. No two words get the same one, whatever their
//! case. Words of four letters and more become words without vowels, which no person or company
//! bears, so no part of one can be taken for a name; letters with diacritics stay, as they are
//! faults that rules look for. Words of the program's own vocabulary stay, and nothing becomes one.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{mapping::Mapping, secret::Secret};

/// From how many letters on a word is a name that must not be readable.
pub const NAME_LETTERS: usize = 4;

/// How often a word is drawn before the next free one is taken.
const ATTEMPTS: u32 = 200;

const CONSONANTS: &str = "bcdfghjklmnpqrstvwxz";
const LATIN: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
// Without sigma, whose lower case depends on where in a word it stands.
const GREEK: &str = "αβγδεζηθικλμνξοπρτυφχψω";
const CYRILLIC: &str = "абвгдежзийклмнопрстуфхцчшщъыьэюя";

/// Scripts of thousands of letters, by their first and last.
const LARGE: [(char, char); 2] = [('\u{4e00}', '\u{9fa5}'), ('\u{ac00}', '\u{d7a3}')];

/// Latin letters with diacritics: faults that rules look for.
const DIACRITICS: [(char, char); 2] = [('\u{c0}', '\u{24f}'), ('\u{1e00}', '\u{1eff}')];

/// Words that rules and the object checks know, and parts of names that every directory has.
const VOCABULARY: &str = "aad abuse ad admin administrator administrators autodiscover azureadkerberos \
    azureadssoacc builtin cas cnf computers configuration controllers del dc domain domaincontrollers \
    duplicate enterpriseenrollment enterpriseregistration exchangelabs forest forestdnszones \
    domaindnszones gc gmsa guest healthmailbox hostmaster kerberos kpasswd krbtgt ldap lyncdiscover majordomo microsoft \
    msdcs msol msoid ntds pdc pgmsa postmaster provagentgmsa root schema security secure services \
    settings sip sipfederationtls sites smtp ssl support system systemmailbox tcp udp users webmaster www";

/// The words met so far.
#[derive(Debug)]
pub struct Table<'a> {
    secret: Option<&'a Secret>,
    /// By name space and word; both in lower case.
    words: HashMap<(Space, String), String>,
    taken: HashSet<(Space, String)>,
    /// Every word of the original with enough letters, and those of them without a vowel.
    originals: HashSet<String>,
    hard: Vec<String>,
    /// Words that stay somewhere, as endings of domains do; they may be names elsewhere.
    kept: HashSet<String>,
}

/// Name spaces of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Space {
    /// Letters, or digits.
    Word,
    /// Hexadecimal digits of an identifier.
    Hex,
    /// Addresses.
    Address,
    /// The numbers of a domain in security identifiers.
    Domain,
}

impl<'a> Table<'a> {
    /// A table without a word.
    pub fn new(secret: &'a Secret) -> Self {
        Self {
            secret: Some(secret),
            words: HashMap::new(),
            taken: HashSet::new(),
            originals: HashSet::new(),
            hard: Vec::new(),
            kept: HashSet::new(),
        }
    }

    /// The table that leads back; words that it does not know stay.
    pub fn back(mapping: &Mapping) -> Table<'static> {
        let words = mapping.pairs().map(|(space, original, pseudonym)| {
            ((space, pseudonym.to_owned()), original.to_owned())
        });
        Table {
            secret: None,
            words: words.collect(),
            taken: HashSet::new(),
            originals: HashSet::new(),
            hard: Vec::new(),
            kept: HashSet::new(),
        }
    }

    /// Whether names are replaced, and not put back.
    pub fn is_redacting(&self) -> bool {
        self.secret.is_some()
    }

    /// What was replaced by what.
    pub fn into_mapping(self) -> Mapping {
        let words = self.words.into_iter();
        Mapping::new(words.map(|((space, original), pseudonym)| (space, original, pseudonym)))
    }

    /// Notes a word of the original, before any is replaced.
    pub fn learn(&mut self, word: &str) {
        let word = fold(word);
        if !is_name(&word) || is_vocabulary(&word) || self.originals.contains(&word) {
            return;
        }
        if !word.contains(is_vowel) && word.is_ascii() {
            self.hard.push(word.clone());
        }
        self.originals.insert(word);
    }

    /// Notes a word that stays where it stands.
    pub fn keep(&mut self, word: &str) {
        self.kept.insert(fold(word));
    }

    /// Whether this is a word of the original that must not be readable.
    pub fn is_original(&self, word: &str) -> bool {
        let word = fold(word);
        self.originals.contains(&word) && !self.kept.contains(&word)
    }

    /// The word that stands for this one, in the same case letter by letter.
    pub fn word(&mut self, word: &str) -> String {
        let folded = fold(word);
        let manner = Manner::of(&folded);
        if is_vocabulary(&folded) || !folded.chars().any(|c| letters(c, manner).is_some()) {
            return word.to_owned();
        }
        let other = self.other(Space::Word, &folded, |bytes| draw(&folded, bytes));
        let other = in_case_of(word, &other);
        match other.strip_suffix('σ') {
            // As it is written at the end of a word.
            Some(start) if !self.is_redacting() && !start.is_empty() => format!("{start}ς"),
            _ => other,
        }
    }

    /// What stands for a value of a name space; drawn from random bytes until it is free.
    pub fn other(
        &mut self,
        space: Space,
        value: &str,
        draw: impl Fn(&mut dyn Iterator<Item = u8>) -> String,
    ) -> String {
        if let Some(known) = self.words.get(&(space, value.to_owned())) {
            return known.clone();
        }
        let Some(secret) = self.secret else {
            return value.to_owned();
        };
        let name = format!("{space:?}");
        let mut drawn = (0..ATTEMPTS).map(|attempt| draw(&mut secret.bytes(&name, value, attempt)));
        let other = drawn.find(|other| self.is_free(space, other));
        drop(drawn);
        let other = other.unwrap_or_else(|| self.next_free(space, value));
        self.taken.insert((space, other.clone()));
        self.words.insert((space, value.to_owned()), other.clone());
        other
    }

    fn is_free(&self, space: Space, other: &str) -> bool {
        let is_taken = self.taken.contains(&(space, other.to_owned()));
        let is_plain = space != Space::Word
            || !(is_vocabulary(other)
                || is_top_level(other)
                || (is_name(other) && self.originals.contains(other))
                || self.hard.iter().any(|hard| other.contains(hard.as_str())));
        !is_taken && is_plain
    }

    /// Short words run out: the next one that no other has, whatever it may mean.
    fn next_free(&self, space: Space, value: &str) -> String {
        let mut other: Vec<char> = value.chars().collect();
        loop {
            if !step(&mut other) {
                return value.to_owned();
            }
            let text: String = other.iter().collect();
            if text == value || !self.taken.contains(&(space, text.clone())) {
                return text;
            }
        }
    }
}

/// Counts on by one, as an odometer does; false if nothing in it can be counted.
fn step(word: &mut [char]) -> bool {
    for c in word.iter_mut().rev() {
        let Some(letters) = letters(*c, Manner::Short) else {
            continue;
        };
        let at = letters.position(*c);
        *c = letters.nth(at + 1);
        if at + 1 < letters.len() {
            return true;
        }
    }
    word.iter().any(|c| letters(*c, Manner::Short).is_some())
}

/// A word of the same form, each character drawn from its alphabet.
fn draw(word: &str, bytes: &mut dyn Iterator<Item = u8>) -> String {
    let manner = Manner::of(word);
    let mut number = || {
        (&mut *bytes)
            .take(4)
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(byte))
    };
    let one = |c: char| match letters(c, manner) {
        Some(letters) => letters.nth(number()),
        None => c,
    };
    word.chars().map(one).collect()
}

/// Letters that may stand for each other.
enum Letters {
    Listed(&'static str),
    Range(char, char),
    Near(Vec<char>),
}

impl Letters {
    fn len(&self) -> usize {
        match self {
            Self::Listed(letters) => letters.chars().count(),
            Self::Range(first, last) => (*first..=*last).count(),
            Self::Near(letters) => letters.len(),
        }
    }

    /// The letter of this number; begins again after the last.
    fn nth(&self, number: usize) -> char {
        let number = number % self.len();
        match self {
            Self::Listed(letters) => letters.chars().nth(number).unwrap_or('x'),
            Self::Range(first, last) => (*first..=*last).nth(number).unwrap_or(*first),
            Self::Near(letters) => letters[number],
        }
    }

    fn position(&self, letter: char) -> usize {
        let found = match self {
            Self::Listed(letters) => letters.chars().position(|c| c == letter),
            Self::Range(first, last) => (*first..=*last).position(|c| c == letter),
            Self::Near(letters) => letters.iter().position(|c| *c == letter),
        };
        found.unwrap_or(0)
    }
}

/// Which letters of a word are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// A short word: all but those with diacritics.
    Short,
    /// A name: the same, and vowels become consonants.
    Name,
    /// A word of nothing else: those with diacritics too.
    Diacritics,
}

impl Manner {
    fn of(word: &str) -> Self {
        let has_plain = word.chars().any(|c| letters(c, Self::Short).is_some());
        match is_name(word) {
            _ if !has_plain => Self::Diacritics,
            true => Self::Name,
            false => Self::Short,
        }
    }
}

/// The letters by which a character in lower case may be replaced; none if it stays.
fn letters(c: char, manner: Manner) -> Option<Letters> {
    let is_in = |ranges: &[(char, char)]| {
        let mut ranges = ranges.iter();
        ranges
            .find(|(first, last)| (*first..=*last).contains(&c))
            .copied()
    };
    match c {
        'a'..='z' if manner == Manner::Name => Some(Letters::Listed(CONSONANTS)),
        'a'..='z' => Some(Letters::Listed(LATIN)),
        '0'..='9' => Some(Letters::Listed(DIGITS)),
        _ if c.is_ascii() || !c.is_alphabetic() => None,
        'σ' => Some(Letters::Listed(GREEK)),
        _ if GREEK.contains(c) => Some(Letters::Listed(GREEK)),
        _ if CYRILLIC.contains(c) => Some(Letters::Listed(CYRILLIC)),
        _ if is_in(&DIACRITICS).is_some() && manner != Manner::Diacritics => None,
        _ => is_in(&LARGE)
            .map(|(first, last)| Letters::Range(first, last))
            .or_else(|| near(c).map(Letters::Near)),
    }
}

/// Letters next to one that take as many bytes and have a case, or none, as it does.
fn near(c: char) -> Option<Vec<char>> {
    const BLOCK: u32 = 64;
    // Letters whose case is not that of one letter stay.
    has_case(c)?;
    let start = u32::from(c) / BLOCK * BLOCK;
    let candidates = (start..start + BLOCK).filter_map(char::from_u32);
    let alike =
        |other: &char| other.is_alphabetic() && *other != 'σ' && has_case(*other) == has_case(c);
    let near: Vec<char> = candidates.filter(alike).collect();
    (near.len() > 1).then_some(near)
}

/// Whether a letter in lower case has an upper case that leads back to it; none for letters that
/// are not in lower case.
fn has_case(c: char) -> Option<bool> {
    let single = |mut chars: Box<dyn Iterator<Item = char>>| match (chars.next(), chars.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    let lower = single(Box::new(c.to_lowercase()))?;
    let upper = single(Box::new(c.to_uppercase()))?;
    let back = single(Box::new(upper.to_lowercase()))?;
    match (lower == c, upper == c) {
        (true, true) => Some(false),
        (true, false) if back == c => Some(true),
        _ => None,
    }
}

/// Whether a word has enough letters to be a name.
fn is_name(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() >= NAME_LETTERS
}

fn is_vowel(c: char) -> bool {
    "aeiouy".contains(c)
}

/// Whether a word is the program's own.
pub fn is_vocabulary(word: &str) -> bool {
    VOCABULARY.split_whitespace().any(|known| known == word)
}

/// Whether a word is a top-level domain, which would make a name public that is not.
fn is_top_level(word: &str) -> bool {
    let domain = format!("a.{word}");
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// The word in lower case, character by character.
fn fold(word: &str) -> String {
    let one = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some('ς'), None) => 'σ',
            (Some(lower), None) => lower,
            _ => c,
        }
    };
    word.chars().map(one).collect()
}

/// The other word with the case of the first, letter by letter.
fn in_case_of(word: &str, other: &str) -> String {
    let one = |(c, other): (char, char)| {
        if fold(&c.to_string()) == other.to_string() {
            return c;
        }
        let mut upper = other.to_uppercase();
        match (c.is_uppercase(), upper.next(), upper.next()) {
            (true, Some(upper), None) => upper,
            _ => other,
        }
    };
    word.chars().zip(other.chars()).map(one).collect()
}
