//! Raw evidence, and texts, that were made to harm: a part is lost, and no fact with it.

use waterline_facts::ProbeId;

use super::{
    crafted::{archive, assert_unsafe, entry, folder, replace_part},
    *,
};
use crate::testing::environment;

const PART: &str = "evidence/dns.ndjson.zst";

/// What is said of evidence that unpacks to this.
fn refusal(content: &[u8]) -> String {
    refusal_of_packed(&zstd::encode_all(content, 1).unwrap())
}

fn refusal_of_packed(packed: &[u8]) -> String {
    let (_directory, path) = folder();
    fs_err::create_dir(path.join("evidence")).unwrap();
    replace_part(&path, PART, packed);
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems, []);
    assert_eq!(opened.environment, environment());
    let error = opened.evidence(ProbeId::Dns).unwrap_err();
    assert!(matches!(&error, RecordingError::Damaged { part, .. } if part == PART));
    let checked = check(&path, None).unwrap();
    assert!(checked.problem(PART).is_some());
    error.to_string()
}

#[test]
fn evidence_that_cannot_be_read_is_named_with_its_line_and_costs_no_fact() {
    let good =
        r#"{"probe":"dns","about":"dns","at_ms":1,"asked":{"file":{"path":"x"}},"came":"absent"}"#;
    for bad in [
        "{}".to_owned(),
        "[".repeat(100_000),
        good.replace("\"absent\"", r#"{"bytes":"no base64!"}"#),
        good.replace(":1,", ":-1,"),
        good.replace(":1,", ":1e400,"),
        good.replace("dns", "\u{0}"),
    ] {
        let said = refusal(format!("{good}\n{bad}\n").as_bytes());
        assert!(said.contains("line 2"), "{said}");
    }
    let said = refusal(&[good.as_bytes(), b"\n{\"probe\":\"\xff\xfe\"}\n"].concat());
    assert!(said.contains("line 2"), "{said}");
    assert!(refusal_of_packed(b"no zstd").contains("damaged"));
}

#[test]
fn bomb_of_evidence_ends_at_a_cap() {
    // A line without an end, and lines without an end.
    let said = refusal_of_packed(&packed_zeros(b"\0", 256 << 20));
    assert!(said.contains("longer than any answer"), "{said}");
    let line =
        br#"{"probe":"dns","about":"dns","at_ms":1,"asked":{"file":{"path":""}},"came":"absent"}
"#;
    let said = refusal_of_packed(&packed_zeros(line, 64 << 20));
    assert!(said.contains("unpacks to more than"), "{said}");
}

/// So many bytes of repetition, packed as small as they get.
fn packed_zeros(piece: &[u8], bytes: usize) -> Vec<u8> {
    use std::io::Write as _;
    let block = piece.repeat((1 << 16) / piece.len());
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..bytes / block.len() {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn damaged_evidence_is_named_when_the_recording_is_opened() {
    let (_directory, path) = folder();
    fs_err::create_dir(path.join("evidence")).unwrap();
    replace_part(&path, PART, b"what was written");
    fs_err::write(path.join(PART), b"what is there").unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems[0].part, PART);
    assert_eq!(opened.environment, environment());
    assert_eq!(opened.evident().count(), 0);
    assert!(opened.evidence(ProbeId::Dns).is_err());
}

#[test]
fn names_and_texts_that_are_no_utf_8_are_refused_or_cost_their_part() {
    let mut header = entry("x", tar::EntryType::Regular, b"");
    header[0] = 0xff;
    // The sum of the header has to hold, or it would not be looked at.
    let sum = |bytes: &[u8]| -> u32 {
        let blank = 8 * u32::from(b' ');
        let all: u32 = bytes[..512].iter().map(|byte| u32::from(*byte)).sum();
        let own: u32 = bytes[148..156].iter().map(|byte| u32::from(*byte)).sum();
        all - own + blank
    };
    let digits = format!("{:06o}\0 ", sum(&header));
    header[148..156].copy_from_slice(digits.as_bytes());
    let (_directory, path) = archive(&[header]);
    assert_unsafe(&path);

    let (_directory, path) = folder();
    let manifest = fs_err::read(path.join("manifest.json")).unwrap();
    let broken = String::from_utf8(manifest)
        .unwrap()
        .replace("waterline", "w\u{1}");
    fs_err::write(
        path.join("manifest.json"),
        broken.replace('\u{1}', "\u{fffd}"),
    )
    .unwrap();
    assert!(open(&path).is_err());
    fs_err::write(path.join("manifest.json"), b"{\"product\": \"\xff\xfe\"}").unwrap();
    assert!(open(&path).is_err());

    let (_directory, path) = folder();
    replace_part(&path, "log.ndjson", b"{\"at_ms\":1,\"level\":\"\xff\"}\n");
    let lines = zstd::encode_all(&b"{\"kind\":\"user\",\"dn\":\"\xff\"}\n"[..], 1).unwrap();
    replace_part(&path, "objects.ndjson.zst", &lines);
    let opened = open(&path).unwrap();
    assert_eq!(opened.problems[0].part, "log.ndjson");
    let first = opened.objects().unwrap().unwrap().next().unwrap();
    assert!(first.unwrap_err().to_string().contains("line 1"));
}

#[test]
fn objects_that_nest_without_end_are_damage_and_no_overflow() {
    let (_directory, path) = folder();
    let deep = format!("{{\"kind\":\"user\",\"dn\":{}\n", "[".repeat(100_000));
    let packed = zstd::encode_all(deep.as_bytes(), 1).unwrap();
    replace_part(&path, "objects.ndjson.zst", &packed);
    let mut objects = open(&path).unwrap().objects().unwrap().unwrap();
    assert!(objects.next().unwrap().is_err());
    assert!(objects.next().is_none());
}
