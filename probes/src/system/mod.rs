//! What the host and browser probes read from the operating system, behind one small trait.
//!
//! Three fillings: [`Live`] reads this machine, [`Recorded`] answers from `.reg` text and files in
//! memory, so that Windows and macOS logic is tested on every platform. Everything is read-only and
//! bounded in size. One command of Windows is run, which reads alone. Nothing here knows what a
//! browser or a domain is.

#[cfg(any(windows, test))]
mod command;
mod ini;
mod live;
mod noted;
mod property_list;
mod recorded;
mod reg_text;
mod registry;

#[cfg(not(windows))]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;

use serde::{Deserialize, Serialize};
use waterline_facts::{
    Gap, Reason, Seen,
    host::{DiskFacts, OsFamily},
};

pub use ini::Ini;
pub use live::Live;
pub use noted::again as system_again;
pub(crate) use noted::noted;
pub use property_list::{Node, parse as parse_property_list};
pub use recorded::Recorded;
pub use reg_text::RegTextError;
pub use registry::{Registry, RegistryData};

/// The most bytes of a settings file that are read.
pub const SETTINGS_FILE: u64 = 1 << 20;
/// The most entries of a folder, or subkeys of a key, that are listed.
pub const LISTED: usize = 10_000;

/// Reads the operating system. Paths are absolute and in the system's own form; registry keys begin
/// with `HKLM\`, `HKCU\` or `HKU\` and are those of the 64-bit view.
///
/// Absent means: looked for where it would be, and not there.
pub trait System: Send + Sync + 'static {
    /// Which family of system it is; says which finders make sense.
    fn family(&self) -> OsFamily;

    /// What the kernel says about the machine.
    fn machine(&self) -> Machine;

    /// The local disks. May wait for slow storage, so ask for it last.
    fn disks(&self) -> Seen<Vec<DiskFacts>>;

    /// An environment variable of the user, such as `HOME`.
    fn variable(&self, name: &str) -> Seen<String>;

    /// The bytes of a regular file; a file of more than `most` bytes is unknown, not cut off.
    fn read(&self, path: &str, most: u64) -> Seen<Vec<u8>>;

    /// The names in a folder, sorted; unknown if there are more than [`LISTED`].
    fn list(&self, folder: &str) -> Seen<Vec<String>>;

    /// Where a symbolic link points, one hop and as written; absent if the path is no link.
    fn link(&self, path: &str) -> Seen<String>;

    /// Whether a path exists, links followed.
    fn exists(&self, path: &str) -> Seen<bool>;

    /// A value of a registry key; the default value has the empty name.
    fn registry_value(&self, key: &str, name: &str) -> Seen<RegistryData>;

    /// The names of the subkeys of a registry key, sorted.
    fn registry_keys(&self, key: &str) -> Seen<Vec<String>>;

    /// What `dsregcmd /status` prints, as the bytes that it prints.
    fn device_status(&self) -> Seen<Vec<u8>>;

    /// A settings file as text; bytes that are no UTF-8 are replaced.
    fn text(&self, path: &str) -> Seen<String> {
        self.read(path, SETTINGS_FILE)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A registry value that must be text, trimmed; it may be empty.
    fn registry_text(&self, key: &str, name: &str) -> Seen<String> {
        self.registry_value(key, name).and_then(|data| match data {
            RegistryData::Text(text) => Seen::Known(text.trim().to_owned()),
            other => wrong_type(key, name, &other, "text"),
        })
    }

    /// A registry value that must be a number.
    fn registry_number(&self, key: &str, name: &str) -> Seen<u64> {
        self.registry_value(key, name).and_then(|data| match data {
            RegistryData::Number(number) => Seen::Known(number),
            other => wrong_type(key, name, &other, "a number"),
        })
    }
}

/// A text value of the registry; an empty one counts as not there.
pub(crate) fn filled(system: &dyn System, key: &str, name: &str) -> Seen<String> {
    system.registry_text(key, name).and_then(|text| {
        if text.is_empty() {
            Seen::Absent
        } else {
            Seen::Known(text)
        }
    })
}

fn wrong_type<T>(key: &str, name: &str, data: &RegistryData, wanted: &str) -> Seen<T> {
    malformed(format!("{key}\\{name} is {}, not {wanted}", data.kind()))
}

/// An answer that came and could not be understood.
pub(crate) fn malformed<T>(detail: impl Into<String>) -> Seen<T> {
    Seen::unknown(Reason::Malformed, detail)
}

/// Reads that cannot be had on this platform.
pub(crate) fn unsupported<T>(detail: impl Into<String>) -> Seen<T> {
    Seen::unknown(Reason::Unsupported, detail)
}

/// What the kernel says about the machine.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Machine {
    /// The host name as set, perhaps with a domain.
    pub host_name: Seen<String>,
    /// Processor architecture: `x86_64`, `aarch64`, …
    pub architecture: Seen<String>,
    /// Physical memory in bytes.
    pub memory_bytes: Seen<u64>,
    /// Version of the kernel.
    pub kernel: Seen<String>,
}

/// Runs a blocking read on the pool for such work; a panic there costs only this answer.
///
/// # Errors
/// If the read panicked, or the runtime is going down.
pub(crate) async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Gap> {
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|fault| Gap::new(Reason::Failed, format!("a read ended early: {fault}")))
}
