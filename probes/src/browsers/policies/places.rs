//! Where the policies of a product are, by system.

use serde_json::Value as Json;
use waterline_facts::{Seen, browsers::BrowserProduct, host::OsFamily};

use super::place::{Place, Policies};
use crate::{
    browsers::{
        catalog::{PolicyPlaces, Product},
        found::Look,
    },
    system::{SETTINGS_FILE, malformed, parse_property_list},
};

/// Hives with policies; the machine's win.
const HIVES: [&str; 2] = ["HKLM", "HKCU"];
const MANAGED: &str = "/Library/Managed Preferences";

/// The places of a product; none if it has none on this system.
pub(super) fn of<'a>(look: &Look<'a>, product: &Product) -> Option<Policies<'a>> {
    let places = product.policies.as_ref()?;
    match look.system.family() {
        OsFamily::Windows => windows(look, product, places),
        OsFamily::Linux => linux(look, product, places),
        OsFamily::Macos => macos(look, product, places),
        OsFamily::Other => None,
    }
}

fn windows<'a>(look: &Look<'a>, product: &Product, places: &PolicyPlaces) -> Option<Policies<'a>> {
    let key = places.windows.as_ref()?;
    let mut found: Vec<Place<'a>> = HIVES
        .iter()
        .map(|hive| Place::Key(look.system, format!("{hive}\\SOFTWARE\\Policies\\{key}")))
        .collect();
    if product.product == BrowserProduct::Firefox {
        let folder = look.system.variable("ProgramFiles").into_known();
        let folder = folder.unwrap_or_else(|| r"C:\Program Files".to_owned());
        let file = format!(r"{folder}\Mozilla Firefox\distribution\policies.json");
        found.extend(firefox_file(look, file));
    }
    Some(Policies(found))
}

/// The folder of Chrome and its kin: of its files the last by name wins. Firefox: one file for the
/// machine, else one beside the program.
fn linux<'a>(look: &Look<'a>, product: &Product, places: &PolicyPlaces) -> Option<Policies<'a>> {
    if places.linux.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for path in &places.linux {
        match product.product {
            BrowserProduct::Firefox => found.extend(firefox_file(look, path.clone())),
            _ => found.extend(folder(look, path)),
        }
    }
    Some(Policies(found))
}

fn folder<'a>(look: &Look<'a>, path: &str) -> Vec<Place<'a>> {
    let names = match look.system.list(path) {
        Seen::Known(names) => names,
        Seen::Absent => return Vec::new(),
        Seen::Unknown(gap) => return vec![Place::Unread(path.to_owned(), gap)],
    };
    let files = names.iter().rev().filter(|name| name.ends_with(".json"));
    files
        .filter_map(|name| place(look, format!("{path}/{name}"), json))
        .collect()
}

/// Firefox keeps its policies one level down.
fn firefox_file<'a>(look: &Look<'a>, path: String) -> Option<Place<'a>> {
    place(look, path, |bytes, path| {
        json(bytes, path).and_then(|tree| match tree.get("policies") {
            Some(policies) => Seen::Known(policies.clone()),
            None => malformed(format!("{path} has no \"policies\"")),
        })
    })
}

/// Preferences that were set for this user win over those of the machine.
fn macos<'a>(look: &Look<'a>, product: &Product, places: &PolicyPlaces) -> Option<Policies<'a>> {
    let domain = places.macos.as_ref()?;
    let user = look.system.variable("USER").into_known();
    let own = user.map(|user| format!("{MANAGED}/{user}/{domain}.plist"));
    let files = own.into_iter().chain([format!("{MANAGED}/{domain}.plist")]);
    let found = files.filter_map(|path| place(look, path, property_list));
    let mut found: Vec<Place<'a>> = found.collect();
    if product.product == BrowserProduct::Firefox {
        // Firefox heeds its preferences only if they say so.
        found.retain(|place| match place {
            Place::Tree(_, tree) => tree["EnterprisePoliciesEnabled"].as_bool() == Some(true),
            _ => true,
        });
        let file = "/Applications/Firefox.app/Contents/Resources/distribution/policies.json";
        found.extend(firefox_file(look, file.to_owned()));
    }
    Some(Policies(found))
}

fn place<'a>(
    look: &Look<'a>,
    path: String,
    parse: fn(&[u8], &str) -> Seen<Json>,
) -> Option<Place<'a>> {
    let read = look.system.read(&path, SETTINGS_FILE);
    match read.and_then(|bytes| parse(&bytes, &path)) {
        Seen::Known(tree) => Some(Place::Tree(path, tree)),
        Seen::Absent => None,
        Seen::Unknown(gap) => Some(Place::Unread(path, gap)),
    }
}

fn json(bytes: &[u8], path: &str) -> Seen<Json> {
    match serde_json::from_slice(bytes) {
        Ok(tree @ Json::Object(_)) => Seen::Known(tree),
        Ok(_) => malformed(format!("{path} is no JSON of named policies")),
        Err(error) => malformed(format!("{path}: {error}")),
    }
}

fn property_list(bytes: &[u8], path: &str) -> Seen<Json> {
    parse_property_list(bytes, path).map(|list| list.to_json())
}
