//! Reads this machine: files and environment by the standard library, hardware by sysinfo.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
};

use waterline_facts::{
    Reason, Seen,
    host::{DiskFacts, OsFamily},
};

use super::{LISTED, Machine, RegistryData, System, malformed, platform};

/// This machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Live;

impl System for Live {
    fn family(&self) -> OsFamily {
        match std::env::consts::OS {
            "windows" => OsFamily::Windows,
            "linux" => OsFamily::Linux,
            "macos" => OsFamily::Macos,
            _ => OsFamily::Other,
        }
    }

    fn machine(&self) -> Machine {
        Machine {
            host_name: from_sysinfo(sysinfo::System::host_name(), "the host name"),
            architecture: Seen::Known(sysinfo::System::cpu_arch()),
            memory_bytes: memory(),
            kernel: from_sysinfo(sysinfo::System::kernel_version(), "the kernel's version"),
        }
    }

    fn disks(&self) -> Seen<Vec<DiskFacts>> {
        from_sysinfo(sysinfo::Disks::new_with_refreshed_list(), "the disks").map(|disks| {
            let mut found: Vec<DiskFacts> = disks.iter().map(disk).collect();
            found.sort_by(|a, b| a.mount.cmp(&b.mount));
            found
        })
    }

    fn variable(&self, name: &str) -> Seen<String> {
        match std::env::var(name) {
            Ok(value) => Seen::Known(value),
            Err(std::env::VarError::NotPresent) => Seen::Absent,
            Err(_) => malformed(format!("the variable {name} is no Unicode text")),
        }
    }

    fn read(&self, path: &str, most: u64) -> Seen<Vec<u8>> {
        seen(read_bounded(path, most), path).and_then(|bytes| match bytes {
            Some(bytes) => Seen::Known(bytes),
            None => malformed(format!("{path} is no regular file of at most {most} bytes")),
        })
    }

    fn list(&self, folder: &str) -> Seen<Vec<String>> {
        seen(names(folder), folder).and_then(|mut names| {
            if names.len() > LISTED {
                return malformed(format!("{folder} has more than {LISTED} entries"));
            }
            names.sort();
            Seen::Known(names)
        })
    }

    fn link(&self, path: &str) -> Seen<String> {
        match fs::read_link(path) {
            Ok(target) => Seen::Known(target.to_string_lossy().into_owned()),
            // EINVAL: there is something, and it is no link.
            Err(error) if error.kind() == ErrorKind::InvalidInput => Seen::Absent,
            Err(error) => seen(Err(error), path),
        }
    }

    fn exists(&self, path: &str) -> Seen<bool> {
        match seen(fs::metadata(path), path) {
            Seen::Known(_) => Seen::Known(true),
            Seen::Absent => Seen::Known(false),
            Seen::Unknown(gap) => Seen::Unknown(gap),
        }
    }

    fn registry_value(&self, key: &str, name: &str) -> Seen<RegistryData> {
        platform::value(key, name)
    }

    fn registry_keys(&self, key: &str) -> Seen<Vec<String>> {
        platform::keys(key)
    }

    fn device_status(&self) -> Seen<Vec<u8>> {
        platform::device_status()
    }
}

fn memory() -> Seen<u64> {
    from_sysinfo(sysinfo::System::new(), "the memory").and_then(|mut system| {
        system.refresh_memory();
        match system.total_memory() {
            0 => malformed("the system reports no memory at all"),
            bytes => Seen::Known(bytes),
        }
    })
}

fn disk(disk: &sysinfo::Disk) -> DiskFacts {
    DiskFacts {
        mount: disk.mount_point().to_string_lossy().into_owned(),
        total_bytes: disk.total_space(),
        free_bytes: disk.available_space(),
    }
}

fn from_sysinfo<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> Seen<T> {
    result.map_or_else(
        |error| Seen::unknown(Reason::Failed, format!("{what}: {error}")),
        Seen::Known,
    )
}

/// `None` for what is no regular file, or a larger one. Asked before opening: opening a FIFO that
/// nobody writes to would never return.
fn read_bounded(path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Names that are no Unicode are shown with replacement characters; reading them finds nothing.
fn names(folder: &str) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?
        .take(LISTED + 1)
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn seen<T>(result: io::Result<T>, path: &str) -> Seen<T> {
    match result {
        Ok(value) => Seen::Known(value),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Seen::Absent,
            ErrorKind::PermissionDenied => Seen::unknown(Reason::Denied, path),
            _ => Seen::unknown(Reason::Failed, format!("{path}: {error}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &tempfile::TempDir, name: &str) -> String {
        folder.path().join(name).to_string_lossy().into_owned()
    }

    #[test]
    fn file_over_the_limit_is_unknown_not_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = at(&folder, "big");
        fs::write(&path, vec![b'x'; 101]).unwrap();
        assert_eq!(Live.read(&path, 101).known().map(Vec::len), Some(101));
        let gap = Live.read(&path, 100).gap().cloned().unwrap();
        assert_eq!(gap.reason, Reason::Malformed);
    }

    #[test]
    fn folder_read_as_a_file_is_unknown_and_a_missing_file_absent() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Live.read(&at(&folder, "."), 10).is_unknown());
        assert_eq!(Live.read(&at(&folder, "none"), 10), Seen::Absent);
        assert_eq!(Live.list(&at(&folder, "none")), Seen::Absent);
    }

    #[test]
    fn what_is_no_link_has_no_target() {
        let folder = tempfile::tempdir().unwrap();
        let path = at(&folder, "file");
        fs::write(&path, "").unwrap();
        assert_eq!(Live.link(&path), Seen::Absent);
        assert_eq!(Live.exists(&path), Seen::Known(true));
    }
}
