//! The site in which a domain controller places this machine, by its address (LDAP ping, MS-ADTS
//! 6.3.3).
//!
//! Asks the root DSE for `Netlogon`, which needs no sign-in, over a connection that is open anyway.
//! The answer is a record of its own with names packed as in DNS; what cannot be read is no site.

use ldap3::ldap_escape;

/// The attribute that holds the answer.
pub(crate) const ATTRIBUTE: &str = "Netlogon";

/// `LOGON_SAM_LOGON_RESPONSE_EX` and `LOGON_SAM_USER_UNKNOWN_EX`.
const ANSWERS: [u16; 2] = [23, 25];

/// Operation code, padding, flags and the domain's GUID stand before the names.
const HEADER: usize = 24;

/// Forest, domain, host, both NetBIOS names, user and the controller's own site come before it.
const NAMES_BEFORE_SITE: usize = 7;

/// The longest name, as in DNS (RFC 1035).
const LONGEST: usize = 255;

/// The filter that asks on behalf of a domain, for the record with sites (`NtVer` 6: versions 5 and
/// 5EX).
pub(super) fn filter(domain: &str) -> String {
    format!(
        "(&(DnsDomain={})(NtVer=\\06\\00\\00\\00))",
        ldap_escape(domain)
    )
}

/// The site of the machine that asked; none if its address is in no site's subnet.
pub(crate) fn client_site(answer: &[u8]) -> Option<String> {
    let (_, at) = names_and_end(answer)?;
    let (site, _) = name(answer, at)?;
    let usable = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    // It becomes a label of a DNS name.
    (!site.is_empty() && site.len() < 64 && site.chars().all(usable)).then_some(site)
}

/// The names before the machine's site: forest, domain and host, both NetBIOS names, the user, and
/// the controller's own site; none if this is no answer.
pub(crate) fn names(answer: &[u8]) -> Option<[String; NAMES_BEFORE_SITE]> {
    names_and_end(answer).map(|(names, _)| names)
}

fn names_and_end(answer: &[u8]) -> Option<([String; NAMES_BEFORE_SITE], usize)> {
    let code = u16::from_le_bytes(*answer.first_chunk()?);
    if !ANSWERS.contains(&code) {
        return None;
    }
    let mut names = [const { String::new() }; NAMES_BEFORE_SITE];
    let mut at = HEADER;
    for place in &mut names {
        (*place, at) = name(answer, at)?;
    }
    Some((names, at))
}

/// The name that begins here, and where what follows it begins. A name may end with a pointer to an
/// earlier one.
fn name(bytes: &[u8], begin: usize) -> Option<(String, usize)> {
    let (mut text, mut at, mut behind) = (String::new(), begin, None);
    loop {
        match *bytes.get(at)? {
            0 => return Some((text, behind.unwrap_or(at + 1))),
            high @ 0xC0.. => {
                let target = usize::from(high & 0x3F) << 8 | usize::from(*bytes.get(at + 1)?);
                behind = behind.or(Some(at + 2));
                // Only backwards, so that it ends.
                at = Some(target).filter(|target| *target < at)?;
            }
            length => {
                let label = bytes.get(at + 1..=at + usize::from(length))?;
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(str::from_utf8(label).ok()?);
                at += 1 + usize::from(length);
                if text.len() > LONGEST {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with these last names, the first of which is the controller's site.
    fn record(code: u8, tail: &[u8]) -> Vec<u8> {
        let mut bytes = vec![code, 0, 0, 0];
        bytes.resize(HEADER, 0x7F);
        bytes.extend(b"\x04corp\x04test\0");
        // The domain is the forest's name, the host stands below it.
        bytes.extend(b"\xC0\x18\x03dc1\xC0\x18\x04CORP\0\x03DC1\0\0");
        bytes.extend(tail);
        bytes.extend([6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        bytes
    }

    #[test]
    fn site_of_the_machine_is_the_name_behind_the_controllers() {
        let cases: [(u8, &[u8], Option<&str>); 6] = [
            (23, b"\x06Berlin\0\x07Hamburg\0", Some("Hamburg")),
            (25, b"\x06Berlin\0\xC0\x37", Some("Berlin")),
            (23, b"\x06Berlin\0\0", None),
            (19, b"\x06Berlin\0\x07Hamburg\0", None),
            (23, b"\x06Berlin\0\x05a.b c\0", None),
            (23, b"\x06Berlin\0\xC0\xFF", None),
        ];
        for (code, tail, expected) in cases {
            let site = client_site(&record(code, tail));
            assert_eq!(site.as_deref(), expected, "{tail:?}");
        }
    }

    #[test]
    fn filter_escapes_the_domain() {
        let expected = "(&(DnsDomain=a\\2ab)(NtVer=\\06\\00\\00\\00))";
        assert_eq!(filter("a*b"), expected);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>, tail: Vec<u8>) {
            client_site(&bytes);
            client_site(&record(23, &tail));
        }
    }
}
