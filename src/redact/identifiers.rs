//! GUIDs and security identifiers under other numbers.

use super::words::{Space, Table};

/// How many characters a GUID has.
const GUID: usize = 36;
/// What security identifiers of accounts begin with; others mean the same everywhere.
const ACCOUNT_SID: &str = "S-1-5-21-";

/// The GUID at the beginning of a text.
pub fn guid_at(text: &str) -> Option<&str> {
    let candidate = text.get(..GUID)?;
    let is_sound = candidate.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    is_sound.then_some(candidate)
}

/// The security identifier at the beginning of a text.
pub fn sid_at(text: &str) -> Option<&str> {
    if !text.starts_with("S-1-") {
        return None;
    }
    let end = text.find(|c: char| c != 'S' && c != '-' && !c.is_ascii_digit());
    Some(&text[..end.unwrap_or(text.len())])
}

/// A GUID, or other hexadecimal digits, as others; zeros stay, as they mean none.
pub fn rename_hex(table: &mut Table<'_>, text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower
        .bytes()
        .all(|byte| matches!(byte, b'0' | b'-' | b'{' | b'}'))
    {
        return text.to_owned();
    }
    let other = table.other(Space::Hex, &lower, |bytes| {
        let digits = "0123456789abcdef".as_bytes();
        let mut digit = || char::from(digits[usize::from(bytes.next().unwrap_or(0) & 15)]);
        let one = |c: char| if c.is_ascii_hexdigit() { digit() } else { c };
        lower.chars().map(one).collect()
    });
    let is_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_upper {
        other.to_ascii_uppercase()
    } else {
        other
    }
}

/// A security identifier of another domain; the number of the account within it stays.
pub fn rename_sid(table: &mut Table<'_>, sid: &str) -> String {
    let Some(rest) = sid.strip_prefix(ACCOUNT_SID) else {
        return sid.to_owned();
    };
    let numbers: Vec<&str> = rest.splitn(4, '-').collect();
    let Some(domain) = numbers.get(..3) else {
        return sid.to_owned();
    };
    let other = table.other(Space::Domain, &domain.join("-"), |bytes| {
        let mut number = || {
            (&mut *bytes)
                .take(4)
                .fold(0_u32, |sum, byte| sum << 8 | u32::from(byte))
        };
        format!("{}-{}-{}", number(), number(), number())
    });
    match numbers.get(3) {
        Some(account) => format!("{ACCOUNT_SID}{other}-{account}"),
        None => format!("{ACCOUNT_SID}{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::secret::Secret;

    #[test]
    fn form_and_case_and_what_means_the_same_everywhere_stay() {
        let secret = Secret::of(b"secret");
        let mut table = Table::new(&secret);
        let guid = "DCF24200-94E3-4BF3-B98A-1B6E654CC7E0";
        let upper = rename_hex(&mut table, guid);
        assert!(guid_at(&upper).is_some() && upper != guid);
        let lower = rename_hex(&mut table, &guid.to_lowercase());
        assert_eq!(lower, upper.to_lowercase());
        let none = "00000000-0000-0000-0000-000000000000";
        assert_eq!(rename_hex(&mut table, none), none);

        let sid = rename_sid(&mut table, "S-1-5-21-1-2-3-1105");
        assert!(sid.ends_with("-1105") && !sid.contains("-1-2-3-"), "{sid}");
        let other = rename_sid(&mut table, "S-1-5-21-1-2-3-500");
        assert_eq!(
            sid.rsplit_once('-').unwrap().0,
            other.rsplit_once('-').unwrap().0
        );
        assert_eq!(rename_sid(&mut table, "S-1-5-32-544"), "S-1-5-32-544");
    }
}
