//! Recordings made to harm, for tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tar::{EntryType, Header};
use tempfile::TempDir;

use super::*;
use crate::testing::environment;

/// A sound recording in folder form.
pub(super) fn folder() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run");
    RecordingWriter::create(&path)
        .unwrap()
        .finish(&environment(), &[])
        .unwrap();
    (directory, path)
}

/// Changes the manifest of a recording in folder form.
pub(super) fn with_manifest(path: &Path, change: impl FnOnce(&mut Value)) {
    let file = path.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    change(&mut manifest);
    // Whoever crafts a manifest can give it a hash that holds.
    manifest["sha256"] = json!("0".repeat(64));
    let hash = Part::of("", manifest.to_string().as_bytes())
        .unwrap()
        .sha256;
    manifest["sha256"] = json!(hash);
    fs::write(&file, manifest.to_string()).unwrap();
}

/// Puts content into a part and lists it truthfully.
pub(super) fn replace_part(path: &Path, name: &str, content: &[u8]) {
    fs::write(path.join(name), content).unwrap();
    let part = serde_json::to_value(Part::of(name, content).unwrap()).unwrap();
    with_manifest(path, |manifest| {
        let parts = manifest["parts"].as_array_mut().unwrap();
        parts.retain(|listed| listed["name"] != name);
        parts.push(part);
    });
}

/// One entry of a crafted archive.
pub(super) fn entry(name: &str, kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(content.len() as u64);
    header.set_entry_type(kind);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A file of a sound manifest followed by these entries.
pub(super) fn archive(entries: &[Vec<u8>]) -> (TempDir, PathBuf) {
    let (directory, sound) = folder();
    let manifest = fs::read(sound.join("manifest.json")).unwrap();
    let mut tar = entry("manifest.json", EntryType::Regular, &manifest);
    tar.extend(entries.concat());
    let path = directory.path().join("crafted.waterline");
    fs::write(&path, zstd::encode_all(tar.as_slice(), 1).unwrap()).unwrap();
    (directory, path)
}

pub(super) fn assert_unsafe(path: &Path) {
    let error = open(path).unwrap_err();
    assert!(matches!(error, RecordingError::Unsafe { .. }), "{error}");
    assert!(error.to_string().contains(path.to_str().unwrap()));
}
