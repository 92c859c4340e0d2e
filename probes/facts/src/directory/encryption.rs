//! Kerberos encryption types of an account or a trust.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Kerberos encryption type, weakest first (`msDS-SupportedEncryptionTypes`, MS-KILE 2.2.7).
///
/// Bits of the attribute that stand for other features are left out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EncryptionType {
    /// DES with CRC or MD5, bits 0x1 and 0x2; no current controller issues it.
    Des,
    /// RC4, bit 0x4.
    Rc4,
    /// AES with keys of 128 bits, bit 0x8.
    Aes128,
    /// AES with keys of 256 bits, bit 0x10.
    Aes256,
    /// AES session keys even where tickets are encrypted by RC4, bit 0x20.
    AesSessionKeys,
}

impl EncryptionType {
    /// The types that are set in a value of the attribute, weakest first.
    pub fn of_bits(bits: u32) -> Vec<Self> {
        let known = [
            (0x3, Self::Des),
            (0x4, Self::Rc4),
            (0x8, Self::Aes128),
            (0x10, Self::Aes256),
            (0x20, Self::AesSessionKeys),
        ];
        let set = known.iter().filter(|(mask, _)| bits & mask != 0);
        set.map(|(_, kind)| *kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_told_weakest_first_and_others_left_out() {
        let of = EncryptionType::of_bits;
        assert_eq!(of(0x2), [EncryptionType::Des]);
        let usual = [
            EncryptionType::Rc4,
            EncryptionType::Aes128,
            EncryptionType::Aes256,
        ];
        assert_eq!(of(0x8_0000 | 28), usual);
        assert_eq!(of(0x8_0000), []);
    }
}
