//! A system whose answers are kept as raw evidence, or that answers from what was kept.
//!
//! What settings files and the registry say is kept as it stands, but for lines that may hold a
//! secret: their values are taken out.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use waterline_facts::{
    Reason, Seen,
    host::{DiskFacts, OsFamily},
};

use super::{Machine, Recorded, RegistryData, SETTINGS_FILE, System};
use crate::{
    Learned, Probe,
    evidence::{self, Again, Asked, Bytes, Came, Given, Item, NOT_KEPT, Scope},
};

/// The system, noted for the fact of this path where evidence is kept or given.
pub(crate) fn noted(system: &Arc<dyn System>, path: &str) -> Arc<dyn System> {
    let inner = Arc::clone(system);
    let Some(scope) = evidence::current() else {
        return inner;
    };
    let scope = scope.about(path);
    let asked = family();
    if scope.given(&asked).is_none()
        && let Ok(value) = serde_json::to_value(inner.family())
    {
        scope.keep(asked, Came::Value(value), Duration::ZERO);
    }
    Arc::new(Noted { inner, scope })
}

fn family() -> Asked {
    Asked::System {
        what: "family".to_owned(),
    }
}

/// The facts of a probe that reads a system, derived anew from its raw evidence.
///
/// # Errors
/// Why that cannot be done, in words.
pub async fn again<P: Probe>(
    items: Vec<Item>,
    probe: impl FnOnce(Arc<dyn System>) -> P,
    captured: Timestamp,
) -> Result<Again<P::Facts>, String> {
    let kept = items.iter().find(|item| item.asked == family());
    let family: OsFamily = match kept.map(|item| &item.came) {
        Some(Came::Value(value)) => {
            serde_json::from_value(value.clone()).map_err(|error| error.to_string())?
        }
        _ => return Err("what system was read was not kept".to_owned()),
    };
    // It only says which system it is: everything else comes from what was kept.
    let probe = probe(Arc::new(Recorded::new(family)));
    evidence::again(probe, Given::new(items), Learned::default(), captured).await
}

struct Noted {
    inner: Arc<dyn System>,
    scope: Scope,
}

impl Noted {
    fn pass<T: Serialize + DeserializeOwned>(
        &self,
        asked: Asked,
        read: impl FnOnce(&dyn System) -> Seen<T>,
    ) -> Seen<T> {
        match self.scope.given(&asked) {
            None => {
                let seen = read(&*self.inner);
                if let Ok(value) = serde_json::to_value(&seen) {
                    self.scope.keep(asked, Came::Value(value), Duration::ZERO);
                }
                seen
            }
            Some(Ok(Item {
                came: Came::Value(value),
                ..
            })) => serde_json::from_value(value).unwrap_or_else(|_| self.missed(&asked)),
            Some(_) => self.missed(&asked),
        }
    }

    /// Bytes of at most so many, kept as they are.
    fn pass_bytes(
        &self,
        asked: Asked,
        most: u64,
        read: impl FnOnce(&dyn System) -> Seen<Vec<u8>>,
    ) -> Seen<Vec<u8>> {
        match self.scope.given(&asked) {
            None => {
                let seen = read(&*self.inner);
                self.scope.keep(asked, of_file(&seen), Duration::ZERO);
                seen
            }
            Some(Ok(Item {
                came: Came::Bytes(Bytes(bytes)),
                ..
            })) if bytes.len() as u64 <= most => Seen::Known(bytes),
            Some(Ok(Item {
                came: Came::Value(value),
                ..
            })) => serde_json::from_value(value).unwrap_or_else(|_| self.missed(&asked)),
            Some(_) => self.missed(&asked),
        }
    }

    fn missed<T>(&self, asked: &Asked) -> Seen<T> {
        self.scope.missed(asked);
        Seen::unknown(Reason::Damaged, NOT_KEPT)
    }
}

impl System for Noted {
    fn family(&self) -> OsFamily {
        self.inner.family()
    }

    fn machine(&self) -> Machine {
        let what = "machine".to_owned();
        let read = |system: &dyn System| Seen::Known(system.machine());
        self.pass(Asked::System { what }, read)
            .into_known()
            .unwrap_or_default()
    }

    fn disks(&self) -> Seen<Vec<DiskFacts>> {
        let what = "disks".to_owned();
        self.pass(Asked::System { what }, |system| system.disks())
    }

