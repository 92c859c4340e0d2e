//! A Windows registry in memory: keys without regard to case, as Windows has them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use waterline_facts::Seen;

/// The data of a registry value, by what can be done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistryData {
    /// REG_SZ, and REG_EXPAND_SZ as written.
    Text(String),
    /// REG_DWORD or REG_QWORD.
    Number(u64),
    /// REG_MULTI_SZ.
    Texts(Vec<String>),
    /// REG_BINARY and all other types.
    Bytes(Vec<u8>),
}

impl RegistryData {
    /// The kind in words, as in "is a number, not text".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Texts(_) => "a list of texts",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// A registry in memory.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// By path in lower case, which sorts a key before its subkeys.
    keys: BTreeMap<String, Entry>,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    /// The path as written.
    path: String,
    /// By name in lower case.
    values: BTreeMap<String, RegistryData>,
}

impl Registry {
    /// Makes a key, if it is not there yet.
    pub fn add_key(&mut self, path: &str) {
        let entry = self.keys.entry(path.to_lowercase()).or_default();
        if entry.path.is_empty() {
            path.clone_into(&mut entry.path);
        }
    }

    /// Sets a value, making its key if need be.
    pub fn set(&mut self, path: &str, name: &str, data: RegistryData) {
        self.add_key(path);
        if let Some(entry) = self.keys.get_mut(&path.to_lowercase()) {
            entry.values.insert(name.to_lowercase(), data);
        }
    }

    /// Removes a value.
    pub fn unset(&mut self, path: &str, name: &str) {
        if let Some(entry) = self.keys.get_mut(&path.to_lowercase()) {
            entry.values.remove(&name.to_lowercase());
        }
    }

    /// Removes a key and all below it.
    pub fn remove_key(&mut self, path: &str) {
        let path = path.to_lowercase();
        let below = format!("{path}\\");
        self.keys
            .retain(|key, _| *key != path && !key.starts_with(&below));
    }

    /// A value of a key.
    pub fn value(&self, path: &str, name: &str) -> Seen<RegistryData> {
        self.keys
            .get(&path.to_lowercase())
            .and_then(|entry| entry.values.get(&name.to_lowercase()))
            .map_or(Seen::Absent, |data| Seen::Known(data.clone()))
    }

    /// The names of the subkeys of a key, sorted without regard to case; absent if there is
    /// neither the key nor anything below it.
    pub fn keys(&self, path: &str) -> Seen<Vec<String>> {
        let path = path.to_lowercase();
        let below = format!("{path}\\");
        let mut seen = BTreeSet::new();
        let names: Vec<String> = self
            .keys
            .range(below.clone()..)
            .take_while(|(key, _)| key.starts_with(&below))
            .filter_map(|(_, entry)| entry.path.split('\\').nth(below.matches('\\').count()))
            .filter(|name| seen.insert(name.to_lowercase()))
            .map(str::to_owned)
            .collect();
        if names.is_empty() && !self.keys.contains_key(&path) {
            return Seen::Absent;
        }
        Seen::Known(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Registry {
        let mut registry = Registry::default();
        registry.set(r"HKLM\Software\B\C", "Name", RegistryData::Number(1));
        registry.add_key(r"HKLM\SOFTWARE\A");
        registry.add_key(r"HKLM\SOFTWARE\b");
        registry
    }

    #[test]
    fn keys_and_names_are_found_without_regard_to_case() {
        let value = registry().value(r"hklm\SOFTWARE\b\c", "NAME");
        assert_eq!(value, Seen::Known(RegistryData::Number(1)));
    }

    #[test]
    fn each_subkey_is_listed_once_even_if_only_implied() {
        let keys = registry().keys(r"HKLM\Software");
        assert_eq!(keys.known().unwrap().len(), 2);
        assert_eq!(registry().keys(r"HKLM\Soft"), Seen::Absent);
        assert_eq!(registry().keys(r"HKLM\SOFTWARE\A"), Seen::Known(vec![]));
    }
}
