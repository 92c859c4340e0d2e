//! Directory values as they come over the wire, turned into plain types.
//!
//! Values are hostile: each function takes any bytes, returns nothing for what it cannot read, and
//! bounds what it keeps.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// The longest text that is kept of one value, in bytes; no attribute that is judged may be longer.
pub(super) const LONGEST: usize = 8 * 1024;

/// Seconds from 1601, where FILETIME begins, to 1970.
const FILETIME_EPOCH: i64 = 11_644_473_600;

/// A value as text: invalid UTF-8 replaced, and what is beyond [`LONGEST`] cut off and said so.
pub(super) fn text(value: &[u8]) -> String {
    let mut text = String::new();
    write_text(value, &mut text);
    text
}

/// Writes a value as text in the place of what stands there.
pub(super) fn write_text(value: &[u8], into: &mut String) {
    into.clear();
    // Nearly all values are sound, and are checked faster than they are mended.
    match str::from_utf8(value) {
        Ok(sound) if value.len() <= LONGEST => into.push_str(sound),
        _ => into.push_str(&mended(value)),
    }
}

fn mended(value: &[u8]) -> String {
    if value.len() <= LONGEST {
        return String::from_utf8_lossy(value).into_owned();
    }
    let mut end = LONGEST;
    while value[end] & 0xC0 == 0x80 && end > LONGEST - 4 {
        end -= 1;
    }
    let kept = String::from_utf8_lossy(&value[..end]);
    format!("{kept}… ({} bytes)", value.len())
}

/// A decimal number, signed.
pub(super) fn integer(value: &[u8]) -> Option<i64> {
    let digits = str::from_utf8(value.trim_ascii()).ok()?;
    digits.parse().ok()
}

/// A truth value (RFC 4517, 3.3.3).
pub(super) fn truth(value: &[u8]) -> Option<bool> {
    match value {
        b"TRUE" => Some(true),
        b"FALSE" => Some(false),
        _ => None,
    }
}

/// A GUID in its usual form. The first three fields are little-endian (MS-DTYP 2.3.4.2).
pub(super) fn guid(value: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(36);
    write_guid(value, &mut text).then_some(text)
}

/// Writes a GUID in the place of what stands there; nothing, and says so, if the value is none.
pub(super) fn write_guid(value: &[u8], into: &mut String) -> bool {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    into.clear();
    let Ok(bytes) = <[u8; 16]>::try_from(value) else {
        return false;
    };
    for (place, from) in ORDER.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            into.push('-');
        }
        let byte = usize::from(bytes[from]);
        into.push(char::from(DIGITS[byte >> 4]));
        into.push(char::from(DIGITS[byte & 0xF]));
    }
    true
}

