//! The live Windows registry, 64-bit view, opened for reading only.
//!
//! Kept thin: it translates types and error codes and decides nothing, since it runs on Windows
//! alone. The 32-bit view is reached by the path `WOW6432Node`.

use std::{process::Command, time::Duration};

use waterline_facts::{Reason, Seen};
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type, USERS};

use super::{LISTED, RegistryData, SETTINGS_FILE, command, malformed, unsupported};

/// ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND and ERROR_ACCESS_DENIED as HRESULT.
const NOT_FOUND: [i32; 2] = [0x8007_0002_u32 as i32, 0x8007_0003_u32 as i32];
const DENIED: i32 = 0x8007_0005_u32 as i32;
/// Far above any value that is asked for; a larger one is not read at all.
const VALUE_BYTES: usize = 1 << 20;
/// The command asks Entra ID whether it knows the device, which may take its time.
const COMMAND_WAIT: Duration = Duration::from_secs(15);

pub(super) fn value(key: &str, name: &str) -> Seen<RegistryData> {
    open(key).and_then(|opened| {
        seen(opened.get_value(name), &format!("{key}\\{name}"))
            .and_then(|value| data(value, &format!("{key}\\{name}")))
    })
}

pub(super) fn keys(key: &str) -> Seen<Vec<String>> {
    open(key).and_then(|opened| {
        seen(opened.keys(), key).and_then(|names| {
            let mut names: Vec<String> = names.take(LISTED + 1).collect();
            if names.len() > LISTED {
                return malformed(format!("{key} has more than {LISTED} subkeys"));
            }
            names.sort();
            Seen::Known(names)
        })
    })
}

/// The command lies in the folder of 64-bit programs, which this one sees as it is.
pub(super) fn device_status() -> Seen<Vec<u8>> {
    let root = std::env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".to_owned());
    let program = format!(r"{root}\System32\dsregcmd.exe");
    if !std::path::Path::new(&program).is_file() {
        return unsupported(format!("there is no {program}"));
    }
    command::output(
        Command::new(program).arg("/status"),
        COMMAND_WAIT,
        SETTINGS_FILE,
    )
}

fn open(key: &str) -> Seen<Key> {
    let (hive, path) = match key.split_once('\\') {
        Some(("HKLM", path)) => (LOCAL_MACHINE, path),
        Some(("HKCU", path)) => (CURRENT_USER, path),
        Some(("HKU", path)) => (USERS, path),
        _ => return malformed(format!("{key} is in no hive that is read")),
    };
    seen(hive.options().read().wow64_64().open(path), key)
}

fn seen<T>(result: windows_registry::Result<T>, what: &str) -> Seen<T> {
    match result {
        Ok(value) => Seen::Known(value),
        Err(error) if NOT_FOUND.contains(&error.code().0) => Seen::Absent,
        Err(error) if error.code().0 == DENIED => Seen::unknown(Reason::Denied, what),
        Err(error) => Seen::unknown(Reason::Failed, format!("{what}: {error}")),
    }
}

fn data(value: windows_registry::Value, what: &str) -> Seen<RegistryData> {
    if value.len() > VALUE_BYTES {
        return malformed(format!("{what} is larger than {VALUE_BYTES} bytes"));
    }
    let kind = value.ty();
    let bytes = value.to_vec();
    let read = match kind {
        Type::U32 | Type::U64 => u64::try_from(value).map(RegistryData::Number),
        Type::String | Type::ExpandString => String::try_from(value).map(RegistryData::Text),
        Type::MultiString => Vec::try_from(value).map(RegistryData::Texts),
        _ => Ok(RegistryData::Bytes(bytes)),
    };
    read.map_or_else(
        |_| malformed(format!("{what} is not what its type says")),
        Seen::Known,
    )
}
