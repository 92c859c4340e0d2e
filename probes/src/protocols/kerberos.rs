//! Whether a Kerberos service answers: a request for a ticket of a principal that does not exist.
//!
//! Sends one `AS-REQ` (RFC 4120 section 5.4.1) without any secret. A service answers with an error
//! that names its realm and its clock; the controller notes a failed request in its log.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use waterline_facts::{Seen, protocols::KerberosFacts};

use super::asn1::{INTEGER, Reader, SEQUENCE, element, group, number};

const BIT_STRING: u8 = 0x03;
const GENERALIZED_TIME: u8 = 0x18;
const GENERAL_STRING: u8 = 0x1B;
const AS_REQ: u8 = 0x6A;
const AS_REP: u8 = 0x6B;
const KRB_ERROR: u8 = 0x7E;
/// AES with 256 and 128 bits, and RC4: whatever the service supports is no matter here.
const ENCRYPTION_TYPES: [u32; 3] = [18, 17, 23];
/// The request has no use of a ticket, so its end may be any.
const TILL: &[u8] = b"20370913024805Z";
/// The longest realm; DNS has none longer (RFC 1035).
const LONGEST: usize = 255;

/// A request in this realm, on behalf of nobody.
pub(super) fn request(realm: &str) -> Vec<u8> {
    let realm = realm.to_uppercase();
    let field = |place: u8, content: Vec<u8>| element(0xA0 | place, &content);
    let text = |text: &str| element(GENERAL_STRING, text.as_bytes());
    let name = |kind: u32, parts: &[&str]| {
        let parts: Vec<_> = parts.iter().map(|part| text(part)).collect();
        let kind = field(0, number(INTEGER, kind));
        group(SEQUENCE, &[kind, field(1, group(SEQUENCE, &parts))])
    };
    let types: Vec<_> = ENCRYPTION_TYPES.map(|kind| number(INTEGER, kind)).into();
    let body = [
        field(0, element(BIT_STRING, &[0, 0, 0, 0, 0])),
        field(1, name(1, &["waterline-no-such-principal"])),
        field(2, text(&realm)),
        field(3, name(2, &["krbtgt", &realm])),
        field(5, element(GENERALIZED_TIME, TILL)),
        field(7, number(INTEGER, 1)),
        field(8, group(SEQUENCE, &types)),
    ];
    let request = [
        field(1, number(INTEGER, 5)),
        field(2, number(INTEGER, 10)),
        field(4, group(SEQUENCE, &body)),
    ];
    element(AS_REQ, &group(SEQUENCE, &request))
}

/// What an answer says, at this moment; none if it is no answer of a Kerberos service.
pub(super) fn answer(bytes: &[u8], now: Timestamp) -> Option<KerberosFacts> {
    let (tag, content) = Reader(bytes).next()?;
    let fields = Reader(content).take(SEQUENCE)?;
    let text = |place: u8| {
        let found = fields.find(0xA0 | place)?.take(GENERAL_STRING)?;
        let text = str::from_utf8(found.0).ok()?;
        (text.len() <= LONGEST).then(|| text.to_owned())
    };
    match tag {
        AS_REP => Some(KerberosFacts {
            error_code: Seen::Absent,
            realm: text(3).map_or(Seen::Absent, Seen::Known),
            clock_offset_ms: Seen::Absent,
        }),
        KRB_ERROR => {
            let code = fields.find(0xA6)?.take(INTEGER)?.number()?;
            let clock = fields.find(0xA4)?.take(GENERALIZED_TIME)?;
            let offset = time(clock.0).map(|clock| {
                i64::try_from(clock.duration_since(now).as_millis()).unwrap_or(i64::MAX)
            });
            Some(KerberosFacts {
                error_code: Seen::Known(code),
                realm: text(9).map_or(Seen::Absent, Seen::Known),
                clock_offset_ms: offset.map_or(Seen::Absent, Seen::Known),
            })
        }
        _ => None,
    }
}

fn time(text: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let time = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An error of a service whose clock stands there.
    pub(in crate::protocols) fn error(code: u32, realm: &str, clock: &str) -> Vec<u8> {
        let field = |place: u8, content: Vec<u8>| element(0xA0 | place, &content);
        let fields = [
            field(0, number(INTEGER, 5)),
            field(1, number(INTEGER, 30)),
            field(4, element(GENERALIZED_TIME, clock.as_bytes())),
            field(5, number(INTEGER, 123_456)),
            field(6, number(INTEGER, code)),
            field(9, element(GENERAL_STRING, realm.as_bytes())),
        ];
        element(KRB_ERROR, &group(SEQUENCE, &fields))
    }

    #[test]
    fn error_tells_realm_and_clock() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let bytes = error(6, "CORP.EXAMPLE", "20261123121000Z");
        let facts = answer(&bytes, now).unwrap();
        assert_eq!(facts.error_code, Seen::Known(6));
        assert_eq!(facts.realm, Seen::Known("CORP.EXAMPLE".to_owned()));
        assert_eq!(facts.clock_offset_ms, Seen::Known(600_000));
    }

    #[test]
    fn request_names_the_realm_in_capitals() {
        let bytes = request("corp.example");
        assert_eq!(bytes[0], AS_REQ);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("CORP.EXAMPLE").count(), 2);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            answer(&bytes, Timestamp::UNIX_EPOCH);
            answer(&[&[KRB_ERROR, bytes.len() as u8], &bytes[..]].concat(), Timestamp::UNIX_EPOCH);
        }
    }
}
