//! The few forms of ASN.1 that a controller's answers are made of.

/// `INTEGER`.
pub(crate) const INTEGER: u8 = 0x02;
/// `OCTET STRING`.
pub(crate) const OCTETS: u8 = 0x04;
/// `SEQUENCE`.
pub(crate) const SEQUENCE: u8 = 0x30;
/// `SET`.
pub(crate) const SET: u8 = 0x31;

/// A tag with its content, of less than 65,536 bytes.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    let [high, low] = length.to_be_bytes();
    let mut bytes = vec![tag];
    match length {
        0..0x80 => bytes.push(low),
        0x80..0x100 => bytes.extend([0x81, low]),
        _ => bytes.extend([0x82, high, low]),
    }
    bytes.extend_from_slice(&content[..usize::from(length)]);
    bytes
}

/// A tag with several elements behind each other.
pub(crate) fn group(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &parts.concat())
}

/// A number from 0 to 127.
pub(crate) fn number(value: u8) -> Vec<u8> {
    element(INTEGER, &[value])
}
