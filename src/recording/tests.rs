//! What is written is read, in both forms; what is damaged is named and costs only its own facts.

use std::{fs, path::Path};

use proptest::prelude::*;
use tempfile::TempDir;
use waterline_facts::{Environment, Reason, Seen};

use super::*;
use crate::testing::{directory_objects, environment};

const FORMS: [&str; 2] = ["run", "run.waterline"];

fn log() -> Vec<LogEntry> {
    vec![LogEntry {
        at_ms: 12,
        level: "info".to_owned(),
        target: "waterline".to_owned(),
        message: "probing begins".to_owned(),
    }]
}

/// A recording under this name in a directory of its own, with 2,500 objects.
fn record(name: &str) -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    let mut writer = RecordingWriter::create(&path).unwrap();
    for batch in directory_objects(2500).chunks(700) {
        writer.push(batch).unwrap();
    }
    writer.finish(&environment(), &log()).unwrap();
    (directory, path)
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn both_forms_give_back_what_was_written() {
    for form in FORMS {
        let (_directory, path) = record(form);
        let opened = open(&path).unwrap();
        assert_eq!(opened.environment, environment());
        assert_eq!(opened.log, log());
        assert_eq!(opened.problems, []);
        let objects: Vec<_> = opened
            .objects()
            .unwrap()
            .unwrap()
            .flat_map(Result::unwrap)
            .collect();
        assert_eq!(objects, directory_objects(2500));
    }
}

#[test]
fn manifest_lists_every_part_sorted() {
    let (_directory, path) = record("run");
    let manifest = open(&path).unwrap().manifest;
    let listed: Vec<&str> = manifest
        .parts
        .iter()
        .map(|part| part.name.as_str())
        .collect();
    assert_eq!(
        listed,
        [
            "environment.json",
            "environment/browsers.json",
            "environment/directory.json",
            "environment/dns.json",
            "environment/host.json",
            "environment/network.json",
            "environment/objects.json",
            "environment/protocols.json",
            "log.ndjson",
            "objects.ndjson.zst",
        ]
    );
    assert_eq!(manifest.captured, environment().run.started);
    assert_eq!(manifest.rights, environment().run.rights);
}

#[test]
fn same_content_gives_the_same_bytes() {
    let (_a, first) = record("run.waterline");
    let (_b, second) = record("run.waterline");
    assert_eq!(fs::read(first).unwrap(), fs::read(second).unwrap());
}

#[test]
fn recording_without_objects_has_none() {
    for form in FORMS {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(form);
        RecordingWriter::create(&path)
            .unwrap()
            .finish(&environment(), &[])
            .unwrap();
        let opened = open(&path).unwrap();
        assert!(opened.objects().unwrap().is_none());
        assert_eq!(opened.environment, environment());
    }
}

#[test]
fn file_form_is_a_tar_that_others_can_read() {
    let (_directory, path) = record("run.waterline");
    let unpacked = zstd::decode_all(fs::File::open(path).unwrap()).unwrap();
    let mut archive = tar::Archive::new(unpacked.as_slice());
    let entries: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().into_owned())
        .collect();
    assert_eq!(entries.len(), 11);
    assert_eq!(entries[0], Path::new("manifest.json"));
}

#[test]
fn archive_made_by_another_program_is_read() {
    let (directory, folder) = record("run");
    let path = directory.path().join("other.waterline");
    let zstd = zstd::Encoder::new(fs::File::create(&path).unwrap(), 10).unwrap();
    let mut tar = tar::Builder::new(zstd);
    tar.append_path_with_name(folder.join("manifest.json"), "manifest.json")
        .unwrap();
    for name in ["log.ndjson", "objects.ndjson.zst", "environment.json"] {
        tar.append_path_with_name(folder.join(name), name).unwrap();
    }
    tar.append_dir_all("environment", folder.join("environment"))
        .unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems, []);
    assert_eq!(opened.environment, environment());
    assert_eq!(
        opened
            .objects()
            .unwrap()
            .unwrap()
            .map(|batch| batch.unwrap().len())
            .sum::<usize>(),
        2500
    );
}

