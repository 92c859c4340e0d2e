//! The security zone of the host that seamless single sign-on asks for tickets.
//!
//! Chrome, Edge and Internet Explorer on Windows sign in unasked in the intranet zone alone. The
//! list of sites that a policy assigns wins over what stands in the zone map.

use waterline_facts::{Seen, host::OsFamily};

use super::found::Look;
use crate::system::malformed;

const SETTINGS: &str = r"Microsoft\Windows\CurrentVersion\Internet Settings";
/// The host, as lists of sites write it.
const WRITTEN: [&str; 4] = [
    "https://autologon.microsoftazuread-sso.com",
    "autologon.microsoftazuread-sso.com",
    "https://*.microsoftazuread-sso.com",
    "*.microsoftazuread-sso.com",
];
/// The host in a zone map, and the host above it.
const MAPPED: [&str; 2] = [
    r"ZoneMap\Domains\microsoftazuread-sso.com\autologon",
    r"ZoneMap\Domains\microsoftazuread-sso.com",
];

/// The zone, if one is assigned.
pub(super) fn read(look: &Look<'_>) -> Seen<u64> {
    if look.system.family() != OsFamily::Windows {
        return Seen::Absent;
    }
    let policies = ["HKLM", "HKCU"].map(|hive| format!(r"{hive}\SOFTWARE\Policies\{SETTINGS}"));
    let own = ["HKCU", "HKLM"].map(|hive| format!(r"{hive}\SOFTWARE\{SETTINGS}"));
    let listed = policies.iter().map(|root| listed(look, root));
    let mapped = policies.iter().chain(&own).map(|root| mapped(look, root));
    let mut found = listed.chain(mapped);
    found
        .find(|zone| *zone != Seen::Absent)
        .unwrap_or(Seen::Absent)
}

fn listed(look: &Look<'_>, root: &str) -> Seen<u64> {
    let key = format!(r"{root}\ZoneMapKey");
    let mut zones = WRITTEN
        .iter()
        .map(|site| look.system.registry_text(&key, site));
    let zone = zones
        .find(|zone| *zone != Seen::Absent)
        .unwrap_or(Seen::Absent);
    zone.and_then(|zone| match zone.parse() {
        Ok(zone) => Seen::Known(zone),
        Err(_) => malformed(format!("{key} assigns no number of a zone")),
    })
}

fn mapped(look: &Look<'_>, root: &str) -> Seen<u64> {
    let keys = MAPPED.iter().map(|below| format!(r"{root}\{below}"));
    let zones =
        keys.flat_map(|key| ["https", "*"].map(|scheme| look.system.registry_number(&key, scheme)));
    let mut zones = zones;
    zones
        .find(|zone| *zone != Seen::Absent)
        .unwrap_or(Seen::Absent)
}
