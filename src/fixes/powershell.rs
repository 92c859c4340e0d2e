//! Changes as a PowerShell script that shows, asks, checks and logs before it writes.
//!
//! The script is the same for all changes. What comes from outside stands in one literal here-string
//! as base64, in which nothing is expanded and which no base64 can end; the script never evaluates
//! it.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Change;

/// The script around the changes.
const TEMPLATE: &str = include_str!("template.ps1");

/// Writes a script; `head` says in a line what it is for, `name` is the file's without its ending.
pub fn write<'a>(
    head: &[String],
    name: &str,
    changes: impl IntoIterator<Item = &'a Change>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let script = TEMPLATE
        .replace("@HEAD@", &head.join("\n# "))
        .replace("@NAME@", name);
    let (before, after) = script
        .split_once("@CHANGES@\n")
        .expect("the template has a place for the changes");
    out.write_all(before.as_bytes())?;
    for change in changes {
        writeln!(out, "{}", line(change))?;
    }
    out.write_all(after.as_bytes())
}

/// One change on one line.
fn line(change: &Change) -> String {
    let packed = |value: &Option<String>| match value {
        Some(value) => STANDARD.encode(value),
        None => "-".to_owned(),
    };
    format!(
        "{} {} {} {}",
        change.attribute,
        STANDARD.encode(&change.dn),
        packed(&change.old),
        packed(&change.new)
    )
}
