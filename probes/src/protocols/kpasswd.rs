//! Whether the service that changes passwords answers a datagram.
//!
//! Sends one request (RFC 3244 section 2) whose ticket is empty, so that nothing can come of it. A
//! service answers with an error. Not every one does, so that silence tells nothing.

use super::asn1::Reader;

/// `AP-REQ` and `KRB-PRIV` without content.
const EMPTY_TICKET: [u8; 2] = [0x6E, 0];
const EMPTY_MESSAGE: [u8; 2] = [0x75, 0];
/// The version of the protocol by which a password is set.
const VERSION: u16 = 0xFF80;
const KRB_ERROR: u8 = 0x7E;

/// A request with an empty ticket.
pub(super) fn request() -> Vec<u8> {
    let length = 6 + EMPTY_TICKET.len() + EMPTY_MESSAGE.len();
    let head = [length as u16, VERSION, EMPTY_TICKET.len() as u16];
    let head = head.iter().flat_map(|number| number.to_be_bytes());
    head.chain(EMPTY_TICKET).chain(EMPTY_MESSAGE).collect()
}

/// Whether this is an answer of such a service: its own frame, or a bare error of Kerberos.
pub(super) fn answer(bytes: &[u8]) -> Option<()> {
    let is_error = |bytes: &[u8]| Reader(bytes).take(KRB_ERROR).is_some();
    let framed = || {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (_version, rest) = rest.split_first_chunk::<2>()?;
        let (ticket, rest) = rest.split_first_chunk::<2>()?;
        let whole = usize::from(u16::from_be_bytes(*length)) == bytes.len();
        let rest = rest.get(usize::from(u16::from_be_bytes(*ticket))..)?;
        (whole && !rest.is_empty()).then_some(())
    };
    match is_error(bytes) {
        true => Some(()),
        false => framed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_tells_its_own_length() {
        let bytes = request();
        assert_eq!(
            usize::from(u16::from_be_bytes([bytes[0], bytes[1]])),
            bytes.len()
        );
        assert_eq!(bytes[2..6], [0xFF, 0x80, 0, 2]);
    }

    #[test]
    fn answer_is_a_frame_or_an_error_and_nothing_else() {
        let cases: [(&[u8], bool); 6] = [
            (&[0, 8, 0, 1, 0, 0, KRB_ERROR, 0], true),
            (&[KRB_ERROR, 0], true),
            (&[0, 9, 0, 1, 0, 0, KRB_ERROR, 0], false),
            (&[0, 6, 0, 1, 0, 0], false),
            (&[0, 8, 0, 1, 0, 9, KRB_ERROR, 0], false),
            (b"garbage", false),
        ];
        for (bytes, right) in cases {
            assert_eq!(answer(bytes).is_some(), right, "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            answer(&bytes);
        }
    }
}
