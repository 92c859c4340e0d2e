//! What opens the links of the user who runs the program, by scheme.
//!
//! Windows keeps his choice in the registry, Linux desktops in `mimeapps.list`, macOS in the
//! preferences of LaunchServices. Nothing is asked of a desktop session, so what a session would
//! settle otherwise is not seen. There is no default of the machine; a system account has none.

use waterline_facts::{
    Seen,
    browsers::{BrowserProduct, DefaultBrowser},
    host::OsFamily,
    seen::known_or_absent,
};

use super::{catalog::Product, found::Look};
use crate::system::{Ini, Node, SETTINGS_FILE, parse_property_list};

const SCHEMES: [&str; 2] = ["http", "https"];
const ASSOCIATIONS: &str = r"HKCU\SOFTWARE\Microsoft\Windows\Shell\Associations\UrlAssociations";
const LAUNCH_SERVICES: &str =
    "Library/Preferences/com.apple.LaunchServices/com.apple.launchservices.secure.plist";

/// Which program opens links of each scheme.
pub(super) fn read(look: &Look<'_>) -> Seen<Vec<DefaultBrowser>> {
    let handler = match look.system.family() {
        OsFamily::Windows => windows,
        OsFamily::Linux => linux,
        OsFamily::Macos => macos,
        OsFamily::Other => return Seen::Absent,
    };
    let mut defaults = Vec::new();
    for scheme in SCHEMES {
        match handler(look, scheme) {
            Seen::Known(handler) => defaults.push(DefaultBrowser {
                scheme: scheme.to_owned(),
                product: known_or_absent(product(look, &handler)),
                handler,
            }),
            Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    Seen::Known(defaults)
}

/// The product that a handler's name begins like.
fn product(look: &Look<'_>, handler: &str) -> Option<BrowserProduct> {
    let begins = |name: &String| {
        let start = handler.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let is = |product: &&Product| match look.system.family() {
        OsFamily::Windows => product.handlers.windows.iter().any(begins),
        OsFamily::Linux => product.handlers.linux.iter().any(begins),
        _ => product.bundles.iter().any(|bundle| begins(&bundle.id)),
    };
    Some(look.catalog.products.iter().find(is)?.product)
}

/// Newer versions of Windows 11 heed the newer of both keys.
fn windows(look: &Look<'_>, scheme: &str) -> Seen<String> {
    let choice = |below: &str| {
        let key = format!(r"{ASSOCIATIONS}\{scheme}\{below}");
        look.system.registry_text(&key, "ProgId")
    };
    match choice(r"UserChoiceLatest\ProgId") {
        Seen::Absent => choice("UserChoice"),
        chosen => chosen,
    }
}

/// The lists in the order of the desktop's specification; the first that names a program counts.
fn linux(look: &Look<'_>, scheme: &str) -> Seen<String> {
    let home = look.system.variable("HOME").into_known();
    let config = look.system.variable("XDG_CONFIG_HOME").into_known();
    let config = config.or_else(|| Some(format!("{}/.config", home.as_ref()?)));
    let own = config.map(|folder| format!("{}/mimeapps.list", folder.trim_end_matches('/')));
    let others = [
        "/etc/xdg/mimeapps.list",
        "/usr/local/share/applications/mimeapps.list",
        "/usr/share/applications/mimeapps.list",
        "/usr/share/applications/defaults.list",
    ];
    let entry = format!("x-scheme-handler/{scheme}");
    for file in own.into_iter().chain(others.map(str::to_owned)) {
        let named = look.system.text(&file).and_then(|text| {
            let named = Ini::parse(&text)
                .get("Default Applications", &entry)
                .map(str::to_owned);
            let first = named.and_then(|list| Some(list.split(';').next()?.trim().to_owned()));
            known_or_absent(first.filter(|name| !name.is_empty()))
        });
        match named {
            Seen::Absent => {}
            found => return found,
        }
    }
    Seen::Absent
}

/// Nothing is written down while Safari, which comes with the system, is the default.
fn macos(look: &Look<'_>, scheme: &str) -> Seen<String> {
    let home = look.system.variable("HOME");
    let list = home.and_then(|home| {
        let file = format!("{}/{LAUNCH_SERVICES}", home.trim_end_matches('/'));
        let read = look.system.read(&file, SETTINGS_FILE);
        read.and_then(|bytes| parse_property_list(&bytes, &file))
    });
    let set = list.and_then(|list| {
        let Node::Dictionary(entries) = list else {
            return Seen::Absent;
        };
        let Some(Node::List(handlers)) = entries.get("LSHandlers") else {
            return Seen::Absent;
        };
        let named = handlers.iter().find_map(|handler| {
            let of = handler.text(&["LSHandlerURLScheme"]).into_known()?;
            let role = handler.text(&["LSHandlerRoleAll"]).into_known()?;
            (of.eq_ignore_ascii_case(scheme)).then_some(role)
        });
        known_or_absent(named)
    });
    match set {
        Seen::Absent => Seen::Known("com.apple.safari".to_owned()),
        set => set,
    }
}
