//! Browsers on Windows, by the registry: updaters, the list of programs, Firefox's own keys, App
//! Paths, Store packages, and Internet Explorer where it can still be used.
//!
//! Reads the machine's keys in both views, and those of users as far as they are loaded and open. File
//! versions are not read, and what was last started (BLBeacon) is no proof of an install.

use waterline_facts::{
    Reason, Seen,
    browsers::{BrowserProduct, Scope},
};

use super::{
    catalog::{Product, WindowsTraces},
    firefox_folder,
    found::{Found, Install, Look, required, version},
    version::parse,
    windows_lead::{Lead, Rank, add_all, version_by_folder},
    windows_users::{self, Root},
};
use crate::{
    host::product as windows_product,
    system::{System, malformed},
};

const MACHINE: &str = r"HKLM\SOFTWARE";
const PROGRAMS: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";
const APP_PATHS: &str = r"Microsoft\Windows\CurrentVersion\App Paths";
const FIREFOX: &str = r"Mozilla\Mozilla Firefox";
const STORE: &str = r"HKCU\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";
/// A client of Edge's updater and no browser.
const WEBVIEW2: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
const EXPLORER: &str = r"HKLM\SOFTWARE\Microsoft\Internet Explorer";

pub(super) fn find(look: &Look<'_>, found: &mut Found) {
    let roots = windows_users::roots(look);
    let mut leads = Vec::new();
    updaters(look, &roots, &mut leads, found);
    for root in &roots {
        programs(look, root, &mut leads, found);
        firefox(look, root, &mut leads, found);
    }
    add_all(look, leads, found);
    app_paths(look, &roots, found);
    store(look, found);
    windows_users::folders(look, found);
    internet_explorer(look, found);
}

/// The version of the WebView2 runtime; the machine's comes before the user's.
pub(super) fn webview2(look: &Look<'_>) -> Seen<String> {
    let roots = windows_users::roots(look);
    let mut told = roots.iter().filter(|root| root.own).map(|root| {
        let key = format!(r"{}\{WEBVIEW2}", root.key);
        look.system.registry_text(&key, "pv")
    });
    // The updater leaves zeros behind when it removes the runtime.
    let pv =
        told.find(|pv| !matches!(pv, Seen::Absent) && pv.known().is_none_or(|pv| pv != "0.0.0.0"));
    let read = pv
        .unwrap_or(Seen::Absent)
        .and_then(|text| version(&text, parse));
    read.map(|read| read.version.to_string())
}

/// The products that Windows has traces of.
pub(super) fn with_traces<'a>(
    look: &Look<'a>,
) -> impl Iterator<Item = (&'a Product, &'a WindowsTraces)> {
    let products = look.catalog.products.iter();
    products.filter_map(|product| Some((product, product.windows.as_ref()?)))
}

fn updaters<'a>(look: &Look<'a>, roots: &[Root], leads: &mut Vec<Lead<'a>>, found: &mut Found) {
    for (product, traces) in with_traces(look) {
        let Some(updater) = &traces.updater else {
            continue;
        };
        for client in &traces.clients {
            for root in roots {
                let key = format!("{}\\{updater}\\Clients\\{}", root.key, client.id);
                match look.system.registry_text(&key, "pv") {
                    Seen::Absent => {}
                    Seen::Unknown(_) if !root.own => {}
                    Seen::Unknown(gap) if gap.reason == Reason::Denied => found.unread(gap),
                    text => leads.push(Lead {
                        product,
                        channel: client.channel.clone(),
                        version: text.and_then(|text| version(&text, parse)),
                        folder: None,
                        key,
                        scope: root.scope,
                        rank: Rank::Updater,
                    }),
                }
            }
        }
    }
}

/// The list of installed programs. The machine's own is on every Windows, so its absence is a
/// fault of the hive.
fn programs<'a>(look: &Look<'a>, root: &Root, leads: &mut Vec<Lead<'a>>, found: &mut Found) {
    let list = format!("{}\\{PROGRAMS}", root.key);
    let entries = match look.system.registry_keys(&list) {
        Seen::Absent if root.key == MACHINE => malformed(format!("the registry has no {list}")),
        Seen::Unknown(_) if !root.own => Seen::Absent,
        other => other,
    };
    for entry in found.known(entries).unwrap_or_default() {
        let key = format!("{list}\\{entry}");
        let Seen::Known(name) = look.system.registry_text(&key, "DisplayName") else {
            continue;
        };
        if let Some((product, channel)) = by_name(look, &name) {
            let text = look.system.registry_text(&key, "DisplayVersion");
            let read = text.and_then(|text| version(&text, parse));
            let extended = name.contains(" ESR");
            leads.push(Lead {
                product,
                channel: if extended {
                    "esr".into()
                } else {
                    channel.to_owned()
                },
                version: required(read, &key),
                folder: folder(look.system, &key, "InstallLocation"),
                key,
                scope: root.scope,
                rank: Rank::Programs,
            });
        }
    }
}

