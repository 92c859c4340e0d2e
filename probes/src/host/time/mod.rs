//! How the machine keeps time: zone, and which service keeps the clock right by its settings.
//!
//! Settings only: whether the service has reached its servers, and how far the clock is off, is for
//! whoever asks a domain controller.

mod linux;
mod macos;
mod windows;

use waterline_facts::{
    Seen,
    host::{OsFamily, TimeFacts},
};

use crate::system::{System, malformed, unsupported};

/// Takes its time from the domain, down from the controller that holds the PDC emulator role.
const DOMAIN_HIERARCHY: &str = "domain-hierarchy";

/// Reads how time is kept.
pub(super) fn read(system: &dyn System) -> TimeFacts {
    match system.family() {
        OsFamily::Windows => windows::read(system),
        OsFamily::Linux => linux::read(system),
        OsFamily::Macos => macos::read(system),
        OsFamily::Other => {
            const WHY: &str = "only Windows, Linux and macOS are read";
            TimeFacts {
                zone: unsupported(WHY),
                source: unsupported(WHY),
                servers: unsupported(WHY),
            }
        }
    }
}

/// The IANA name in the target of `/etc/localtime`.
fn zone_by_link(system: &dyn System) -> Seen<String> {
    const LINK: &str = "/etc/localtime";
    system
        .link(LINK)
        .and_then(|target| match target.split_once("zoneinfo/") {
            Some((_, zone)) if !zone.is_empty() => Seen::Known(zone.to_owned()),
            _ => malformed(format!("{LINK} points to {target}, which names no zone")),
        })
}

/// Sorted, each once.
fn sorted(servers: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut servers: Vec<String> = servers.into_iter().collect();
    servers.sort();
    servers.dedup();
    servers
}

/// The servers named after `server`, `pool` or `peer` in the settings of ntpd and its like.
fn servers_in(text: &str) -> Vec<String> {
    sorted(text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let directive = words.next()?.to_lowercase();
        matches!(directive.as_str(), "server" | "pool" | "peer")
            .then(|| words.next().map(str::to_owned))?
    }))
}
