//! A system in memory, made of `.reg` text, files and links: for tests of every platform's logic
//! on any platform, and for reading what somebody saved on another machine.

use std::collections::{BTreeMap, BTreeSet};

use waterline_facts::{
    Reason, Seen,
    host::{DiskFacts, OsFamily},
};

use super::{
    Machine, Registry, RegistryData, System, malformed,
    reg_text::{self, RegTextError},
};

/// How many links are followed before a path counts as a loop, as Linux does it.
const HOPS: usize = 40;

/// A system in memory. What was not put in is absent.
#[derive(Debug, Clone)]
pub struct Recorded {
    family: OsFamily,
    machine: Machine,
    disks: Seen<Vec<DiskFacts>>,
    variables: BTreeMap<String, String>,
    entries: BTreeMap<String, Entry>,
    registry: Registry,
    denied_keys: BTreeSet<String>,
    device_status: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Entry {
    File(Vec<u8>),
    Link(String),
    Denied,
}

impl Recorded {
    /// An empty system of this family.
    pub fn new(family: OsFamily) -> Self {
        Self {
            family,
            machine: Machine::default(),
            disks: Seen::not_run(),
            variables: BTreeMap::new(),
            entries: BTreeMap::new(),
            registry: Registry::default(),
            denied_keys: BTreeSet::new(),
            device_status: None,
        }
    }

    /// With this machine and these disks.
    #[must_use]
    pub fn with_machine(mut self, machine: Machine, disks: Vec<DiskFacts>) -> Self {
        self.machine = machine;
        self.disks = Seen::Known(disks);
        self
    }

    /// With an environment variable.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a file; the folders above it come by themselves.
    #[must_use]
    pub fn with_file(self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.with_entry(path, Entry::File(content.into()))
    }

    /// With a symbolic link.
    #[must_use]
    pub fn with_link(self, path: &str, target: &str) -> Self {
        self.with_entry(path, Entry::Link(target.to_owned()))
    }

    /// With a file or folder that may not be read, nor anything below it.
    #[must_use]
    pub fn with_denied(self, path: &str) -> Self {
        self.with_entry(path, Entry::Denied)
    }

    /// With a registry key that may not be read.
    #[must_use]
    pub fn with_denied_key(mut self, key: &str) -> Self {
        self.denied_keys.insert(key.to_lowercase());
        self
    }

    /// With what `dsregcmd /status` prints.
    #[must_use]
    pub fn with_device_status(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.device_status = Some(text.into());
        self
    }

    /// With the registry that `.reg` text describes, in place of what was there.
    ///
    /// # Errors
    /// If the text is no `.reg` file.
    pub fn with_registry(mut self, text: &[u8]) -> Result<Self, RegTextError> {
        self.registry = reg_text::parse(text)?;
        Ok(self)
    }

    fn with_entry(mut self, path: &str, entry: Entry) -> Self {
        self.entries.insert(self.fold(path), entry);
        self
    }

    /// One form for all paths of the same file: `/` between names; on Windows in lower case.
    fn fold(&self, path: &str) -> String {
        let path = path.trim_end_matches(['/', '\\']);
        match self.family {
            OsFamily::Windows => path.replace('\\', "/").to_lowercase(),
            _ => path.to_owned(),
        }
    }

    /// Follows the links in a path.
    fn resolve(&self, path: &str) -> Seen<String> {
        let mut path = self.fold(path);
        'hops: for _ in 0..HOPS {
            let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
            let prefixes: Vec<usize> = ends.chain([path.len()]).collect();
            for end in prefixes {
                match self.entries.get(&path[..end]) {
                    Some(Entry::Denied) => {
                        return Seen::unknown(Reason::Denied, path[..end].to_owned());
                    }
                    Some(Entry::Link(target)) => {
                        path = format!("{}{}", beside(&path[..end], target), &path[end..]);
                        continue 'hops;
                    }
                    _ => {}
                }
            }
            return Seen::Known(path);
        }
        Seen::unknown(Reason::Failed, format!("{path}: too many links"))
    }
}

