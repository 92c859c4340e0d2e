//! The proxy settings of Windows: WinHTTP for services, WinINET for users.
//!
//! WinHTTP keeps one value of bytes, as `netsh winhttp set proxy` writes it: size, counter, flags,
//! then the server and the exceptions, each after its length, all numbers of four bytes.

use waterline_facts::{Seen, seen::known_or_absent};

use super::{Place, ProxyError};
use crate::system::{RegistryData, System};

const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const POLICY: &str = r"HKLM\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
/// Characters of a setting beyond this number are not read.
const LONGEST: usize = 4096;

/// What a service follows.
pub(super) fn winhttp(system: &dyn System) -> Result<Option<Place>, ProxyError> {
    let key = format!(r"HKLM\{SETTINGS}\Connections");
    let Seen::Known(RegistryData::Bytes(bytes)) = system.registry_value(&key, "WinHttpSettings")
    else {
        return Ok(None);
    };
    let place = Place::named("winhttp");
    match server_in(&bytes) {
        None => Ok(Some(place)),
        Some((server, exceptions)) => place.with_server(&server, &exceptions).map(Some),
    }
}

/// The server and its exceptions; none if the settings say to go directly.
fn server_in(bytes: &[u8]) -> Option<(String, String)> {
    const NAMES_A_SERVER: u32 = 2;
    let flags = number(bytes, 8)?;
    let server = text(bytes, 12)?;
    let exceptions = text(bytes, 16 + server.len()).unwrap_or_default();
    (flags & NAMES_A_SERVER != 0 && !server.is_empty()).then_some((server, exceptions))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The text whose length stands here. It is plain ASCII, or the lengths would not fit.
fn text(bytes: &[u8], at: usize) -> Option<String> {
    let length = usize::try_from(number(bytes, at)?).ok()?;
    let text = bytes.get(at + 4..at.checked_add(4)?.checked_add(length)?)?;
    let plain = text.is_ascii() && length <= LONGEST;
    plain.then(|| String::from_utf8_lossy(text).into_owned())
}

/// What the user who runs the program follows, or all users where a policy says so.
pub(super) fn wininet(system: &dyn System) -> Result<Option<Place>, ProxyError> {
    let for_all = system.registry_number(POLICY, "ProxySettingsPerUser");
    let root = match for_all {
        Seen::Known(0) => "HKLM",
        _ => "HKCU",
    };
    let key = format!(r"{root}\{SETTINGS}");
    let value = |name: &str| {
        let text = system.registry_text(&key, name).into_known();
        text.filter(|text| !text.is_empty() && text.len() <= LONGEST)
    };
    let mut place = Place::named("wininet");
    place.facts.pac = known_or_absent(value("AutoConfigURL"));
    place.facts.discovers = system.registry_number(&key, "AutoDetect") == Seen::Known(1);
    let enabled = system.registry_number(&key, "ProxyEnable") == Seen::Known(1);
    match value("ProxyServer").filter(|_| enabled) {
        None => Ok(Some(place)),
        Some(server) => {
            let exceptions = value("ProxyOverride").unwrap_or_default();
            place.with_server(&server, &exceptions).map(Some)
        }
    }
}
