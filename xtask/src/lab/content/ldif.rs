//! Writes entries and changes as LDIF (RFC 2849).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Change, Entry};

/// Records that add `entries`.
#[must_use]
pub fn entries(entries: &[Entry]) -> String {
    entries.iter().map(entry).collect()
}

/// Records that make `changes`.
#[must_use]
pub fn changes(changes: &[Change]) -> String {
    changes.iter().map(change).collect()
}

/// Records that replace the values which the directory would refuse.
#[must_use]
pub fn forced(entries: &[Entry]) -> String {
    let forced = entries
        .iter()
        .filter_map(|entry| Some((&entry.dn, entry.forced.as_ref()?)));
    forced
        .map(|(dn, (attribute, value))| {
            let head = line("dn", dn);
            let value = line(attribute, value);
            format!("{head}changetype: modify\nreplace: {attribute}\n{value}-\n\n")
        })
        .collect()
}

fn entry(entry: &Entry) -> String {
    let mut text = line("dn", &entry.dn) + &line("objectClass", entry.class);
    for (attribute, values) in &entry.attributes {
        text.extend(values.iter().map(|value| line(attribute, value)));
    }
    text + "\n"
}

fn change(change: &Change) -> String {
    let Some((attribute, values)) = &change.add else {
        return String::new();
    };
    let values: String = values.iter().map(|value| line(attribute, value)).collect();
    let head = line("dn", &change.dn);
    format!("{head}changetype: modify\nadd: {attribute}\n{values}-\n\n")
}

fn line(attribute: &str, value: &str) -> String {
    if safe(value) {
        format!("{attribute}: {value}\n")
    } else {
        format!("{attribute}:: {}\n", STANDARD.encode(value))
    }
}

/// Whether a value may stand in the clear: printable ASCII that does not begin or end in a way
/// that a reader would trim or take for a mark.
fn safe(value: &str) -> bool {
    value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_that_a_reader_would_mistake_is_encoded() {
        assert_eq!(line("cn", "Zoë"), "cn:: Wm/Dqw==\n");
        assert_eq!(line("cn", ":x"), "cn:: Ong=\n");
        assert_eq!(line("cn", "x "), "cn:: eCA=\n");
        assert_eq!(line("cn", "a: b"), "cn: a: b\n");
    }

    #[test]
    fn line_feed_cannot_begin_another_attribute() {
        assert_eq!(line("cn", "a\nb: c"), "cn:: YQpiOiBj\n");
    }
}