#[test]
fn unfinished_recording_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = RecordingWriter::create(&directory.path().join("run")).unwrap();
    writer.push(&directory_objects(10)).unwrap();
    drop(writer);
    assert_eq!(names(directory.path()), [""; 0]);
}

#[test]
fn earlier_recording_is_replaced_and_nothing_else_is_left() {
    for form in FORMS {
        let (directory, path) = record(form);
        RecordingWriter::create(&path)
            .unwrap()
            .finish(&environment(), &[])
            .unwrap();
        assert_eq!(open(&path).unwrap().log, []);
        assert_eq!(names(directory.path()), [form]);
    }
}

#[test]
fn what_is_not_a_recording_is_never_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("thesis.waterline");
    fs::write(&file, "chapter one").unwrap();
    let folder = directory.path().join("photos");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("manifest.json"), r#"{"product":"photos"}"#).unwrap();
    for target in [&file, &folder] {
        let error = RecordingWriter::create(target).unwrap_err();
        assert!(
            matches!(error, RecordingError::TargetTaken { .. }),
            "{error}"
        );
        assert!(error.hint().is_some());
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "chapter one");
}

#[test]
fn target_that_became_something_else_meanwhile_is_not_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("run.waterline");
    let writer = RecordingWriter::create(&path).unwrap();
    fs::write(&path, "chapter one").unwrap();
    writer.finish(&environment(), &[]).unwrap_err();
    assert_eq!(fs::read_to_string(&path).unwrap(), "chapter one");
    assert_eq!(names(directory.path()), ["run.waterline"]);
}

#[cfg(unix)]
#[test]
fn both_forms_can_be_read_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    for form in FORMS {
        let (_directory, path) = record(form);
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{form} has mode {mode:o}");
    }
}

#[test]
fn folder_that_does_not_exist_is_named() {
    let error = RecordingWriter::create(Path::new("/no/such/folder/run")).unwrap_err();
    assert!(error.to_string().contains("/no/such/folder/run"), "{error}");
}

/// The environment that is left when one part is lost.
fn without(part: &str) -> Environment {
    let mut left = environment();
    let unknown = |reason| waterline_facts::Gap::new(reason, "");
    let gap = unknown(Reason::Damaged);
    match part {
        "environment/browsers.json" => left.browsers = Seen::Unknown(gap),
        "environment/directory.json" => left.directory = Seen::Unknown(gap),
        "environment/dns.json" => left.dns = Seen::Unknown(gap),
        "environment/host.json" => left.host = Seen::Unknown(gap),
        "environment/network.json" => left.network = Seen::Unknown(gap),
        "environment/protocols.json" => left.protocols = Seen::Unknown(gap),
        "environment/objects.json" | "objects.ndjson.zst" => left.objects = Seen::Unknown(gap),
        _ => {}
    }
    left
}

/// The same with the words of gaps at the top removed, which name the kind of damage.
fn plain(mut environment: Environment) -> Environment {
    fn strip<T>(seen: &mut Seen<T>) {
        if let Seen::Unknown(gap) = seen {
            *gap = gap.reason.into();
        }
    }
    strip(&mut environment.host);
    strip(&mut environment.browsers);
    strip(&mut environment.dns);
    strip(&mut environment.network);
    strip(&mut environment.protocols);
    strip(&mut environment.directory);
    strip(&mut environment.objects);
    environment
}

#[test]
fn damaged_part_is_named_and_the_rest_is_read() {
    let (_directory, path) = record("run");
    let parts = open(&path).unwrap().manifest.parts;
    for part in parts.iter().filter(|part| part.name != "environment.json") {
        let file = path.join(&part.name);
        let sound = fs::read(&file).unwrap();
        for damage in [&sound[..sound.len() / 2], b"", b"{\"known\":", &[0xff; 40]] {
            fs::write(&file, damage).unwrap();
            let opened = open(&path).unwrap();
            let named: Vec<&str> = opened.problems.iter().map(|p| p.part.as_str()).collect();
            assert_eq!(named, [part.name.as_str()]);
            assert_eq!(plain(opened.environment), without(&part.name));
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(
            open(&path).unwrap().problems.len(),
            1,
            "{} is gone",
            part.name
        );
        fs::write(&file, sound).unwrap();
    }
    assert_eq!(open(&path).unwrap().problems, []);
}

#[test]
fn lost_record_of_the_run_is_taken_from_the_manifest() {
    let (_directory, path) = record("run");
    fs::write(path.join("environment.json"), "{}").unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems.len(), 1);
    assert_eq!(opened.environment.run.started, environment().run.started);
    assert_eq!(opened.environment.run.rights, environment().run.rights);
    assert_eq!(opened.environment.host, environment().host);
}

