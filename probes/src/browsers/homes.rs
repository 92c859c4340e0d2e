//! Home folders on Linux and macOS: that of the user who runs the program, and those of others as
//! far as he may enter them.
//!
//! A start-up script runs as root, whose own home holds nothing: browsers in users' folders are seen
//! only in theirs.

use waterline_facts::{Reason, Seen, host::OsFamily};

use super::found::{Found, Look};

/// Above this many homes, as on a server of homes, others are not gone through.
const MOST: usize = 500;

/// A home folder, without a `/` at its end.
pub(super) struct Home {
    pub(super) folder: String,
    /// Whether it is this user's: what cannot be read there makes the list unknown.
    pub(super) own: bool,
}

/// The home folders, this user's first.
pub(super) fn homes(look: &Look<'_>, found: &mut Found) -> Vec<Home> {
    let own = match look.system.variable("HOME") {
        Seen::Known(home) if home.starts_with('/') => Some(home.trim_end_matches('/').to_owned()),
        Seen::Unknown(gap) => {
            found.unread(gap);
            None
        }
        _ => None,
    };
    let others = others(look, own.as_deref());
    if own.is_none() && others.is_empty() {
        let detail = "the variable HOME names no folder, and no other home can be seen";
        found.known(Seen::<()>::unknown(Reason::NotConfigured, detail));
    }
    let home = |own| move |folder| Home { folder, own };
    let own = own.into_iter().map(home(true));
    own.chain(others.into_iter().map(home(false))).collect()
}

fn others(look: &Look<'_>, own: Option<&str>) -> Vec<String> {
    let base = match look.system.family() {
        OsFamily::Macos => "/Users",
        _ => "/home",
    };
    let names = look.system.list(base).into_known().unwrap_or_default();
    if names.len() > MOST {
        return Vec::new();
    }
    let folders = names.into_iter().map(|name| format!("{base}/{name}"));
    folders
        .filter(|folder| Some(folder.as_str()) != own)
        .collect()
}

/// The same answer, but nothing where another user's folder is closed to this one.
pub(super) fn open<T>(home: &Home, seen: Seen<T>, found: &mut Found) -> Option<T> {
    match home.own {
        true => found.known(seen),
        false => seen.into_known(),
    }
}
