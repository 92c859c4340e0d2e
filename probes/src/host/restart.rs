//! Whether the machine waits for a restart.
//!
//! On Windows the presence of keys says so, not their values. Files that are to be replaced at the
//! start are listed too, though virus scanners and browsers ask for that all the time.

use waterline_facts::{
    Seen,
    host::{OsFamily, RestartReason},
};

use crate::system::{RegistryData, System, unsupported};

const KEYS: [(&str, RestartReason); 4] = [
    (
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
        RestartReason::ComponentServicing,
    ),
    (
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootInProgress",
        RestartReason::ComponentServicing,
    ),
    (
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
        RestartReason::WindowsUpdate,
    ),
    (
        r"HKLM\SOFTWARE\Microsoft\SMS\Mobile Client\Reboot Management\RebootData",
        RestartReason::ConfigurationManager,
    ),
];
const SESSION: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager";
const RENAMES: [&str; 2] = [
    "PendingFileRenameOperations",
    "PendingFileRenameOperations2",
];
const ACTIVE_NAME: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName";
const NEXT_NAME: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName";
const LINUX: [&str; 2] = ["/run/reboot-required", "/var/run/reboot-required"];

/// Reads it.
pub(super) fn read(system: &dyn System) -> Seen<Vec<RestartReason>> {
    let signs: Vec<(Seen<bool>, RestartReason)> = match system.family() {
        OsFamily::Windows => windows(system),
        OsFamily::Linux => LINUX
            .iter()
            .map(|path| (system.exists(path), RestartReason::Package))
            .collect(),
        _ => return unsupported("Windows and Linux tell of it"),
    };
    let mut reasons = Vec::new();
    for (seen, reason) in signs {
        match seen {
            Seen::Known(true) => reasons.push(reason),
            Seen::Known(false) | Seen::Absent => {}
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        }
    }
    reasons.sort();
    reasons.dedup();
    Seen::Known(reasons)
}

fn windows(system: &dyn System) -> Vec<(Seen<bool>, RestartReason)> {
    let there = |key: &str| system.registry_keys(key).map(|_| true);
    let keys = KEYS.iter().map(|(key, reason)| (there(key), *reason));
    let renames = RENAMES.iter().map(|name| {
        let data = system.registry_value(SESSION, name);
        let any = data.map(|data| matches!(data, RegistryData::Texts(files) if !files.is_empty()));
        (any, RestartReason::FileRename)
    });
    let name = |key| system.registry_text(key, "ComputerName");
    let renamed = match (name(ACTIVE_NAME), name(NEXT_NAME)) {
        (Seen::Known(now), Seen::Known(next)) => Seen::Known(!now.eq_ignore_ascii_case(&next)),
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap),
        _ => Seen::Absent,
    };
    keys.chain(renames)
        .chain([(renamed, RestartReason::ComputerRename)])
        .collect()
}
