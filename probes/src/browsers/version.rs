//! Reads the version texts that packages, registries and applications carry.
//!
//! They are dotted numbers with things around: `1:156.0.8078.73-1~deb12u1`, `153.7.0esr`,
//! `120.0.6099.130 (64-bit)`, `143.0b3`. What is not recognised whole is refused, not cut short.

use std::fmt;

/// The most numbers that a version has, and then some.
const PARTS: usize = 8;

/// A version: one to eight numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u32>);

/// A version and what its text says beside the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadVersion {
    /// The numbers.
    pub version: Version,
    /// Whether the text marks an extended support release.
    pub extended_support: bool,
}

/// Why a text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// There is no text.
    #[error("the version is empty")]
    Empty,
    /// There is text, of another form.
    #[error("{text:?} is no version")]
    Form {
        /// The beginning of the text.
        text: String,
    },
}

impl Version {
    /// The first number.
    pub fn major(&self) -> u32 {
        self.number(0)
    }

    /// The second number, 0 if there is none.
    pub fn minor(&self) -> u32 {
        self.number(1)
    }

    fn number(&self, index: usize) -> u32 {
        self.0.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// Reads a version as an application or registry has it.
///
/// # Errors
/// If the text is empty, does not begin with a number, or goes on in an unknown way.
pub fn parse(text: &str) -> Result<ReadVersion, VersionError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(VersionError::Empty);
    }
    read(text).ok_or_else(|| VersionError::Form {
        text: text.chars().take(80).collect(),
    })
}

/// Reads a version of a Debian package: without the epoch, and without the packaging revision.
///
/// # Errors
/// As [`parse`].
pub fn parse_debian(text: &str) -> Result<ReadVersion, VersionError> {
    let text = text.trim();
    let upstream = match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => text,
    };
    parse(
        upstream
            .rsplit_once('-')
            .map_or(upstream, |(upstream, _)| upstream),
    )
}

fn read(text: &str) -> Option<ReadVersion> {
    let end = text
        .find(|char: char| !char.is_ascii_digit() && char != '.')
        .unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let numbers: Vec<u32> = numbers
        .split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    (numbers.len() <= PARTS && is_known_suffix(rest)).then(|| ReadVersion {
        version: Version(numbers),
        extended_support: rest.to_ascii_lowercase().trim_start().starts_with("esr"),
    })
}

/// What may follow the numbers: a remark after a blank or sign, an extended support mark, or the
/// mark of an alpha, beta or candidate with its number.
fn is_known_suffix(rest: &str) -> bool {
    let rest = rest.to_ascii_lowercase();
    if rest.is_empty() || rest.starts_with([' ', '-', '+', '~', '_']) {
        return true;
    }
    ["esr", "rc", "a", "b"].iter().any(|mark| {
        rest.strip_prefix(mark).is_some_and(|after| {
            let after = after.trim_start_matches(|char: char| char.is_ascii_digit());
            after.is_empty() || after.starts_with([' ', '-', '+', '~', '_'])
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn versions_of_the_wild_are_read() {
        let table = [
            ("142.0.7444.134", "142.0.7444.134", false),
            ("120.0.6099.130 (64-bit)", "120.0.6099.130", false),
            ("15.10", "15.10", false),
            (" 153.7.0esr ", "153.7.0", true),
            ("128.5.0 ESR", "128.5.0", true),
            ("143.0b3", "143.0", false),
            ("11", "11", false),
        ];
        for (text, version, extended) in table {
            let read = parse(text).unwrap();
            assert_eq!(read.version.to_string(), version);
            assert_eq!(read.extended_support, extended, "{text}");
        }
    }

    #[test]
    fn debian_versions_lose_epoch_and_revision() {
        let table = [
            ("1:156.0.8078.73-1~deb12u1", "156.0.8078.73"),
            ("153.7.0esr-1~deb12u1", "153.7.0"),
            ("142.0.1+linuxmint1+virginia", "142.0.1"),
            ("143.0~b3-1", "143.0"),
            ("142.0.3595.53-1", "142.0.3595.53"),
        ];
        for (text, version) in table {
            assert_eq!(parse_debian(text).unwrap().version.to_string(), version);
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        assert_eq!(parse("  "), Err(VersionError::Empty));
        for text in [
            "unknown",
            "1snap1",
            "1..2",
            "1.",
            "99999999999.0",
            ".5",
            "1.2.3.4.5.6.7.8.9",
        ] {
            assert!(
                matches!(parse(text), Err(VersionError::Form { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_are_compared_and_not_texts() {
        let version = |text| parse(text).unwrap().version;
        assert!(version("9.9") < version("10.0.2"));
        assert!(version("15.10") > version("15.9"));
    }

    proptest! {
        #[test]
        fn any_text_ends_in_a_version_or_an_error(text: String) {
            let _ = parse(&text);
            let _ = parse_debian(&text);
        }

        #[test]
        fn numbers_come_back_as_they_were(numbers in proptest::collection::vec(0u32.., 1..=PARTS)) {
            let text = Version(numbers).to_string();
            prop_assert_eq!(parse(&text).unwrap().version.to_string(), text);
        }
    }
}
