//! The check of a recording: every damage is named, and signatures hold for what was signed alone.

use std::{fs, path::Path};

use minisign::KeyPair;
use secrecy::SecretString;
use tempfile::TempDir;

use super::*;
use crate::testing::{directory_objects, environment};

const FORMS: [&str; 2] = ["run", "run.waterline"];

fn no_password() -> Result<SecretString, String> {
    Err("nobody is asked".to_owned())
}

/// A new key, as the two files that minisign makes.
fn keys(folder: &Path, name: &str) -> (SigningKey, VerifyingKey) {
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    let (secret, public) = (folder.join(name), folder.join(format!("{name}.pub")));
    fs::write(&secret, pair.sk.to_box(None).unwrap().into_string()).unwrap();
    fs::write(&public, pair.pk.to_box().unwrap().into_string()).unwrap();
    let signing = SigningKey::read(&secret, no_password).unwrap();
    (signing, VerifyingKey::read(&public).unwrap())
}

fn record(folder: &TempDir, form: &str, key: Option<SigningKey>) -> std::path::PathBuf {
    let path = folder.path().join(form);
    let mut writer = RecordingWriter::create(&path).unwrap().signed_by(key);
    writer.push(&directory_objects(50)).unwrap();
    writer.finish(&environment(), &[]).unwrap();
    path
}

#[test]
fn signature_holds_in_both_forms_and_for_its_key_alone() {
    for form in FORMS {
        let folder = tempfile::tempdir().unwrap();
        let (signing, verifying) = keys(folder.path(), "own");
        let (_, other) = keys(folder.path(), "other");
        let path = record(&folder, form, Some(signing));
        let state = |key| check(&path, key).unwrap().signature;
        assert_eq!(state(Some(&verifying)), Signed::Verified);
        assert_eq!(state(None), Signed::NotVerified);
        assert!(matches!(state(Some(&other)), Signed::Refused(_)));
        let error = open(&path).unwrap().verify(&other).unwrap_err();
        assert!(error.hint().is_some(), "{error}");
    }
}

#[test]
fn recording_without_a_signature_is_refused_where_one_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (_, verifying) = keys(folder.path(), "own");
    let path = record(&folder, "run", None);
    let checked = check(&path, Some(&verifying)).unwrap();
    assert_eq!(
        checked.signature,
        Signed::Refused("it bears none".to_owned())
    );
    assert!(!checked.is_sound() && check(&path, None).unwrap().is_sound());
}

#[test]
fn changed_manifest_is_named_and_its_signature_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (signing, verifying) = keys(folder.path(), "own");
    let path = record(&folder, "run", Some(signing));
    let file = path.join("manifest.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("CORP", "CARP")).unwrap();
    let checked = check(&path, Some(&verifying)).unwrap();
    assert!(
        checked
            .problem("manifest.json")
            .unwrap()
            .contains("SHA-256")
    );
    assert!(matches!(checked.signature, Signed::Refused(_)));
}

#[test]
fn every_damaged_part_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(&folder, "run", None);
    for part in ["environment/dns.json", "log.ndjson", "objects.ndjson.zst"] {
        let mut bytes = fs::read(path.join(part)).unwrap();
        bytes.push(b' ');
        fs::write(path.join(part), bytes).unwrap();
    }
    let checked = check(&path, None).unwrap();
    let named: Vec<&str> = checked.problems.iter().map(|p| p.part.as_str()).collect();
    assert_eq!(
        named,
        ["environment/dns.json", "log.ndjson", "objects.ndjson.zst"]
    );
}

#[test]
fn whole_hash_is_that_of_the_manifest_with_its_own_digits_as_zeros() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().unwrap();
    let path = record(&folder, "run", None);
    let whole = check(&path, None).unwrap().manifest.sha256;
    let text = fs::read_to_string(path.join("manifest.json")).unwrap();
    let zeros = text.replace(&whole, &"0".repeat(64));
    let hash: String = Sha256::digest(zeros)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hash, whole);
}

#[test]
fn files_that_are_no_keys_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    for text in [
        "",
        "no key",
        "untrusted comment: x\nAAAA\n",
        &"x".repeat(100_000),
    ] {
        fs::write(&path, text).unwrap();
        let error = SigningKey::read(&path, no_password)
            .unwrap_err()
            .to_string();
        assert!(error.contains("key"), "{error}");
        assert!(VerifyingKey::read(&path).is_err());
    }
}

#[test]
fn signature_that_is_none_is_refused_and_one_that_is_too_large_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_, verifying) = keys(folder.path(), "own");
    let path = record(&folder, "run", None);
    let file = path.join("manifest.json.minisig");
    fs::write(&file, "yours sincerely").unwrap();
    let checked = check(&path, Some(&verifying)).unwrap();
    assert!(matches!(checked.signature, Signed::Refused(_)));
    fs::write(&file, "x".repeat(1 << 20)).unwrap();
    let checked = check(&path, None).unwrap();
    assert_eq!(
        checked.problem("manifest.json.minisig"),
        Some("it is too large")
    );
}
