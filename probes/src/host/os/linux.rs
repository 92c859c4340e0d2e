//! Linux: `/etc/os-release`.
//!
//! `ID` names the distribution itself. What it is derived from (`ID_LIKE`) is not taken for it:
//! vendors support Ubuntu and RHEL, not what resembles them.

use waterline_facts::{Seen, host::OsFacts};

use super::without_editions;
use crate::system::{System, malformed};

/// The second is where the first points to, and the fallback that os-release(5) names.
const FILES: [&str; 2] = ["/etc/os-release", "/usr/lib/os-release"];

pub(super) fn read(system: &dyn System) -> OsFacts {
    let file = release_file(system);
    let field = |name: &str| file.as_ref().and_then(|text| setting(text, name));
    OsFacts {
        product: field("ID").map(|id| id.to_lowercase()),
        name: match field("PRETTY_NAME") {
            Seen::Absent => field("NAME"),
            other => other,
        },
        version: field("VERSION_ID"),
        derived_from: field("ID_LIKE")
            .map(|names| names.split_whitespace().map(str::to_lowercase).collect()),
        ..without_editions()
    }
}

fn release_file(system: &dyn System) -> Seen<String> {
    for path in FILES {
        match system.text(path) {
            Seen::Absent => {}
            found => return found,
        }
    }
    malformed(format!("there is neither {} nor {}", FILES[0], FILES[1]))
}

/// A setting of an os-release file, without its quotes; a rolling distribution has no version.
fn setting(text: &str, name: &str) -> Seen<String> {
    let value = text
        .lines()
        .filter_map(|line| line.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| unquoted(value))
        .next_back();
    match value {
        Some(value) if !value.is_empty() => Seen::Known(value),
        _ => Seen::Absent,
    }
}

/// A shell word: quotes taken off, backslash escapes resolved.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    let mut plain = String::new();
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        plain.extend(if char == '\\' {
            chars.next()
        } else {
            Some(char)
        });
    }
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    fn os(text: &str) -> OsFacts {
        read(&Recorded::new(OsFamily::Linux).with_file("/etc/os-release", text))
    }

    #[test]
    fn derivative_is_not_taken_for_what_it_is_like() {
        let facts = os("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID='22.1'\nNAME=Mint\n");
        assert_eq!(facts.product, Seen::Known("linuxmint".into()));
        assert_eq!(facts.version, Seen::Known("22.1".into()));
        assert_eq!(facts.name, Seen::Known("Mint".into()));
    }

    #[test]
    fn rolling_release_has_no_version() {
        let facts = os("ID=arch\nPRETTY_NAME=\"Arch \\\"Linux\\\"\"\nVERSION_ID=\"\"\n");
        assert_eq!(facts.version, Seen::Absent);
        assert_eq!(facts.name, Seen::Known("Arch \"Linux\"".into()));
    }

    #[test]
    fn fallback_is_read_and_without_both_files_nothing_is_known() {
        let system = Recorded::new(OsFamily::Linux).with_file("/usr/lib/os-release", "ID=fedora");
        assert_eq!(read(&system).product, Seen::Known("fedora".into()));
        let nothing = read(&Recorded::new(OsFamily::Linux));
        assert!(nothing.product.is_unknown() && nothing.version.is_unknown());
    }
}