/// A folder that a value names, without quotes.
fn folder(system: &dyn System, key: &str, name: &str) -> Option<String> {
    let text = system.registry_text(key, name).into_known()?;
    let text = text.trim_matches('"').trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The product of a program's name: the name alone, or followed by a version or a remark.
fn by_name<'a>(look: &Look<'a>, name: &str) -> Option<(&'a Product, &'a str)> {
    with_traces(look).find_map(|(product, traces)| {
        let entry = traces.programs.iter().find(|entry| {
            name.strip_prefix(entry.name.as_str()).is_some_and(|rest| {
                let rest = rest.strip_prefix(' ').unwrap_or(rest);
                rest.is_empty()
                    || rest.starts_with(|char: char| char == '(' || char.is_ascii_digit())
                    || rest.starts_with("ESR")
            })
        })?;
        Some((product, entry.channel.as_str()))
    })
}

/// One subkey for each version that was installed, such as `142.0 (x64 en-US)`.
fn firefox<'a>(look: &Look<'a>, root: &Root, leads: &mut Vec<Lead<'a>>, found: &mut Found) {
    let Some(product) = firefox_folder::product(look) else {
        return;
    };
    let list = format!("{}\\{FIREFOX}", root.key);
    let entries = match look.system.registry_keys(&list) {
        Seen::Unknown(_) if !root.own => None,
        entries => found.known(entries),
    };
    for entry in entries.unwrap_or_default() {
        let key = format!("{list}\\{entry}");
        let folder = folder(look.system, &format!("{key}\\Main"), "Install Directory");
        if folder.is_some() {
            leads.push(Lead {
                product,
                channel: "stable".to_owned(),
                version: version(&entry, parse),
                folder,
                key,
                scope: root.scope,
                rank: Rank::Key,
            });
        }
    }
}

/// Programs that Windows can start by name and that nothing else has told of.
fn app_paths(look: &Look<'_>, roots: &[Root], found: &mut Found) {
    for (product, traces) in with_traces(look) {
        for root in roots {
            let key = format!("{}\\{APP_PATHS}\\{}", root.key, traces.program);
            let Some(path) = folder(look.system, &key, "") else {
                continue;
            };
            let program = |known: &str| {
                let name = known.rsplit('\\').next().unwrap_or_default();
                name.eq_ignore_ascii_case(&traces.program) || known.starts_with("HK")
            };
            let told = found.browsers.iter().any(|known| {
                known.path.eq_ignore_ascii_case(&path)
                    || (known.product == product.product && program(&known.path))
            });
            if told || look.system.exists(&path) != Seen::Known(true) {
                continue;
            }
            found.add(
                look,
                Install {
                    product,
                    channel: Seen::unknown(Reason::Unsupported, "App Paths tells no channel"),
                    version: version_by_folder(look.system, &path),
                    path,
                    scope: root.scope,
                    source: "app-paths",
                },
            );
        }
    }
}

/// Packages are keys named `Mozilla.Firefox_142.0.1.0_x64__n80bbvh6b1yt2`.
fn store(look: &Look<'_>, found: &mut Found) {
    let packages = found.known(look.system.registry_keys(STORE));
    for package in packages.unwrap_or_default() {
        let mut parts = package.split('_');
        let name = parts.next().unwrap_or_default();
        let mut products = look.catalog.products.iter();
        let Some(product) = products.find(|product| product.store.iter().any(|id| id == name))
        else {
            continue;
        };
        let key = format!("{STORE}\\{package}");
        let read = parts
            .next()
            .map_or(Seen::Absent, |text| version(text, parse));
        found.add(
            look,
            Install {
                product,
                channel: Seen::Known("stable".to_owned()),
                version: required(read, &package),
                path: folder(look.system, &key, "PackageRootFolder").unwrap_or(key),
                scope: Scope::User,
                source: "store",
            },
        );
    }
}

/// Windows 11 still carries its version, but cannot start it.
fn internet_explorer(look: &Look<'_>, found: &mut Found) {
    if windows_product(look.system) == Seen::Known("windows-11".to_owned()) {
        return;
    }
    let is_explorer = |product: &&Product| product.product == BrowserProduct::InternetExplorer;
    let Some(product) = look.catalog.products.iter().find(is_explorer) else {
        return;
    };
    // The older value Version stops at 9.
    let text = look.system.registry_text(EXPLORER, "svcVersion");
    if text != Seen::Absent {
        found.add(
            look,
            Install {
                product,
                channel: Seen::Known("stable".to_owned()),
                version: text.and_then(|text| version(&text, parse)),
                path: EXPLORER.to_owned(),
                scope: Scope::Machine,
                source: "registry",
            },
        );
    }
}
