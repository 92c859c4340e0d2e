//! The vendor's single sign-on extension for Chrome and its kin: whether policies install or block
//! it, and whether it is in a profile.

use serde_json::Value as Json;
use waterline_facts::{Seen, browsers::ExtensionPolicy, host::OsFamily};

use super::place::Policies;
use crate::browsers::{catalog::Product, found::Look};

/// Its name has changed over time: Windows 10 Accounts, Windows Accounts, Microsoft Single Sign On.
const ID: &str = "ppnbnpeolgkicgegkbkbjmhlideopiji";

/// What policies do with the extension; forcing it wins over blocking all.
pub(super) fn policy(policies: &Policies<'_>) -> Seen<ExtensionPolicy> {
    let forced = policies.list(&["ExtensionInstallForcelist"]);
    let settings = policies.structure(&["ExtensionSettings"]);
    let allowed = policies.list(&["ExtensionInstallAllowlist"]);
    let blocked = policies.list(&["ExtensionInstallBlocklist"]);
    let names = |list: &Seen<Vec<String>>, wanted: &str| {
        let id = |entry: &String| entry.split(';').next() == Some(wanted);
        list.known().is_some_and(|list| list.iter().any(id))
    };
    let set = |wanted: &str| settings.known().and_then(|all| mode(all, wanted));
    if names(&forced, ID) || set(ID) == Some(ExtensionPolicy::Forced) {
        return Seen::Known(ExtensionPolicy::Forced);
    }
    let gaps = [forced.gap(), settings.gap(), allowed.gap(), blocked.gap()];
    if let Some(gap) = gaps.into_iter().flatten().next() {
        return Seen::Unknown(gap.clone());
    }
    if let Some(own) = set(ID) {
        return Seen::Known(own);
    }
    if names(&allowed, ID) {
        return Seen::Known(ExtensionPolicy::Allowed);
    }
    let all = set("*") == Some(ExtensionPolicy::Blocked);
    if all || names(&blocked, ID) || names(&blocked, "*") {
        return Seen::Known(ExtensionPolicy::Blocked);
    }
    Seen::Absent
}

fn mode(settings: &Json, id: &str) -> Option<ExtensionPolicy> {
    match settings.get(id)?.get("installation_mode")?.as_str()? {
        "force_installed" | "normal_installed" => Some(ExtensionPolicy::Forced),
        "allowed" => Some(ExtensionPolicy::Allowed),
        "blocked" | "removed" => Some(ExtensionPolicy::Blocked),
        _ => None,
    }
}

/// Whether the extension is in a profile of this user; absent for products of which it is not
/// known where profiles are.
pub(super) fn is_installed(look: &Look<'_>, product: &Product) -> Seen<bool> {
    let Some(profiles) = profiles(look, product) else {
        return Seen::Absent;
    };
    profiles.and_then(|folder| match look.system.list(&folder) {
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
        Seen::Known(names) => {
            let is_profile = |name: &&String| {
                let name = name.to_ascii_lowercase();
                name == "default" || name.starts_with("profile ")
            };
            let separator = if folder.contains('\\') { '\\' } else { '/' };
            for name in names.iter().filter(is_profile) {
                let path = [&folder, name, "Extensions", ID].join(&separator.to_string());
                match look.system.exists(&path) {
                    Seen::Known(false) | Seen::Absent => {}
                    found => return found,
                }
            }
            Seen::Known(false)
        }
    })
}

/// The folder that holds the profiles.
fn profiles(look: &Look<'_>, product: &Product) -> Option<Seen<String>> {
    let folders = product.policies.as_ref()?.profiles.as_ref()?;
    let (variable, below) = match look.system.family() {
        OsFamily::Windows => ("LOCALAPPDATA", format!("\\{}", folders.windows)),
        OsFamily::Linux => ("HOME", format!("/{}", folders.linux)),
        OsFamily::Macos => ("HOME", format!("/{}", folders.macos)),
        OsFamily::Other => return None,
    };
    let base = look.system.variable(variable);
    Some(base.map(|base| format!("{}{below}", base.trim_end_matches(['/', '\\']))))
}
