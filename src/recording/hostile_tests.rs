//! Recordings made to harm: each is refused or read in part, in bounded time and memory.

use std::{
    fs,
    io::{self, Read, Write},
};

use serde_json::{Value, json};
use tar::{EntryType, Header};
use waterline_facts::Reason;

use super::{
    crafted::{archive, assert_unsafe, entry, folder, replace_part, with_manifest},
    *,
};
use crate::testing::environment;

#[test]
fn paths_that_leave_the_recording_are_refused() {
    let long = "a".repeat(99) + ".b";
    for name in [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "a/b/c",
        ".hidden",
        "C:evil",
        "a\\b",
        "",
        "./x",
        &long,
    ] {
        let (_directory, path) = folder();
        let listed = json!({"name": name, "size": 0, "sha256": ""});
        with_manifest(&path, |manifest| manifest["parts"] = json!([listed]));
        assert_unsafe(&path);
        if name.len() < 100 {
            let (_directory, path) = archive(&[entry(name, EntryType::Regular, b"x")]);
            assert_unsafe(&path);
        }
    }
}

#[test]
fn links_and_other_things_in_an_archive_are_refused() {
    let kinds = [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::GNULongName,
        EntryType::GNUSparse,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ];
    for kind in kinds {
        let (_directory, path) = archive(&[entry("environment.json", kind, b"")]);
        assert_unsafe(&path);
    }
}

#[cfg(unix)]
#[test]
fn linked_parts_and_folders_are_refused() {
    use std::os::unix::fs::symlink;
    for name in [
        "manifest.json",
        "environment.json",
        "environment",
        "environment/dns.json",
    ] {
        let (directory, path) = folder();
        let moved = directory.path().join("moved");
        fs::rename(path.join(name), &moved).unwrap();
        symlink(&moved, path.join(name)).unwrap();
        assert_unsafe(&path);
    }
}

#[cfg(unix)]
#[test]
fn part_that_is_no_file_is_damaged_and_not_waited_for() {
    let (_directory, path) = folder();
    let file = path.join("environment/dns.json");
    fs::remove_file(&file).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(&file).unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems[0].what, "it is not a file");
}

#[test]
fn duplicate_names_are_refused() {
    let twice = [
        entry("log.ndjson", EntryType::Regular, b""),
        entry("log.ndjson", EntryType::Regular, b""),
    ];
    let (_directory, path) = archive(&twice);
    assert_unsafe(&path);
    let (_directory, path) = folder();
    with_manifest(&path, |manifest| {
        let again = manifest["parts"][0].clone();
        manifest["parts"].as_array_mut().unwrap().push(again);
    });
    assert_unsafe(&path);
}

#[test]
fn too_many_parts_are_refused() {
    let many: Vec<_> = (0..100)
        .map(|n| entry(&format!("part{n}"), EntryType::Regular, b""))
        .collect();
    let (_directory, path) = archive(&many);
    assert_unsafe(&path);
}

#[test]
fn newer_major_is_refused_and_newer_minor_is_read() {
    let (_directory, path) = folder();
    with_manifest(&path, |manifest| {
        *manifest =
            json!({"product": "waterline", "format": {"major": 2, "minor": 0}, "shape": "new"});
    });
    let error = open(&path).unwrap_err();
    assert!(
        matches!(error, RecordingError::OtherMajor { .. }),
        "{error}"
    );
    assert_eq!(error.hint(), Some("use a newer version of waterline"));

    let (_directory, path) = folder();
    replace_part(&path, "packets.bin", b"what a later version adds");
    with_manifest(&path, |manifest| {
        manifest["format"] = json!({"major": 1, "minor": 99});
        manifest["mood"] = json!("sunny");
    });
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems, []);
    assert_eq!(opened.environment, environment());
}

#[test]
fn facts_of_a_newer_major_are_refused() {
    let (_directory, path) = folder();
    let mut head: Value =
        serde_json::from_slice(&fs::read(path.join("environment.json")).unwrap()).unwrap();
    head["format"]["major"] = json!(9);
    replace_part(&path, "environment.json", head.to_string().as_bytes());
    let error = open(&path).unwrap_err();
    assert!(error.to_string().contains("facts format 9.0"), "{error}");
}

