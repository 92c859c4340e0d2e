//! Writes entries as LDIF (RFC 2849), as an export of a whole directory has them.
//!
//! A value that is not safe as plain text stands in base64; lines are folded at 76 characters. No
//! `changetype`, as that would be a list of changes and no export.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::object::Object;

/// The longest line, its end not counted.
const WIDTH: usize = 76;

/// Appends an entry and the empty line after it.
pub(super) fn write(object: &Object, out: &mut Vec<u8>) {
    attribute("dn", object.dn.as_bytes(), out);
    for (name, value) in &object.attributes {
        attribute(name, value, out);
    }
    out.push(b'\n');
}

fn attribute(name: &str, value: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(name.as_bytes());
    if is_safe(value) {
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
    } else {
        out.extend_from_slice(b":: ");
        out.extend_from_slice(STANDARD.encode(value).as_bytes());
    }
    fold(start, out);
    out.push(b'\n');
}

/// Folds what was written from here on. Only ASCII stands there, so no character is cut in two.
fn fold(start: usize, out: &mut Vec<u8>) {
    if out.len() - start <= WIDTH {
        return;
    }
    let line = out.split_off(start);
    let (first, rest) = line.split_at(WIDTH);
    out.extend_from_slice(first);
    for part in rest.chunks(WIDTH - 1) {
        out.extend_from_slice(b"\n ");
        out.extend_from_slice(part);
    }
}

/// Whether a value may stand as it is: a SAFE-STRING that does not end in a space.
fn is_safe(value: &[u8]) -> bool {
    let begins = !matches!(value.first(), Some(b' ' | b':' | b'<'));
    let ends = value.last() != Some(&b' ');
    begins
        && ends
        && value
            .iter()
            .all(|byte| *byte < 0x80 && !matches!(byte, 0 | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &str) -> String {
        let mut object = Object {
            dn: "CN=a".to_owned(),
            ..Object::default()
        };
        object.add("cn", value.to_owned());
        let mut out = Vec::new();
        write(&object, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_unsafe_values_stand_in_base64() {
        assert_eq!(written("a: b"), "dn: CN=a\ncn: a: b\n\n");
        assert_eq!(written(""), "dn: CN=a\ncn: \n\n");
        for value in [" a", "a ", ":a", "<a", "ö", "a\nb", "\0"] {
            let text = written(value);
            let encoded = text.trim_end().rsplit(":: ").next().unwrap();
            assert_eq!(
                STANDARD.decode(encoded).unwrap(),
                value.as_bytes(),
                "{text}"
            );
        }
    }

    #[test]
    fn long_lines_are_folded() {
        let value = "x".repeat(300);
        let text = written(&value);
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.replace("\n ", "").contains(&value));
    }
}
