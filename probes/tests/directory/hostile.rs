//! A server that lies about what it sends: lengths, types, depth, and numbers. Nothing of it is taken for
//! an object, for the end of the objects, or for a reason to wait longer than for silence.

use serde_json::json;

use crate::{
    PATIENCE,
    reading::{Trouble, objects, serve},
};

/// What is sent instead of a page, for the number of the search.
type Bytes = fn(i32) -> Vec<u8>;

/// An element with its length in four octets, as domain controllers write it.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, contents].concat()
}

fn message(id: i32, op: &[u8]) -> Vec<u8> {
    let number = [&[0x02, 4][..], &id.to_be_bytes()].concat();
    element(0x30, &[&number, op].concat())
}

/// An entry of this name and these attributes.
fn entry(id: i32, attributes: &[u8]) -> Vec<u8> {
    let parts = [element(0x04, b"CN=a,DC=corp,DC=test"), attributes.to_vec()];
    message(id, &element(0x64, &parts.concat()))
}

fn attribute(name: &str, value: &[u8]) -> Vec<u8> {
    let value = element(0x31, &element(0x04, value));
    element(0x30, &[element(0x04, name.as_bytes()), value].concat())
}

fn user(id: i32) -> Vec<u8> {
    let parts = [
        attribute("objectClass", b"user"),
        attribute("objectGUID", b"0123456789abcdef"),
    ];
    entry(id, &element(0x30, &parts.concat()))
}

fn done(id: i32) -> Vec<u8> {
    message(id, &element(0x65, b"\x0A\x01\x00\x04\x00\x04\x00"))
}

#[tokio::test]
async fn what_is_no_answer_is_told_and_is_not_waited_for() {
    let cases: [(&str, Bytes); 10] = [
        ("no message", |_| b"\x04\x03abc".to_vec()),
        ("a length without end", |_| b"\x30\x80\x02\x01\x01".to_vec()),
        ("4 GB", |_| b"\x30\x84\xFF\xFF\xFF\xFF".to_vec()),
        ("17 MB", |_| b"\x30\x84\x01\x10\x00\x00".to_vec()),
        ("a length of eight octets", |_| {
            b"\x30\x88\0\0\0\0\0\0\0\x01".to_vec()
        }),
        ("attributes that are longer than their entry", |id| {
            entry(id, b"\x30\x84\x00\x00\x10\x00")
        }),
        ("an attribute that is a text", |id| {
            entry(id, &element(0x30, &element(0x04, b"cn")))
        }),
        ("an end without a result", |id| {
            message(id, &element(0x65, b""))
        }),
        ("a message without a number", |_| {
            element(0x30, &element(0x65, b""))
        }),
        ("an entry within 5000 others, to the library", |_| {
            let deep = (0..5000).fold(Vec::new(), |inner, _| element(0x30, &inner));
            message(1, &deep)
        }),
    ];
    for (name, bytes) in cases {
        let read = serve(objects(2), &[Trouble::Bytes(bytes)]).await;
        assert_eq!(read.fact("objects_read"), json!("malformed"), "{name}");
        assert_eq!(read.fact("counts.users"), json!("malformed"), "{name}");
        assert!(read.objects.is_empty(), "{name}");
        read.assert_remedies(name);
    }
}

/// Announced, and not too long: it could come yet.
#[tokio::test]
async fn message_that_does_not_end_is_waited_for_as_long_as_for_any() {
    let begun: Bytes = |id| {
        let whole = user(id);
        whole[..whole.len() - 1].to_vec()
    };
    let began = std::time::Instant::now();
    let read = serve(objects(2), &[Trouble::Bytes(begun)]).await;
    assert_eq!(read.fact("objects_read"), json!("timed-out"));
    assert!(began.elapsed() >= PATIENCE);
    assert!(read.objects.is_empty());
}

#[tokio::test]
async fn answers_that_nobody_asked_for_are_passed_over() {
    let strays: Bytes = |id| {
        let intermediate = message(id, &element(0x79, b""));
        let parts = [
            user(id + 1),
            done(id + 1),
            intermediate,
            user(id),
            done(id + 7),
            done(id),
        ];
        parts.concat()
    };
    let read = serve(objects(2), &[Trouble::Bytes(strays)]).await;
    assert_eq!(read.fact("objects_read"), json!(1));
    assert_eq!(read.objects[0].dn, "CN=a,DC=corp,DC=test");
}

#[tokio::test]
async fn page_that_brings_the_same_without_end_brings_it_once() {
    let many: Bytes = |id| [user(id).repeat(30_000), done(id)].concat();
    let read = serve(objects(2), &[Trouble::Bytes(many)]).await;
    assert_eq!(read.fact("objects_read"), json!(1));
    assert_eq!(read.objects.len(), 1);
}

/// A part of each is missing, so that none can be handed over before the page ends.
#[tokio::test]
async fn page_of_unfinished_objects_without_end_is_left() {
    let many: Bytes = |id| {
        let unfinished = |number: u32| {
            let guid = [&[0; 12][..], &number.to_be_bytes()].concat();
            let parts = [
                attribute("objectClass", b"group"),
                attribute("objectGUID", &guid),
                attribute("member;range=0-0", b"CN=b"),
            ];
            entry(id, &element(0x30, &parts.concat()))
        };
        (0..25_000).flat_map(unfinished).collect()
    };
    let read = serve(objects(2), &[Trouble::Bytes(many)]).await;
    assert_eq!(read.fact("objects_read"), json!("malformed"));
    assert!(read.objects.is_empty());
}
