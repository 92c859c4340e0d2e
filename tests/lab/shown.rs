//! What `ldapsearch` shows, and what the program learned of the same: the two sides of a comparison.

use std::collections::BTreeMap;
use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;
use xtask::lab::{Lab, SERVER, reader};

use super::harness::{DIRECTORY, ldaps, waterline};

/// Somebody who reads the lab by a simple bind.
#[derive(Debug, Clone)]
pub struct Account {
    dn: String,
    password_file: String,
}

/// One entry that `ldapsearch` shows.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Its distinguished name.
    pub dn: String,
    attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

/// The ordinary user.
pub fn ordinary(lab: &Lab) -> Account {
    Account {
        dn: reader::dn(),
        password_file: file(lab, reader::PASSWORD_FILE),
    }
}

/// The domain's administrator.
pub fn administrator(lab: &Lab) -> Account {
    Account {
        dn: reader::administrator_dn(),
        password_file: file(lab, reader::ADMINISTRATOR_PASSWORD_FILE),
    }
}

fn file(lab: &Lab, name: &str) -> String {
    lab.folder().join(name).display().to_string()
}

impl Account {
    /// The facts of the directory that a run as this account learns.
    pub fn facts(&self, lab: &Lab) -> Value {
        let folder = TempDir::new().unwrap();
        let recording = folder.path().join("recording").display().to_string();
        let (server, ca) = (ldaps(), file(lab, "ca.pem"));
        let mut arguments = vec!["record", &recording];
        arguments.extend(DIRECTORY);
        arguments.extend(["--auth", "simple", "--bind-dn", &self.dn]);
        arguments.extend(["--password-file", &self.password_file]);
        arguments.extend(["--server", &server, "--ca-file", &ca]);
        let output = waterline(lab, &arguments);
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{messages}");
        let path = folder.path().join("recording/environment/directory.json");
        let text = std::fs::read_to_string(path).unwrap();
        let facts: Value = serde_json::from_str(&text).unwrap();
        facts["known"].clone()
    }

    /// What `ldapsearch` shows this account; nothing where the base does not exist.
    pub fn search(
        &self,
        lab: &Lab,
        (base, scope): (&str, &str),
        filter: &str,
        attributes: &[&str],
    ) -> Vec<Shown> {
        let server = format!("ldaps://{SERVER}");
        let mut command = lab.command("ldapsearch");
        command.args(["-LLL", "-o", "ldif-wrap=no", "-x", "-H", &server]);
        command.args(["-D", &self.dn, "-y", &self.password_file]);
        command
            .args(["-b", base, "-s", scope, filter])
            .args(attributes);
        let output = command.stdin(Stdio::null()).output().unwrap();
        const NO_SUCH_OBJECT: i32 = 32;
        let messages = String::from_utf8_lossy(&output.stderr);
        let ended = output.status.code();
        assert!(
            matches!(ended, Some(0 | NO_SUCH_OBJECT)),
            "{base}: {messages}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.split("\n\n").filter_map(shown).collect()
    }
}

fn shown(record: &str) -> Option<Shown> {
    let mut shown = Shown::default();
    for line in record.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once(':')?;
        let value = match value.strip_prefix(':') {
            Some(encoded) => STANDARD.decode(encoded.trim()).unwrap(),
            None => value.trim_start().as_bytes().to_vec(),
        };
        let name = name.to_lowercase();
        shown.attributes.entry(name).or_default().push(value);
    }
    let dn = shown.attributes.remove("dn")?.remove(0);
    shown.dn = String::from_utf8(dn).unwrap();
    Some(shown)
}

impl Shown {
    /// The bytes of the first value.
    pub fn bytes(&self, attribute: &str) -> Option<&[u8]> {
        let values = self.attributes.get(&attribute.to_lowercase())?;
        values.first().map(Vec::as_slice)
    }

    /// The first value as text.
    pub fn text(&self, attribute: &str) -> Option<String> {
        let bytes = self.bytes(attribute)?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// All values as text, sorted.
    pub fn texts(&self, attribute: &str) -> Vec<String> {
        let values = self.attributes.get(&attribute.to_lowercase());
        let mut texts: Vec<_> = values
            .into_iter()
            .flatten()
            .map(|bytes| String::from_utf8(bytes.clone()).unwrap())
            .collect();
        texts.sort();
        texts
    }

    /// The first value as a number.
    pub fn number(&self, attribute: &str) -> Option<i64> {
        self.text(attribute).map(|text| text.parse().unwrap())
    }
}
