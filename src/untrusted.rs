//! Every reader of bytes from outside, by name: what is fuzzed.
//!
//! `fuzz/` has a target for each, with a corpus; a test here replays all corpora, and changes to
//! them, in every test run. A reader keeps its promise if it returns, soon and in bounded memory.

use std::sync::LazyLock;

use waterline_probes::untrusted as probes;
use waterline_rules::{Packs, Profile, plan::Overlay, source::Source};

use crate::recording::untrusted as recording;

/// A reader.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// Its name, which its target and corpus bear too.
    pub name: &'static str,
    read: fn(&[u8]),
}

/// All readers, sorted by name.
pub const READERS: [Reader; 16] = [
    reader("access-list", probes::access_list),
    reader("catalog", probes::catalog),
    reader("dns-answer", probes::dns_answer),
    reader("ldap-answer", probes::ldap_answer),
    reader("ldif", probes::ldif),
    reader("overlay", overlay),
    reader("pack", pack),
    reader("profile", profile),
    reader("property-list", probes::property_list),
    reader("proxy-script", probes::proxy_script),
    reader("questions", questions),
    reader("recording", recording::file),
    reader("recording-part", recording::part),
    reader("registry-text", probes::registry_text),
    reader("sender-policy", probes::sender_policy),
    reader("settings-file", probes::settings_file),
];

const fn reader(name: &'static str, read: fn(&[u8])) -> Reader {
    Reader { name, read }
}

impl Reader {
    /// The reader of this name.
    pub fn named(name: &str) -> Option<Self> {
        READERS.into_iter().find(|reader| reader.name == name)
    }

    /// Has it read these bytes.
    pub fn read(self, bytes: &[u8]) {
        (self.read)(bytes);
    }
}

fn source(name: &str, bytes: &[u8]) -> Source {
    Source::new(name, String::from_utf8_lossy(bytes))
}

/// A profile, with its answers and waivers held against the packs.
fn profile(bytes: &[u8]) {
    let source = source("profile.yaml", bytes);
    if Profile::read(&source).is_ok() {
        let _ = Packs::embedded().read_profile(&source);
    }
}

/// An overlay over the plan.
fn overlay(bytes: &[u8]) {
    let _ = Overlay::read(&source("overlay.yaml", bytes), Packs::embedded().tasks());
}

/// The targets that rules of the corpus name.
const TARGETS: &str = "- {id: core, title: Core, meaning: All rests on it., default: true}\n";

/// A rule, with its expressions and cases.
fn pack(bytes: &[u8]) {
    static OTHERS: LazyLock<Source> = LazyLock::new(|| Source::new("packs/targets.yaml", TARGETS));
    let _ = Packs::read(&[OTHERS.clone(), source("packs/core/rule.yaml", bytes)]);
}

/// The lists beside rules: targets, questions, disagreements; the first byte chooses.
fn questions(bytes: &[u8]) {
    let Some((chosen, bytes)) = bytes.split_first() else {
        return;
    };
    let name = match chosen {
        b't' => return drop(Packs::read(&[source("packs/targets.yaml", bytes)])),
        b'd' => "packs/disagreements.yaml",
        _ => "packs/attestations.yaml",
    };
    let _ = Packs::read(&[
        Source::new("packs/targets.yaml", TARGETS),
        source(name, bytes),
    ]);
}

#[cfg(test)]
mod tests;
