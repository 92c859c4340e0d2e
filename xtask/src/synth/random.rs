//! Chance that is the same everywhere: numbers made from the seed, a stream and an object's index.
//!
//! SplitMix64 (Steele, Lea, Flood 2014), written out because the bytes of a directory must not
//! change with the version of a library. Not for secrets.

/// Numbers for one object.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice for the object with this index; another stream gives other numbers.
    pub fn new(seed: u64, stream: u64, index: u64) -> Self {
        let mut dice = Self(seed ^ stream.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let mixed = dice.next();
        Self(mixed ^ index.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a limit; zero if the limit is zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(limit);
        u64::try_from(wide >> 64).expect("a product of two 64-bit numbers has 128 bits")
    }

    /// Whether a thing happens that happens so many times in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.below(from.len() as u64);
        &from[usize::try_from(index).expect("an index into a slice")]
    }

    /// 16 bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        let both = u128::from(self.next()) << 64 | u128::from(self.next());
        both.to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_for_ever() {
        let mut dice = Dice::new(1, 2, 3);
        let numbers = [dice.next(), dice.below(1000), dice.below(1000)];
        let mut again = Dice::new(1, 2, 3);
        assert_eq!(numbers[0], again.next());
        assert_ne!(numbers[0], Dice::new(1, 2, 4).next());
        assert_ne!(numbers[0], Dice::new(2, 2, 3).next());
        assert!(numbers[1] < 1000 && numbers[2] < 1000);
    }

    #[test]
    fn chance_keeps_its_share() {
        let hits = (0..10_000)
            .filter(|index| Dice::new(7, 0, *index).chance(100))
            .count();
        assert!(
            (900..1100).contains(&hits),
            "{hits} of 10000 at 100 in 1000"
        );
    }
}
