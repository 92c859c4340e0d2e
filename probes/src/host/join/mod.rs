//! The machine's tie to a directory: joined to which Active Directory domain, and to Entra ID.
//!
//! A machine is called joined only where settings and machine credentials agree; a suffix, a realm
//! or a leftover alone proves nothing. What must be read with more rights is unknown, not absent.

pub(super) mod hints;
mod linux;
mod macos;
mod windows;

use waterline_facts::{
    Seen,
    host::{JoinFacts, OsFamily},
};

use crate::system::{System, unsupported};

/// What would make the domain known in all cases.
const NAME_IT: &str = "name the domain with --domain";

/// Reads the tie.
pub(super) fn read(system: &dyn System) -> JoinFacts {
    match system.family() {
        OsFamily::Windows => windows::read(system),
        OsFamily::Linux => linux::read(system),
        OsFamily::Macos => macos::read(system),
        OsFamily::Other => {
            const WHY: &str = "only Windows, Linux and macOS are read";
            JoinFacts {
                domain: unsupported(WHY),
                entra_joined: unsupported(WHY),
                entra_tenant: unsupported(WHY),
                source: unsupported(WHY),
            }
        }
    }
}

/// Facts about the domain, with the place where it was found.
fn found_in(domain: Seen<String>, source: &str) -> JoinFacts {
    JoinFacts {
        source: domain.as_ref().map(|_| source.to_owned()),
        domain: domain.map(|domain| domain.trim_end_matches('.').to_lowercase()),
        ..JoinFacts::default()
    }
}
