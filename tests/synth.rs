//! Synthetic directories: the program finds every fault that was planted in them, and nothing else.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use assert_cmd::Command;
use jiff::tz::TimeZone;
use serde_json::Value;
use waterline_facts::objects::SAMPLES;
use xtask::{
    clock,
    synth::{self, Claim, Planted, Selection, Settings},
};

/// Objects of one directory: enough for every fault to have its turn, few enough for all of one
/// check to be shown.
const OBJECTS: u64 = 4_000;

/// What the program made of a directory.
struct Read {
    objects: Value,
    directory: Value,
}

fn directory(folder: &std::path::Path, seed: u64) -> Planted {
    let day = clock::now().to_zoned(TimeZone::UTC).date();
    let settings = Settings {
        objects: OBJECTS,
        seed,
        day,
        faults: Selection::All,
    };
    let mut file = std::io::BufWriter::new(fs_err::File::create(folder.join("ad.ldif")).unwrap());
    synth::write(&settings, &mut file).unwrap()
}

fn record(folder: &std::path::Path) -> Read {
    let mut command = Command::cargo_bin("waterline").unwrap();
    let output = command
        .env_clear()
        .current_dir(folder)
        .args([
            "record",
            "read",
            "--only",
            "directory",
            "--ldif",
            "ad.ldif",
            "--quiet",
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let part = |name: &str| {
        let path = folder.join("read/environment").join(name);
        let facts: Value = serde_json::from_slice(&fs_err::read(path).unwrap()).unwrap();
        facts["known"].clone()
    };
    Read {
        objects: part("objects.json"),
        directory: part("directory.json"),
    }
}

/// What a check reports, by object and attribute, with the value.
type Reported = BTreeSet<(String, String, String)>;

fn reported(violations: &Value) -> Reported {
    let samples = violations["samples"].as_array().unwrap();
    let text = |sample: &Value, field: &str| sample[field].as_str().unwrap().to_owned();
    let one = |sample| {
        (
            text(sample, "dn"),
            text(sample, "attribute"),
            text(sample, "value"),
        )
    };
    samples.iter().map(one).collect()
}

fn claimed<'a>(planted: &'a Planted, check: &str) -> Vec<&'a Claim> {
    let claims = planted.planted.iter().map(|planted| &planted.claim);
    claims.filter(|claim| claim.check == check).collect()
}

/// What a check missed, and what it reported though nobody planted it.
fn differences(check: &str, violations: &Value, planted: &Planted) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(violations) = violations.get("known") else {
        return vec![format!("{check} is not known: {violations}")];
    };
    let expected = planted.checks.get(check).copied().unwrap_or_default();
    if violations["count"] != expected {
        wrong.push(format!(
            "{check} counts {} objects, not {expected}",
            violations["count"]
        ));
    }
    let (reported, claims) = (reported(violations), claimed(planted, check));
    let same = |(dn, attribute, value): &(String, String, String), claim: &Claim| {
        let shown = claim.value.is_empty() || *value == shortened(&claim.value);
        *dn == claim.dn && attribute == claim.attribute && shown
    };
    let extra = reported
        .iter()
        .filter(|one| !claims.iter().any(|claim| same(one, claim)));
    wrong.extend(extra.map(|one| format!("{check} reports {one:?}")));
    if claims.len() <= SAMPLES {
        let missed = claims
            .iter()
            .filter(|claim| !reported.iter().any(|one| same(one, claim)));
        wrong.extend(missed.map(|claim| format!("{check} misses {claim:?}")));
    }
    wrong
}

/// A value as a sample shows it.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

fn check(seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let planted = directory(folder.path(), seed);
    let read = record(folder.path());
    let facts = read.objects.as_object().unwrap();
    let checks = facts
        .iter()
        .filter(|(_, fact)| fact["known"]["count"].is_u64() || fact.get("unknown").is_some());
    let checks: BTreeMap<_, _> = checks.collect();
    let mut wrong = Vec::new();
    for (check, violations) in &checks {
        if !planted.checks.contains_key(check.as_str()) {
            wrong.push(format!("no fault is planted for {check}"));
        }
        wrong.extend(differences(check, violations, &planted));
    }
    for check in planted
        .checks
        .keys()
        .filter(|check| !facts.contains_key(**check))
    {
        wrong.push(format!("there is no check {check}"));
    }
    assert!(wrong.is_empty(), "seed {seed}:\n{}", wrong.join("\n"));
    assert_eq!(read.objects["left_out"], planted.left_out);
    counted(&read.directory, &planted);
}

/// The inventory equals what was made.
fn counted(facts: &Value, planted: &Planted) {
    assert_eq!(facts["objects_read"]["known"], planted.objects);
    for kind in ["users", "groups", "contacts", "computers"] {
        assert_eq!(
            facts["counts"][kind]["known"], planted.counts[kind],
            "{kind}"
        );
    }
    let fleet = &facts["fleet"];
    assert_eq!(fleet["without_machine"]["known"], 1);
    let mut found: BTreeMap<(Option<&str>, Option<&str>), [u64; 4]> = BTreeMap::new();
    for group in fleet["machines"]["known"].as_array().unwrap() {
        let text = |field: &str| group[field]["known"].as_str();
        let counts = found
            .entry((text("operating_system"), text("version")))
            .or_default();
        for (sum, field) in counts
            .iter_mut()
            .zip(["active", "stale", "undated", "disabled"])
        {
            *sum += group[field].as_u64().unwrap();
        }
    }
    let made = planted.computers.iter().map(|kind| {
        let counts = [kind.active, kind.stale, kind.undated, kind.disabled];
        ((kind.operating_system, kind.version), counts)
    });
    assert_eq!(found, made.collect());
}

#[test]
fn all_that_was_planted_is_found_and_nothing_else() {
    check(1);
}

#[test]
fn another_directory_hides_nothing_either() {
    check(20_261_123);
}
