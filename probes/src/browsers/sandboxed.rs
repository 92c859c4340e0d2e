//! Browsers in snaps and flatpaks, by the folders that both keep.
//!
//! They reach the identity broker of the system in another way than native ones, if at all, so
//! where a browser came from stays visible in `source`.

use waterline_facts::{
    Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::{Identity, Product},
    firefox_folder,
    found::{Found, Install, Look, required, version},
    homes::{homes, open},
    version::{ReadVersion, parse},
};
use crate::system::{System, unsupported};

/// The second is where the first leads to on some distributions.
const SNAPS: [&str; 2] = ["/snap", "/var/lib/snapd/snap"];
const FLATPAKS: &str = "/var/lib/flatpak/app";
const USER_FLATPAKS: &str = ".local/share/flatpak/app";

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    let homes = homes(look, found);
    for product in &look.catalog.products {
        for snap in &product.snaps {
            find_snap(look, product, snap, found);
        }
        for flatpak in &product.flatpaks {
            let path = active(FLATPAKS, flatpak);
            if found.known(look.system.exists(&path)) == Some(true) {
                add_flatpak(look, product, flatpak, path, Scope::Machine, found);
            }
            for home in &homes {
                let path = active(&format!("{}/{USER_FLATPAKS}", home.folder), flatpak);
                if open(home, look.system.exists(&path), found) == Some(true) {
                    add_flatpak(look, product, flatpak, path, Scope::User, found);
                }
            }
        }
    }
}

fn find_snap(look: &Look<'_>, product: &Product, snap: &Identity, found: &mut Found) {
    for base in SNAPS {
        let path = format!("{base}/{}/current", snap.id);
        let file = format!("{path}/meta/snap.yaml");
        if let Some(text) = found.known(look.system.text(&file)) {
            let line = text.lines().find_map(|line| line.strip_prefix("version:"));
            let read = line.map_or(Seen::Absent, |text| {
                version(text.trim().trim_matches(['"', '\'']), parse)
            });
            return found.add(
                look,
                Install {
                    product,
                    channel: Seen::Known(snap.channel.clone()),
                    version: required(read, &file),
                    path,
                    scope: Scope::Machine,
                    source: "snap",
                },
            );
        }
    }
}

/// Where the version in use of a flatpak is.
fn active(base: &str, flatpak: &Identity) -> String {
    format!("{base}/{}/current/active", flatpak.id)
}

fn add_flatpak(
    look: &Look<'_>,
    product: &Product,
    flatpak: &Identity,
    path: String,
    scope: Scope,
    found: &mut Found,
) {
    found.add(
        look,
        Install {
            product,
            channel: Seen::Known(flatpak.channel.clone()),
            version: flatpak_version(look.system, product, &flatpak.id, &path),
            path,
            scope,
            source: "flatpak",
        },
    );
}

/// Firefox says its version itself; others have it in the description for software centres.
fn flatpak_version(
    system: &dyn System,
    product: &Product,
    id: &str,
    path: &str,
) -> Seen<ReadVersion> {
    if product.product == BrowserProduct::Firefox {
        let file = format!("{path}/files/lib/firefox/application.ini");
        if let Seen::Known(version) = firefox_folder::application(system, &file) {
            return version;
        }
    }
    for folder in [
        "export/share/metainfo",
        "files/share/metainfo",
        "files/share/appdata",
    ] {
        for kind in ["metainfo", "appdata"] {
            let file = format!("{path}/{folder}/{id}.{kind}.xml");
            if let Seen::Known(text) = system.text(&file) {
                return required(newest_release(&text), &file);
            }
        }
    }
    unsupported(format!("no file below {path} tells the version"))
}

/// The version of the first release in a description, which is the newest.
fn newest_release(text: &str) -> Seen<ReadVersion> {
    text.split("<release ")
        .nth(1)
        .and_then(|rest| rest.split('>').next()?.split_once("version=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or(Seen::Absent, |(text, _)| version(text, parse))
}