/// The target of a link, taken from the folder that holds the link.
fn beside(link: &str, target: &str) -> String {
    if target.starts_with('/') {
        return target.trim_end_matches('/').to_owned();
    }
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/{target}")
}

impl System for Recorded {
    fn family(&self) -> OsFamily {
        self.family
    }

    fn machine(&self) -> Machine {
        self.machine.clone()
    }

    fn disks(&self) -> Seen<Vec<DiskFacts>> {
        self.disks.clone()
    }

    fn variable(&self, name: &str) -> Seen<String> {
        self.variables
            .get(name)
            .map_or(Seen::Absent, |value| Seen::Known(value.clone()))
    }

    fn read(&self, path: &str, most: u64) -> Seen<Vec<u8>> {
        self.resolve(path)
            .and_then(|path| match self.entries.get(&path) {
                Some(Entry::File(bytes)) if bytes.len() as u64 <= most => {
                    Seen::Known(bytes.clone())
                }
                Some(_) => malformed(format!("{path} is larger than {most} bytes")),
                None => Seen::Absent,
            })
    }

    fn list(&self, folder: &str) -> Seen<Vec<String>> {
        self.resolve(folder).and_then(|folder| {
            let below = format!("{folder}/");
            let names: BTreeSet<&str> = self
                .entries
                .keys()
                .filter_map(|path| path.strip_prefix(&below)?.split('/').next())
                .collect();
            if names.is_empty() {
                return Seen::Absent;
            }
            Seen::Known(names.into_iter().map(str::to_owned).collect())
        })
    }

    fn link(&self, path: &str) -> Seen<String> {
        match self.entries.get(&self.fold(path)) {
            Some(Entry::Link(target)) => Seen::Known(target.clone()),
            _ => Seen::Absent,
        }
    }

    fn exists(&self, path: &str) -> Seen<bool> {
        self.resolve(path).and_then(|path| {
            let below = format!("{path}/");
            let mut paths = self.entries.keys();
            Seen::Known(paths.any(|entry| *entry == path || entry.starts_with(&below)))
        })
    }

    fn registry_value(&self, key: &str, name: &str) -> Seen<RegistryData> {
        if self.denied_keys.contains(&key.to_lowercase()) {
            return Seen::unknown(Reason::Denied, key);
        }
        self.registry.value(key, name)
    }

    fn registry_keys(&self, key: &str) -> Seen<Vec<String>> {
        if self.denied_keys.contains(&key.to_lowercase()) {
            return Seen::unknown(Reason::Denied, key);
        }
        self.registry.keys(key)
    }

    fn device_status(&self) -> Seen<Vec<u8>> {
        let missing = || Seen::unknown(Reason::Unsupported, "there is no dsregcmd");
        self.device_status.clone().map_or_else(missing, Seen::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_and_loops_end() {
        let system = Recorded::new(OsFamily::Linux)
            .with_file("/opt/app/file", "x")
            .with_link("/home/a/app", "/opt/app")
            .with_link("/home/a/round", "round");
        assert_eq!(system.text("/home/a/app/file"), Seen::Known("x".into()));
        assert!(system.text("/home/a/round/file").is_unknown());
        assert_eq!(
            system.list("/home/a"),
            Seen::Known(vec!["app".into(), "round".into()])
        );
    }

    #[test]
    fn what_is_below_a_denied_folder_is_denied_not_absent() {
        let system = Recorded::new(OsFamily::Linux).with_denied("/home/b");
        for seen in [system.text("/home/b/x"), system.text("/home/b")] {
            assert_eq!(seen.gap().map(|gap| gap.reason), Some(Reason::Denied));
        }
        assert!(system.exists("/home/b/x").is_unknown());
    }

    #[test]
    fn windows_paths_have_no_case() {
        let system = Recorded::new(OsFamily::Windows).with_file(r"C:\Dir\A.ini", "x");
        assert_eq!(system.text(r"c:\dir\a.INI"), Seen::Known("x".into()));
        assert_eq!(system.exists(r"C:\Dir"), Seen::Known(true));
    }
}