#[test]
fn other_products_and_other_things_are_told_apart() {
    let (directory, path) = folder();
    with_manifest(&path, |manifest| manifest["product"] = json!("thermometer"));
    let error = open(&path).unwrap_err();
    assert!(
        matches!(error, RecordingError::OtherProduct { .. }),
        "{error}"
    );

    fs::write(path.join("manifest.json"), "[]").unwrap();
    assert!(matches!(
        open(&path),
        Err(RecordingError::NotARecording { .. })
    ));

    let empty = directory.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(
        open(&empty),
        Err(RecordingError::NotARecording { .. })
    ));
    let text = directory.path().join("text.waterline");
    fs::write(&text, "just text").unwrap();
    assert!(matches!(
        open(&text),
        Err(RecordingError::NotARecording { .. })
    ));
    assert!(matches!(
        open(&directory.path().join("nothing")),
        Err(RecordingError::Io { .. })
    ));
}

#[test]
fn lying_sizes_damage_the_part_only() {
    for size in [0_u64, 3, 1 << 20, u64::MAX] {
        let (_directory, path) = folder();
        with_manifest(&path, |manifest| manifest["parts"][3]["size"] = json!(size));
        let opened = open(&path).unwrap();
        assert_eq!(opened.problems.len(), 1, "{:?}", opened.problems);
        assert_eq!(
            opened.environment.dns.gap().unwrap().reason,
            Reason::Damaged
        );
        assert_eq!(opened.environment.host, environment().host);
    }
}

#[test]
fn lying_tar_size_ends_the_reading() {
    let mut lie = entry("log.ndjson", EntryType::Regular, b"");
    let mut header = Header::from_byte_slice(&lie[..512]).clone();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    lie[..512].copy_from_slice(header.as_bytes());
    let (_directory, path) = archive(&[lie]);
    let opened = open(&path).unwrap();
    assert!(opened.environment.host.is_unknown());
}

/// A zstd frame that unpacks to so many zero bytes.
fn zeros(bytes: u64) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    io::copy(&mut io::repeat(0).take(bytes), &mut encoder).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn bomb_of_zeros_is_not_unpacked() {
    let (directory, path) = folder();
    let bomb = zeros(1 << 30);
    replace_part(&path, "objects.ndjson.zst", &bomb);
    let first = open(&path)
        .unwrap()
        .objects()
        .unwrap()
        .unwrap()
        .next()
        .unwrap();
    let error = first.unwrap_err();
    assert!(
        error.to_string().contains("longer than any object"),
        "{error}"
    );

    let file = directory.path().join("bomb.waterline");
    fs::write(&file, bomb).unwrap();
    assert!(matches!(
        open(&file),
        Err(RecordingError::NotARecording { .. })
    ));
}

#[test]
fn bomb_of_sound_objects_ends_at_the_cap() {
    let (_directory, path) = folder();
    let line = b"{\"kind\":\"user\",\"dn\":\"\"}\n".repeat(4000);
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    for _ in 0..400 {
        encoder.write_all(&line).unwrap();
    }
    replace_part(&path, "objects.ndjson.zst", &encoder.finish().unwrap());
    let last = open(&path)
        .unwrap()
        .objects()
        .unwrap()
        .unwrap()
        .last()
        .unwrap();
    assert!(
        last.unwrap_err()
            .to_string()
            .contains("unpacks to more than")
    );
}

#[test]
fn archive_within_an_archive_is_not_opened() {
    let (_directory, inner) = archive(&[]);
    let nested = fs::read(&inner).unwrap();
    let (directory, path) = folder();
    replace_part(&path, "objects.ndjson.zst", &nested);
    let opened = open(&path).unwrap();
    let first = opened.objects().unwrap().unwrap().next().unwrap();
    assert!(first.is_err(), "an archive is no line of an object");

    let mut layers = fs::read(&inner).unwrap();
    for _ in 0..50 {
        layers = zstd::encode_all(layers.as_slice(), 1).unwrap();
    }
    let file = directory.path().join("layers.waterline");
    fs::write(&file, layers).unwrap();
    assert!(matches!(
        open(&file),
        Err(RecordingError::NotARecording { .. })
    ));
}

