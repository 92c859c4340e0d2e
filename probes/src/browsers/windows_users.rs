//! Whose settings and folders are looked at on Windows: the machine's, those of the user who runs
//! the program, and those of other users as far as he may see them.
//!
//! A start-up script runs as the system, whose own hive says nothing: installs for one user are seen
//! only here. Hives of users who are not signed in are not loaded, so of them only files are seen.

use waterline_facts::{
    Seen,
    browsers::{Browser, Scope},
};

use super::{
    catalog::{Product, UserFolder},
    found::{Found, Install, Look},
    windows_lead, windows_registry,
};

const PROFILES: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";
/// Users of a domain or the machine, and of Entra ID; all else are services.
const PEOPLE: [&str; 2] = ["S-1-5-21-", "S-1-12-1-"];

/// A root of software settings, and for whom an install below it is.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub(super) key: String,
    pub(super) scope: Scope,
    /// Whether it is of this user or the machine: what cannot be read there makes the list unknown.
    pub(super) own: bool,
}

/// A user of this machine who is not the one who runs the program.
struct Other {
    sid: String,
    folder: String,
}

/// The roots, the machine's first.
pub(super) fn roots(look: &Look<'_>) -> Vec<Root> {
    let own = [
        (r"HKLM\SOFTWARE", Scope::Machine),
        (r"HKLM\SOFTWARE\WOW6432Node", Scope::Machine),
        (r"HKCU\SOFTWARE", Scope::User),
    ];
    let own = own.map(|(key, scope)| Root {
        key: key.to_owned(),
        scope,
        own: true,
    });
    let others = others(look).into_iter().map(|other| Root {
        key: format!(r"HKU\{}\SOFTWARE", other.sid),
        scope: Scope::User,
        own: false,
    });
    own.into_iter().chain(others).collect()
}

fn others(look: &Look<'_>) -> Vec<Other> {
    let own = look.system.variable("USERPROFILE").into_known();
    let sids = look.system.registry_keys(PROFILES).into_known();
    let people = sids.into_iter().flatten();
    let people = people.filter(|sid| PEOPLE.iter().any(|prefix| sid.starts_with(prefix)));
    let other = people.filter_map(|sid| {
        let key = format!(r"{PROFILES}\{sid}");
        let folder = look.system.registry_text(&key, "ProfileImagePath");
        Some(Other {
            folder: folder.into_known()?,
            sid,
        })
    });
    let is_own = |other: &Other| {
        own.as_ref()
            .is_some_and(|own| own.eq_ignore_ascii_case(&other.folder))
    };
    other.filter(|other| !is_own(other)).collect()
}

/// The folder for one user's applications, and the hive with his settings.
struct Base {
    hive: String,
    folder: String,
}

/// Installs in users' folders of which no registry told.
pub(super) fn folders(look: &Look<'_>, found: &mut Found) {
    let own = look.system.variable("LOCALAPPDATA").into_known();
    let own = own.map(|folder| Base {
        hive: "HKCU\\".to_owned(),
        folder,
    });
    let others = others(look).into_iter().map(|other| Base {
        hive: format!("HKU\\{}\\", other.sid),
        folder: format!(r"{}\AppData\Local", other.folder),
    });
    let bases: Vec<Base> = own.into_iter().chain(others).collect();
    for (product, traces) in windows_registry::with_traces(look) {
        for base in &bases {
            for folder in &traces.user_folders {
                find_in(look, (product, &traces.program), base, folder, found);
            }
        }
    }
}

fn find_in(
    look: &Look<'_>,
    (product, program): (&Product, &str),
    base: &Base,
    place: &UserFolder,
    found: &mut Found,
) {
    let folder = format!(r"{}\{}", base.folder, place.folder);
    let path = format!(r"{folder}\{program}");
    let told = |known: &Browser| known.path.eq_ignore_ascii_case(&path);
    // Other users' folders may be closed to this one; then there is nothing to tell.
    if found.browsers.iter().any(told) || look.system.exists(&path) != Seen::Known(true) {
        return;
    }
    // A trace of this user that named no folder was of this very install.
    let nameless = |known: &&mut Browser| {
        known.product == product.product
            && known.path.starts_with(&base.hive)
            && known.channel.known() == Some(&place.channel)
    };
    if let Some(known) = found.browsers.iter_mut().find(nameless) {
        known.path = path;
        return;
    }
    let mut install = Install {
        product,
        channel: Seen::Known(place.channel.clone()),
        version: windows_lead::version_by_folder(look.system, &path),
        path,
        scope: Scope::User,
        source: "folder",
    };
    windows_lead::read_firefox(look, &folder, &mut install);
    found.add(look, install);
}