/// A GUID in its usual form, or what is none in hexadecimal; 64 bytes of it at most.
pub(super) fn guid_or_hex(value: &[u8]) -> String {
    let hex = || {
        value
            .iter()
            .take(64)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    guid(value).unwrap_or_else(hex)
}

/// A FILETIME: 100 ns since 1601. Zero and the greatest number mean "never", hence nothing.
pub(super) fn filetime(value: i64) -> Option<Timestamp> {
    if value <= 0 || value == i64::MAX {
        return None;
    }
    let seconds = value / 10_000_000 - FILETIME_EPOCH;
    let nanoseconds = i32::try_from(value % 10_000_000).ok()? * 100;
    Timestamp::new(seconds, nanoseconds).ok()
}

/// A generalizedTime such as `20261123093359.0Z` or `20261123103359+0100` (RFC 4517, 3.3.13).
pub(super) fn generalized_time(value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?.trim();
    let zone = text.find(['Z', '+', '-'])?;
    let (moment, zone) = text.split_at(zone);
    let (moment, fraction) = moment.split_once(['.', ',']).unwrap_or((moment, ""));
    let local = civil(moment, fraction)?;
    let utc = TimeZone::UTC.to_timestamp(local).ok()?;
    let offset = offset_seconds(zone)?;
    Timestamp::new(utc.as_second() - offset, utc.subsec_nanosecond()).ok()
}

fn civil(moment: &str, fraction: &str) -> Option<DateTime> {
    if !(10..=14).contains(&moment.len()) || !moment.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| match moment.get(from..to) {
        Some(digits) => digits.parse::<i16>().ok(),
        None if moment.len() <= from => Some(0),
        None => None,
    };
    let small = |from, to| number(from, to).and_then(|n| i8::try_from(n).ok());
    // Fractions are of a second only where seconds are given.
    let nanoseconds = match moment.len() {
        14 if fraction.is_empty() => 0,
        14 => nanoseconds(fraction)?,
        _ if fraction.is_empty() => 0,
        _ => return None,
    };
    DateTime::new(
        number(0, 4)?,
        small(4, 6)?,
        small(6, 8)?,
        small(8, 10)?,
        small(10, 12)?,
        small(12, 14)?,
        nanoseconds,
    )
    .ok()
}

/// A fraction of a second by its digits; those behind the ninth are passed over.
fn nanoseconds(fraction: &str) -> Option<i32> {
    let digits = fraction.get(..fraction.len().min(9))?;
    let known = digits.bytes().all(|digit| digit.is_ascii_digit());
    let scale = 10_i32.pow(9 - u32::try_from(digits.len()).ok()?);
    let value: i32 = digits.parse().ok().filter(|_| known)?;
    Some(value * scale)
}

fn offset_seconds(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits
        .get(2..)
        .filter(|m| !m.is_empty())
        .unwrap_or("0")
        .parse()
        .ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}

/// A length of time in days. Intervals are stored negative, in 100 ns; the least number means
/// "never", hence nothing.
pub(super) fn interval_days(value: i64) -> Option<f64> {
    const TICKS_PER_DAY: f64 = 864_000_000_000.0;
    #[expect(clippy::cast_precision_loss, reason = "days need no more than 52 bits")]
    (value != i64::MIN && value <= 0).then(|| value.unsigned_abs() as f64 / TICKS_PER_DAY)
}

/// The build number in an operating system's version such as `10.0 (19045)`.
pub(super) fn build(version: &str) -> Option<u32> {
    let (_, rest) = version.split_once('(')?;
    let (build, _) = rest.split_once(')')?;
    build.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guid_has_its_first_fields_turned_round() {
        let bytes: Vec<u8> = (0..16).collect();
        let expected = "03020100-0504-0706-0809-0a0b0c0d0e0f";
        assert_eq!(guid(&bytes).as_deref(), Some(expected));
        assert_eq!(guid(&bytes[..15]), None);
    }

    #[test]
    fn filetime_counts_from_1601_and_never_is_nothing() {
        let cases = [
            (116_444_736_000_000_000, Some("1970-01-01T00:00:00Z")),
            (133_500_000_000_000_000, Some("2024-01-17T21:20:00Z")),
            (0, None),
            (-1, None),
            (i64::MAX, None),
        ];
        for (value, expected) in cases {
            assert_eq!(
                filetime(value),
                expected.map(|t| t.parse().unwrap()),
                "{value}"
            );
        }
    }

    #[test]
    fn generalized_time_takes_zones_and_fractions() {
        let cases = [
            ("20261123093359.0Z", Some("2026-11-23T09:33:59Z")),
            ("20261123093359.5Z", Some("2026-11-23T09:33:59.5Z")),
            (
                "20261123093359.0123456789Z",
                Some("2026-11-23T09:33:59.012345678Z"),
            ),
            ("20261123093359.+5Z", None),
            ("20261123103359+0100", Some("2026-11-23T09:33:59Z")),
            ("202611230933Z", Some("2026-11-23T09:33:00Z")),
            ("2026112309Z", Some("2026-11-23T09:00:00Z")),
            ("20261123093359", None),
            ("20261323093359Z", None),
            ("2026112309335Z", None),
            ("abc", None),
            ("", None),
        ];
        for (value, expected) in cases {
            let expected = expected.map(|t| t.parse().unwrap());
            assert_eq!(generalized_time(value.as_bytes()), expected, "{value}");
        }
    }

    #[test]
    fn intervals_are_negative_and_never_is_nothing() {
        assert_eq!(interval_days(-864_000_000_000), Some(1.0));
        assert_eq!(interval_days(0), Some(0.0));
        assert_eq!(interval_days(i64::MIN), None);
    }

    #[test]
    fn build_stands_in_brackets() {
        assert_eq!(build("10.0 (19045)"), Some(19045));
        assert_eq!(build("6.1 (7601)"), Some(7601));
        assert_eq!(build("14.2"), None);
        assert_eq!(build("10.0 ()"), None);
    }

    #[test]
    fn long_text_is_cut_at_a_character_and_says_so() {
        let long = "é".repeat(LONGEST);
        let kept = text(long.as_bytes());
        assert!(kept.ends_with("… (16384 bytes)"));
        assert!(!kept.contains('\u{FFFD}'));
        assert!(kept.len() < LONGEST + 32);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_any_of_them_panic(bytes: Vec<u8>, text_value: String) {
            let _ = (text(&bytes), integer(&bytes), guid(&bytes), generalized_time(&bytes));
            let _ = (generalized_time(text_value.as_bytes()), build(&text_value));
        }

        #[test]
        fn no_number_makes_them_panic(value: i64) {
            let _ = (filetime(value), interval_days(value));
        }
    }
}
