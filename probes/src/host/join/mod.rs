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
    host::{JoinFacts, JoinKind, OsFamily},
};

use crate::system::{System, unsupported};

/// What would make the domain known in all cases.
const NAME_IT: &str = "name the domain with --domain";

/// Reads the tie.
pub(super) fn read(system: &dyn System) -> JoinFacts {
    let mut join = match system.family() {
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
                ..not_windows()
            }
        }
    };
    join.kind = kind(&join);
    join
}

/// Nothing of what Windows alone has.
fn not_windows() -> JoinFacts {
    JoinFacts {
        policy_tenant: Seen::Absent,
        policy_tenant_domain: Seen::Absent,
        fallback_off: Seen::Absent,
        registration_blocked: Seen::Absent,
        automatic_join_off: Seen::Absent,
        leftover_tenants: Seen::Absent,
        ..JoinFacts::default()
    }
}

/// What the ties are together.
fn kind(join: &JoinFacts) -> Seen<JoinKind> {
    let domain = match &join.domain {
        Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
        domain => domain.known().is_some(),
    };
    join.entra_joined
        .clone()
        .and_then(|entra| match (domain, entra) {
            (true, true) => Seen::Known(JoinKind::Hybrid),
            (true, false) => Seen::Known(JoinKind::Domain),
            (false, true) => Seen::Known(JoinKind::Entra),
            (false, false) => join.registered.clone().map(|registered| match registered {
                true => JoinKind::Registered,
                false => JoinKind::None,
            }),
        })
}

/// Facts about the domain, with the place where it was found.
fn found_in(domain: Seen<String>, source: &str) -> JoinFacts {
    JoinFacts {
        source: domain.as_ref().map(|_| source.to_owned()),
        domain: domain.map(|domain| domain.trim_end_matches('.').to_lowercase()),
        ..not_windows()
    }
}