    fn variable(&self, name: &str) -> Seen<String> {
        let asked = Asked::Variable {
            name: name.to_owned(),
        };
        self.pass(asked, |system| system.variable(name))
    }

    fn read(&self, path: &str, most: u64) -> Seen<Vec<u8>> {
        let asked = Asked::File {
            path: path.to_owned(),
        };
        self.pass_bytes(asked, most, |system| system.read(path, most))
    }

    fn list(&self, folder: &str) -> Seen<Vec<String>> {
        let asked = Asked::Folder {
            path: folder.to_owned(),
        };
        self.pass(asked, |system| system.list(folder))
    }

    fn link(&self, path: &str) -> Seen<String> {
        let asked = Asked::Link {
            path: path.to_owned(),
        };
        self.pass(asked, |system| system.link(path))
    }

    fn exists(&self, path: &str) -> Seen<bool> {
        let asked = Asked::Exists {
            path: path.to_owned(),
        };
        self.pass(asked, |system| system.exists(path))
    }

    fn device_status(&self) -> Seen<Vec<u8>> {
        let what = "device-status".to_owned();
        self.pass_bytes(Asked::System { what }, SETTINGS_FILE, |system| {
            system.device_status()
        })
    }

    fn registry_value(&self, key: &str, name: &str) -> Seen<RegistryData> {
        let asked = Asked::RegistryValue {
            key: key.to_owned(),
            name: name.to_owned(),
        };
        self.pass(asked, |system| system.registry_value(key, name))
    }

    fn registry_keys(&self, key: &str) -> Seen<Vec<String>> {
        let asked = Asked::RegistryKeys {
            key: key.to_owned(),
        };
        self.pass(asked, |system| system.registry_keys(key))
    }
}

/// A file as it is kept: its bytes without secrets, or why there are none.
/// Longest file that is kept, in bytes: settings are shorter, and a list of all packages would make the
/// recording of one machine too large to be dropped on a share.
const MOST_FILE_BYTES: usize = 64 << 10;

fn of_file(seen: &Seen<Vec<u8>>) -> Came {
    let Seen::Known(bytes) = seen else {
        return serde_json::to_value(seen).map_or(Came::Absent, Came::Value);
    };
    if bytes.len() <= MOST_FILE_BYTES {
        let kept = without_secrets(bytes);
        // Else something is in it that should not be kept, and it is no text to take it out of.
        if kept == *bytes || std::str::from_utf8(bytes).is_ok() {
            return Came::of_bytes(&kept);
        }
    }
    Came::Cut {
        size: bytes.len() as u64,
        begins: Bytes::default(),
    }
}

/// Parts of the names of settings whose values are secrets.
const SECRET: [&str; 7] = [
    "passw",
    "authtok",
    "secret",
    "token",
    "credential",
    "passphrase",
    "privatekey",
];

/// A settings file in which the values of settings that may be secret are taken out; anything else
/// as it is.
fn without_secrets(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = line.iter().position(|byte| matches!(byte, b'=' | b':'));
        let name = end.map(|end| String::from_utf8_lossy(&line[..end]).to_lowercase());
        let plain = name.map(|name| name.replace(['_', '-', ' ', '.'], ""));
        match (end, plain) {
            (Some(end), Some(name)) if SECRET.iter().any(|word| name.contains(word)) => {
                kept.extend_from_slice(&line[..=end]);
                kept.extend_from_slice(b" (taken out)\n");
            }
            _ => kept.extend_from_slice(line),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_settings_are_taken_out_and_nothing_else_is_changed() {
        let file = b"[domain/x]\nid_provider = ad\nldap_default_authtok = hunter2\nad_domain = x\n";
        let kept = String::from_utf8(without_secrets(file)).unwrap();
        assert!(!kept.contains("hunter2"), "{kept}");
        assert!(kept.contains("id_provider = ad\n") && kept.ends_with("ad_domain = x\n"));
        let binary = [0_u8, 159, 10, 61, 10, 0];
        assert_eq!(without_secrets(&binary), binary);
        let mixed = Seen::Known(b"\xff\xfe\npassword=hunter2\n".to_vec());
        assert!(matches!(of_file(&mixed), Came::Cut { begins, .. } if begins.0.is_empty()));
    }
}