#[test]
fn ten_gigabytes_of_zeros_are_given_up_early() {
    let frame = zeros(1 << 26);
    let (directory, path) = folder();
    let bomb = frame.repeat(160);
    replace_part(&path, "objects.ndjson.zst", &bomb);
    let mut objects = open(&path).unwrap().objects().unwrap().unwrap();
    assert!(objects.next().unwrap().is_err());
    assert!(objects.next().is_none());
    let file = directory.path().join("bomb.waterline");
    fs::write(&file, bomb).unwrap();
    assert!(open(&file).is_err());
}

#[test]
fn numbers_out_of_range_cost_their_part_alone() {
    for number in ["1e400", "-1", "18446744073709551616", "1.5"] {
        let (_directory, path) = folder();
        let content = format!("{{\"known\":{{\"memory_bytes\":{{\"known\":{number}}}}}}}");
        replace_part(&path, "environment/host.json", content.as_bytes());
        let opened = open(&path).unwrap();
        assert!(opened.environment.host.is_unknown(), "{number}");
        assert_eq!(opened.environment.dns, environment().dns);
    }
}

#[test]
fn lying_hash_damages_the_part_only() {
    let (_directory, path) = folder();
    with_manifest(&path, |manifest| {
        manifest["parts"][3]["sha256"] = json!("f".repeat(64));
    });
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems.len(), 1);
    assert!(opened.environment.dns.is_unknown());
}

#[test]
fn damaged_part_of_a_newer_version_is_named_too() {
    let (_directory, path) = folder();
    replace_part(&path, "packets.bin", b"what a later version adds");
    fs::write(path.join("packets.bin"), b"changed").unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems[0].part, "packets.bin");
    assert_eq!(opened.environment, environment());
}

#[test]
fn deep_json_is_damage_and_no_overflow() {
    let deep = "[".repeat(100_000);
    let (_directory, path) = folder();
    replace_part(&path, "environment/host.json", deep.as_bytes());
    replace_part(&path, "log.ndjson", deep.as_bytes());
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems.len(), 2);
    assert_eq!(
        opened.environment.host.gap().unwrap().reason,
        Reason::Damaged
    );
    fs::write(path.join("manifest.json"), deep).unwrap();
    assert!(matches!(
        open(&path),
        Err(RecordingError::NotARecording { .. })
    ));
}

#[test]
fn well_signed_nonsense_is_damage() {
    let nonsense: [&[u8]; 5] = [
        b"{\"known\":{\"name\":7}}",
        b"{\"known\":\xff\xfe}",
        b"{\"unknown\":{\"reason\":\"a reason of later days\"}}",
        b"{\"known\":{\"memory_bytes\":{\"known\":1e999}}}",
        b"",
    ];
    for content in nonsense {
        let (_directory, path) = folder();
        replace_part(&path, "environment/host.json", content);
        let opened = open(&path).unwrap();
        assert_eq!(opened.problems.len(), 1);
        assert!(opened.environment.host.is_unknown());
        assert_eq!(opened.environment.dns, environment().dns);
    }
}

#[test]
fn objects_that_end_early_say_so() {
    for (text, what) in [
        ("{\"kind\":\"user\",\"dn\":\"x\"}", "ends early"),
        ("\n", "line 1"),
        ("{}\n", "line 1"),
    ] {
        let (_directory, path) = folder();
        replace_part(
            &path,
            "objects.ndjson.zst",
            &zstd::encode_all(text.as_bytes(), 1).unwrap(),
        );
        let opened = open(&path).unwrap();
        let error = opened
            .objects()
            .unwrap()
            .unwrap()
            .next()
            .unwrap()
            .unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(error.gap().reason, Reason::Damaged);
    }
}
