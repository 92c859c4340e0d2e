//! A Firefox by its folder: `application.ini` tells the version, `channel-prefs.js` the channel.
//!
//! Finds what no database knows: archives unpacked in a home folder or below `/opt`.

use waterline_facts::{
    Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::Product,
    found::{Found, Install, Look, required, version},
    homes::{homes, open},
    version::{ReadVersion, parse},
};
use crate::system::{Ini, System, malformed, unsupported};

/// Folders of the machine whose entries are looked into.
const MACHINE: [&str; 4] = ["/opt", "/usr/local", "/usr/local/lib", "/usr/local/share"];
/// The same below users' homes; the first is the home itself.
const HOME: [&str; 9] = [
    "",
    "/.local",
    "/.local/opt",
    "/.local/share",
    "/Applications",
    "/Downloads",
    "/apps",
    "/bin",
    "/opt",
];

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    for folder in MACHINE {
        find_in(look, folder, Scope::Machine, found);
    }
    for home in homes(look, found) {
        for below in HOME {
            let folder = format!("{}{below}", home.folder);
            let names = open(&home, look.system.list(&folder), found);
            find_among(look, &folder, names.unwrap_or_default(), Scope::User, found);
        }
    }
}

fn find_in(look: &Look<'_>, folder: &str, scope: Scope, found: &mut Found) {
    let names = found.known(look.system.list(folder)).unwrap_or_default();
    find_among(look, folder, names, scope, found);
}

fn find_among(look: &Look<'_>, folder: &str, names: Vec<String>, scope: Scope, found: &mut Found) {
    for name in names {
        let path = format!("{folder}/{name}");
        // A link to a folder that is listed anyway would count twice.
        let target = match look.system.link(&path) {
            Seen::Known(target) if target.starts_with('/') => target,
            Seen::Known(target) => format!("{folder}/{target}"),
            _ => path,
        };
        let known = |found: &Found| found.browsers.iter().any(|known| known.path == target);
        if !known(found) {
            add(look, &target, scope, found);
        }
    }
}

/// Adds the Firefox in a folder, if there is one. A folder that this user may not enter holds no
/// browser that he could use, so it is passed over.
pub(super) fn add(look: &Look<'_>, folder: &str, scope: Scope, found: &mut Found) {
    let Some(product) = product(look) else {
        return;
    };
    let Seen::Known(version) = application(look.system, &format!("{folder}/application.ini"))
    else {
        return;
    };
    found.add(
        look,
        Install {
            product,
            channel: channel(
                look.system,
                &format!("{folder}/defaults/pref/channel-prefs.js"),
            ),
            version,
            path: folder.to_owned(),
            scope,
            source: "application.ini",
        },
    );
}

/// Firefox in the catalogue.
pub(super) fn product<'a>(look: &Look<'a>) -> Option<&'a Product> {
    let is_firefox = |product: &&Product| product.product == BrowserProduct::Firefox;
    look.catalog.products.iter().find(is_firefox)
}

/// The version in an `application.ini` of Firefox; absent if it belongs to another application.
pub(super) fn application(system: &dyn System, path: &str) -> Seen<Seen<ReadVersion>> {
    system.text(path).and_then(|text| {
        let ini = Ini::parse(&text);
        let is_firefox = ini.get("App", "name") == Some("Firefox");
        if !is_firefox {
            return Seen::Absent;
        }
        let read = ini.get("App", "version");
        let read = read.map_or(Seen::Absent, |text| version(text, parse));
        Seen::Known(required(read, path))
    })
}

/// The channel from which an install updates itself.
pub(super) fn channel(system: &dyn System, path: &str) -> Seen<String> {
    let text = match system.text(path) {
        Seen::Absent => return unsupported(format!("there is no {path} to tell the channel")),
        other => other,
    };
    text.and_then(|text| {
        let named = text
            .lines()
            .filter_map(|line| line.split_once("\"app.update.channel\""))
            .find_map(|(_, rest)| rest.split('"').nth(1));
        match named {
            Some("release") => Seen::Known("stable".to_owned()),
            Some("aurora") => Seen::Known("dev".to_owned()),
            Some(name @ ("esr" | "beta" | "nightly")) => Seen::Known(name.to_owned()),
            _ => malformed(format!("{path} names no known channel")),
        }
    })
}
