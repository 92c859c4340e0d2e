//! Browsers on macOS: `Info.plist` of the applications in the usual folders.
//!
//! The bundle identifier decides, not the folder's name. Folders within folders are not searched.

use waterline_facts::{
    Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::{Bundle, Product},
    firefox_folder,
    found::{Found, Install, Look, required, version},
    homes::{homes, open},
    version::parse,
};
use crate::system::{Node, SETTINGS_FILE, parse_property_list};

const MACHINE: [&str; 3] = [
    "/Applications",
    "/System/Applications",
    "/Users/Shared/Applications",
];
/// Safari lives here, and in /Applications only seems to, since macOS 13.
const SAFARI: &str = "/System/Cryptexes/App/System/Applications";

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    for folder in [SAFARI].iter().chain(&MACHINE) {
        find_in(look, folder, Scope::Machine, found);
    }
    for home in homes(look, found) {
        let folder = format!("{}/Applications", home.folder);
        if !MACHINE.contains(&folder.as_str()) {
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
    for name in names.iter().filter(|name| name.ends_with(".app")) {
        let path = format!("{folder}/{name}");
        let file = format!("{path}/Contents/Info.plist");
        let list = look
            .system
            .read(&file, SETTINGS_FILE)
            .and_then(|bytes| parse_property_list(&bytes, &file));
        match list {
            Seen::Known(list) => add(look, &list, path, scope, found),
            Seen::Absent => {}
            Seen::Unknown(gap) => match by(look, |bundle| bundle.app == *name) {
                Some((product, bundle)) => found.add(
                    look,
                    Install {
                        product,
                        channel: Seen::Known(bundle.channel.clone()),
                        version: Seen::Unknown(gap),
                        path,
                        scope,
                        source: "plist",
                    },
                ),
                None => found.notes.push(format!("{name} was passed over: {gap}")),
            },
        }
    }
}

fn add(look: &Look<'_>, list: &Node, path: String, scope: Scope, found: &mut Found) {
    let id = list.text(&["CFBundleIdentifier"]).into_known();
    let Some((product, bundle)) = id.and_then(|id| by(look, |bundle| bundle.id == id)) else {
        return;
    };
    let shown_twice = found
        .browsers
        .iter()
        .any(|known| known.path.starts_with(SAFARI) && known.product == product.product);
    if shown_twice && path == "/Applications/Safari.app" {
        return;
    }
    let read = list
        .text(&["CFBundleShortVersionString"])
        .and_then(|text| version(&text, parse));
    found.add(
        look,
        Install {
            product,
            channel: channel(look, product, bundle, &path),
            version: required(read, &path),
            path,
            scope,
            source: "plist",
        },
    );
}

/// The extended support release has the bundle identifier of the usual one; only its settings tell.
fn channel(look: &Look<'_>, product: &Product, bundle: &Bundle, path: &str) -> Seen<String> {
    let own = Seen::Known(bundle.channel.clone());
    if product.product != BrowserProduct::Firefox {
        return own;
    }
    let file = format!("{path}/Contents/Resources/defaults/pref/channel-prefs.js");
    match firefox_folder::channel(look.system, &file) {
        Seen::Known(channel) => Seen::Known(channel),
        _ => own,
    }
}

fn by<'a>(look: &Look<'a>, wanted: impl Fn(&Bundle) -> bool) -> Option<(&'a Product, &'a Bundle)> {
    let catalog = look.catalog;
    catalog.products.iter().find_map(|product| {
        let bundle = product.bundles.iter().find(|bundle| wanted(bundle))?;
        Some((product, bundle))
    })
}
