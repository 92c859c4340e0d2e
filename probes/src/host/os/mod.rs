//! Which operating system it is, by the files or keys that its maker wrote for that purpose.

mod linux;
mod macos;
mod windows;
mod windows_product;

use waterline_facts::{
    Seen,
    host::{OsFacts, OsFamily},
};

use crate::system::{System, unsupported};

/// Reads what the system says of itself.
pub(super) fn read(system: &dyn System) -> OsFacts {
    let mut facts = match system.family() {
        OsFamily::Windows => windows::read(system),
        OsFamily::Linux => linux::read(system),
        OsFamily::Macos => macos::read(system),
        OsFamily::Other => other(),
    };
    facts.family = Seen::Known(system.family());
    facts.kernel = system.machine().kernel;
    facts
}

/// The processor's architecture, where the system knows better than the program: an x86 program is
/// told x86 by an ARM machine that runs it in emulation.
pub(super) fn native_architecture(system: &dyn System) -> Seen<String> {
    match system.family() {
        OsFamily::Windows => windows::architecture(system),
        _ => Seen::Absent,
    }
}

/// Facts of a system that has no Windows releases and editions.
fn without_editions() -> OsFacts {
    OsFacts {
        build: Seen::Absent,
        revision: Seen::Absent,
        display_version: Seen::Absent,
        edition: Seen::Absent,
        edition_class: Seen::Absent,
        installation_type: Seen::Absent,
        channel: Seen::Absent,
        iot: Seen::Absent,
        multi_session: Seen::Absent,
        s_mode: Seen::Absent,
        extended_updates: Seen::Absent,
        build_label: Seen::Absent,
        derived_from: Seen::Absent,
        ..OsFacts::default()
    }
}

fn other() -> OsFacts {
    const WHY: &str = "only Windows, Linux and macOS are read";
    OsFacts {
        product: unsupported(WHY),
        name: unsupported(WHY),
        version: unsupported(WHY),
        ..without_editions()
    }
}
