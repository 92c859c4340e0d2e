//! The LDAP ping over UDP (CLDAP, MS-ADTS 6.3.3): what a controller is, and in which site it places
//! this machine.
//!
//! Sends one search of the root DSE for `Netlogon`, which needs no sign-in.

use waterline_facts::{Seen, protocols::PingFacts};

use super::asn1::{ENUMERATED, INTEGER, OCTETS, Reader, SEQUENCE, element, group, number};
use crate::directory::netlogon;

const BOOLEAN: u8 = 0x01;
const SET: u8 = 0x31;
const SEARCH: u8 = 0x63;
const ENTRY: u8 = 0x64;
const AND: u8 = 0xA0;
const EQUALS: u8 = 0xA3;
/// Versions 5 and 5EX: the answer with sites.
const VERSION: [u8; 4] = [6, 0, 0, 0];

/// The question on behalf of a member of this domain.
pub(super) fn request(domain: &str) -> Vec<u8> {
    let octets = |text: &[u8]| element(OCTETS, text);
    let equals =
        |name: &str, value: &[u8]| group(EQUALS, &[octets(name.as_bytes()), octets(value)]);
    let filter = [
        equals("DnsDomain", domain.as_bytes()),
        equals("NtVer", &VERSION),
    ];
    let search = [
        octets(b""),
        number(ENUMERATED, 0),
        number(ENUMERATED, 0),
        number(INTEGER, 0),
        number(INTEGER, 0),
        element(BOOLEAN, &[0]),
        group(AND, &filter),
        group(SEQUENCE, &[octets(netlogon::ATTRIBUTE.as_bytes())]),
    ];
    group(SEQUENCE, &[number(INTEGER, 1), group(SEARCH, &search)])
}

/// What an answer says; none if it is no answer to a ping.
pub(super) fn answer(bytes: &[u8]) -> Option<PingFacts> {
    let mut message = Reader(bytes).take(SEQUENCE)?;
    message.take(INTEGER)?;
    let mut entry = message.take(ENTRY)?;
    entry.take(OCTETS)?;
    let mut attribute = entry.take(SEQUENCE)?.take(SEQUENCE)?;
    let name = attribute.take(OCTETS)?;
    if !name.0.eq_ignore_ascii_case(netlogon::ATTRIBUTE.as_bytes()) {
        return None;
    }
    let value = attribute.take(SET)?.take(OCTETS)?.0;
    let names = netlogon::names(value)?;
    let [forest, domain, host, _, _, _, site] = names;
    let flags = u32::from_le_bytes(*value.get(4..)?.first_chunk()?);
    let has = |bit: u32| flags & bit != 0;
    Some(PingFacts {
        forest,
        domain,
        host,
        site,
        client_site: netlogon::client_site(value).map_or(Seen::Absent, Seen::Known),
        primary: has(0x1),
        global_catalog: has(0x4),
        kerberos: has(0x20),
        time: has(0x40),
        closest: has(0x80),
        writable: has(0x100),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The answer of a controller with these flags.
    pub(in crate::protocols) fn pong(flags: u32) -> Vec<u8> {
        let mut value = vec![23, 0, 0, 0];
        value.extend(flags.to_le_bytes());
        value.extend([7; 16]);
        value.extend(b"\x04corp\x04test\0\xC0\x18\x03dc1\xC0\x18\x04CORP\0\x03DC1\0\0");
        value.extend(b"\x06Berlin\0\x07Hamburg\0");
        let attribute = [
            element(OCTETS, b"netlogon"),
            group(SET, &[element(OCTETS, &value)]),
        ];
        let entry = [
            element(OCTETS, b""),
            group(SEQUENCE, &[group(SEQUENCE, &attribute)]),
        ];
        group(SEQUENCE, &[number(INTEGER, 1), group(ENTRY, &entry)])
    }

    #[test]
    fn answer_tells_what_it_is_and_where_we_are() {
        let facts = answer(&pong(0x1 | 0x4 | 0x20 | 0x100)).unwrap();
        assert_eq!(
            (facts.forest.as_str(), facts.host.as_str()),
            ("corp.test", "dc1.corp.test")
        );
        assert_eq!(facts.site, "Berlin");
        assert_eq!(facts.client_site, Seen::Known("Hamburg".to_owned()));
        assert!(facts.primary && facts.global_catalog && facts.kerberos && facts.writable);
        assert!(!facts.closest && !facts.time);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>, cut in 0_usize..100) {
            answer(&bytes);
            let pong = pong(0);
            answer(&pong[..pong.len().min(cut)]);
        }
    }
}
