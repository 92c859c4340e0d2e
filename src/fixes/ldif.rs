//! Changes as LDIF (RFC 2849), for `ldapmodify` and `ldifde`.
//!
//! Each record deletes the old value by its content and adds the new one in the same operation, so
//! that the server refuses it whole if the value is no longer there. Names and values are base64:
//! nothing in them can end a line or a record.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Change;

/// Longest line.
const WIDTH: usize = 76;

/// Writes changes, each a record.
pub fn write<'a>(
    head: &[String],
    changes: impl IntoIterator<Item = &'a Change>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in head {
        writeln!(out, "# {line}")?;
    }
    writeln!(out, "version: 1")?;
    for change in changes {
        record(change, out)?;
    }
    Ok(())
}

fn record(change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let attribute = &change.attribute;
    writeln!(out)?;
    packed("dn", &change.dn, out)?;
    writeln!(out, "changetype: modify")?;
    for (operation, value) in [("delete", &change.old), ("add", &change.new)] {
        if let Some(value) = value {
            writeln!(out, "{operation}: {attribute}")?;
            packed(attribute, value, out)?;
            writeln!(out, "-")?;
        }
    }
    Ok(())
}

/// A name and a value in base64, folded.
fn packed(name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    let line = format!("{name}:: {}", STANDARD.encode(value));
    let (first, mut rest) = line.split_at(WIDTH.min(line.len()));
    writeln!(out, "{first}")?;
    while !rest.is_empty() {
        let (piece, left) = rest.split_at((WIDTH - 1).min(rest.len()));
        writeln!(out, " {piece}")?;
        rest = left;
    }
    Ok(())
}