#[test]
fn damaged_objects_are_unknown_and_not_streamed() {
    let (_directory, path) = record("run");
    let file = path.join("objects.ndjson.zst");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(
        opened.environment.objects.gap().unwrap().reason,
        Reason::Damaged
    );
    assert!(opened.objects().unwrap().is_none());
}

#[test]
fn truncated_file_is_read_as_far_as_it_goes() {
    let (directory, path) = record("run.waterline");
    let whole = fs::read(&path).unwrap();
    let cut = directory.path().join("cut.waterline");
    for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        fs::write(&cut, &whole[..length]).unwrap();
        if let Ok(opened) = open(&cut) {
            assert_never_false(&opened.environment);
        }
    }
    fs::write(&cut, &whole[..whole.len() * 9 / 10]).unwrap();
    let opened = open(&cut).unwrap();
    assert_eq!(opened.environment.host, environment().host);
    assert_eq!(
        opened.environment.objects.gap().unwrap().reason,
        Reason::Damaged
    );
}

/// Every part is what was written, or unknown because of the damage.
fn assert_never_false(found: &Environment) {
    fn check<T: PartialEq + std::fmt::Debug>(found: &Seen<T>, written: &Seen<T>) {
        match found {
            Seen::Unknown(gap) => assert!(matches!(gap.reason, Reason::Damaged | Reason::NotRun)),
            known => assert_eq!(known, written),
        }
    }
    let written = environment();
    check(&found.host, &written.host);
    check(&found.browsers, &written.browsers);
    check(&found.dns, &written.dns);
    check(&found.network, &written.network);
    check(&found.protocols, &written.protocols);
    check(&found.directory, &written.directory);
    check(&found.objects, &written.objects);
}

fn flip(bytes: &mut [u8], position: prop::sample::Index, bit: u8) {
    let at = position.index(bytes.len());
    bytes[at] ^= 1 << bit;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn flipped_bit_in_a_file_never_gives_a_false_fact(position: prop::sample::Index, bit in 0_u8..8) {
        let (_directory, path) = record("run.waterline");
        let mut bytes = fs::read(&path).unwrap();
        flip(&mut bytes, position, bit);
        fs::write(&path, bytes).unwrap();
        if let Ok(opened) = open(&path) {
            assert_never_false(&opened.environment);
            for batch in opened.objects().into_iter().flatten().flatten() {
                prop_assert!(batch.is_ok(), "sound by its hash, so it reads to its end");
            }
        }
    }

    #[test]
    fn flipped_bit_in_a_part_is_named(part in 0_usize..9, position: prop::sample::Index, bit in 0_u8..8) {
        let (_directory, path) = record("run");
        let part = open(&path).unwrap().manifest.parts.swap_remove(part);
        let file = path.join(&part.name);
        let mut bytes = fs::read(&file).unwrap();
        flip(&mut bytes, position, bit);
        fs::write(&file, bytes).unwrap();
        let opened = open(&path).unwrap();
        prop_assert_eq!(opened.problems.len(), 1);
        prop_assert_eq!(&opened.problems[0].part, &part.name);
        assert_never_false(&opened.environment);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("any");
        fs::write(&path, &bytes).unwrap();
        prop_assert!(open(&path).is_err());
        fs::write(&path, zstd::encode_all(bytes.as_slice(), 1).unwrap()).unwrap();
        prop_assert!(open(&path).is_err());
    }
}
