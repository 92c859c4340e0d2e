//! Recordings of every version of the format that was ever written are read for ever.

use std::path::{Path, PathBuf};

use waterline_facts::{FormatVersion, ProbeId};
use waterline_probes::evidence::{Item, Keeper};

use super::*;

fn kept(version: FormatVersion) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    folder.join(format!("{version}.waterline"))
}

/// Keeps a recording of the current version, if there is none yet: what the first one holds, written
/// anew.
fn keep_current() {
    let (from, to) = (kept(FormatVersion { major: 1, minor: 0 }), kept(FORMAT));
    if to.exists() {
        return;
    }
    let opened = open(&from).unwrap();
    let mut writer = RecordingWriter::create(&to).unwrap();
    for batch in opened.objects().unwrap().unwrap() {
        writer.push(&batch.unwrap()).unwrap();
    }
    writer.begin(&opened.environment.run).unwrap();
    let keeper = writer.keeper();
    evidence().iter().for_each(|item| keeper.keep(item));
    writer.finish(&opened.environment, &opened.log).unwrap();
}

/// A piece of evidence of each form.
fn evidence() -> Vec<Item> {
    let dns = r#"{"server": "192.0.2.53:53", "name": "a.example.", "record_type": "A", "manner": "usual"}"#;
    let search =
        r#"{"server": "dc1", "base": "", "scope": "base", "filter": "(a=b)", "attributes": ["a"]}"#;
    [
        (
            r#"{"input": {"name": "lead"}}"#.to_owned(),
            r#"{"value": {"absent": true}}"#,
        ),
        (format!(r#"{{"dns": {dns}}}"#), r#"{"bytes": "AAeBgAAA"}"#),
        (
            format!(r#"{{"dns": {dns}}}"#),
            r#"{"nothing": {"reason": "timed-out", "detail": ""}}"#,
        ),
        (
            r#"{"file": {"path": "/x"}}"#.to_owned(),
            r#"{"cut": {"size": 9, "begins": "AA=="}}"#,
        ),
        (
            r#"{"registry-value": {"key": "HKLM", "name": "x"}}"#.to_owned(),
            r#""absent""#,
        ),
        (
            r#"{"registry-keys": {"key": "HKLM"}}"#.to_owned(),
            r#"{"names": ["a"]}"#,
        ),
        (
            r#"{"certificates": {"server": "a.example"}}"#.to_owned(),
            r#"{"list": ["AA=="]}"#,
        ),
        (
            format!(r#"{{"search": {search}}}"#),
            r#"{"entries": [{"dn": "CN=x", "attributes": [["a", ["Yg=="]]]}]}"#,
        ),
    ]
    .into_iter()
    .map(|(asked, came)| Item {
        probe: ProbeId::Dns,
        about: "dns.records[0]".to_owned(),
        at_ms: 7,
        took_us: 1234,
        asked: serde_json::from_str(&asked).unwrap(),
        came: serde_json::from_str(came).unwrap(),
    })
    .collect()
}

#[test]
fn recording_of_every_version_is_kept_and_read_whole() {
    if std::env::var_os("WATERLINE_DOCS").is_some_and(|wanted| wanted == "write") {
        keep_current();
    }
    for minor in 0..=FORMAT.minor {
        let version = FormatVersion {
            major: FORMAT.major,
            minor,
        };
        let path = kept(version);
        let opened = open(&path).unwrap_or_else(|error| panic!("keep one of {version}: {error}"));
        assert_eq!(opened.manifest.format, version);
        assert_eq!(opened.problems, [], "{version}");
        let facts = &opened.environment;
        assert_eq!(facts.host.known().unwrap().name.known().unwrap(), "sync1");
        let directory = facts.directory.known().unwrap();
        let read = *directory.objects_read.known().unwrap();
        let batches = opened.objects().unwrap().unwrap();
        let objects: usize = batches.map(|batch| batch.unwrap().len()).sum();
        assert_eq!(u64::try_from(objects).unwrap(), read, "{version}");
        if minor >= 2 {
            assert_eq!(
                opened.evidence(ProbeId::Dns).unwrap(),
                evidence(),
                "{version}"
            );
        }
        assert!(facts.dns.known().is_some() && facts.network.known().is_some());
    }
}

#[test]
fn before_manifests_bore_a_hash_none_is_missed_and_later_ones_must_bear_it() {
    let first = FormatVersion { major: 1, minor: 0 };
    let old = open(&kept(first)).unwrap();
    assert_eq!(
        (old.manifest.sha256.as_str(), old.manifest.complete),
        ("", true)
    );

    let mut without = old.manifest.clone();
    without.format = FORMAT;
    let bytes = serde_json::to_vec(&without).unwrap();
    let problem = without.problem(&bytes).unwrap();
    assert_eq!(problem.part, "manifest.json");
}
