//! Tells keys that were never seen from those that may have been, in two to eight bytes a key.
//!
//! A Bloom filter whose bits for a key stand in one word, so that a key costs one look at memory
//! and looks do not wait for each other. It never misses a key that it was given; of others it takes
//! less than one in fifty for known.

use std::hint::black_box;

use super::text::Key;

/// Words of the smallest sieve: 16 KB.
const SMALLEST: usize = 1 << 11;

/// Bits for each key before the sieve is full.
const BITS_PER_KEY: usize = 16;

/// Which keys may have been seen.
#[derive(Debug)]
pub struct Sieve {
    words: Vec<u64>,
    keys: usize,
}

impl Sieve {
    /// A sieve with room for so many keys, at least.
    pub fn for_keys(keys: usize) -> Self {
        let words = (keys * BITS_PER_KEY).div_ceil(64).next_power_of_two();
        Self {
            words: vec![0; words.max(SMALLEST)],
            keys: 0,
        }
    }

    /// Adds a key; gives whether it may have been there already.
    pub fn add(&mut self, key: Key) -> bool {
        let bits = bits(key);
        let mask = self.words.len() - 1;
        let word = &mut self.words[key.low_bits() & mask];
        let is_known = *word & bits == bits;
        *word |= bits;
        self.keys += usize::from(!is_known);
        is_known
    }

    /// Reads the words of these keys, one right after the other: memory then brings many at a time,
    /// and has them at hand when they are added.
    pub fn expect(&self, keys: impl Iterator<Item = Key>) {
        let mask = self.words.len() - 1;
        let read = keys.fold(0, |read, key| read | self.words[key.low_bits() & mask]);
        // What was read is of no use, but reading it must not be left out.
        black_box(read);
    }

    /// Whether a key may be there.
    pub fn holds(&self, key: Key) -> bool {
        let bits = bits(key);
        self.words[key.low_bits() & (self.words.len() - 1)] & bits == bits
    }

    /// How many keys there are, if there are as many as there should be at most.
    pub fn is_full(&self) -> Option<usize> {
        (self.keys * BITS_PER_KEY > self.words.len() * 64).then_some(self.keys)
    }
}

/// Three bits of a word.
fn bits(key: Key) -> u64 {
    let [a, b, c] = key.places();
    1 << a | 1 << b | 1 << c
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::text::Hashing;

    #[test]
    fn what_was_added_is_held_and_little_else() {
        const KEYS: usize = 100_000;
        let hashing = Hashing::new();
        let key = |number: usize| hashing.of(0, &number.to_string()).unwrap();
        let mut sieve = Sieve::for_keys(KEYS);
        let early = (0..KEYS).filter(|number| sieve.add(key(*number))).count();
        assert!(early < KEYS / 50, "{early} were taken for known");
        assert!((0..KEYS).all(|number| sieve.holds(key(number))));
        let wrong = (KEYS..2 * KEYS).filter(|number| sieve.holds(key(*number)));
        assert!(wrong.count() < KEYS / 50);
        assert_eq!(sieve.is_full(), None);
    }
}
