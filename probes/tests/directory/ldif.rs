//! Exports: the same facts as from a server, and what each fault or gap leaves unknown.

use std::path::PathBuf;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use waterline_probes::directory::{DirectorySettings, Source};

use crate::{FOREST, Read, wire::forest_facts};

async fn read(texts: &[&[u8]]) -> Read {
    read_with(texts, DirectorySettings::default()).await
}

async fn read_with(texts: &[&[u8]], settings: DirectorySettings) -> Read {
    let folder = tempfile::tempdir().unwrap();
    let file = |(number, text): (usize, &&[u8])| -> PathBuf {
        let path = folder.path().join(format!("{number}.ldif"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let files = texts.iter().enumerate().map(file).collect();
    crate::read(DirectorySettings {
        source: Source::Ldif(files),
        ..settings
    })
    .await
}

/// The records of the forest whose name ends so.
fn records(end: &str, but: &str) -> String {
    let name = |record: &str| {
        let record = record.lines().find(|line| !line.starts_with('#'))?;
        let name = record.strip_prefix("dn:")?;
        Some(match name.strip_prefix(": ") {
            Some(encoded) => String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(),
            None => name.to_owned(),
        })
    };
    let chosen = FOREST.split("\n\n").filter(|record| {
        name(record)
            .is_some_and(|name| name.ends_with(end) && (but.is_empty() || !name.contains(but)))
    });
    chosen.map(|record| format!("{record}\n\n")).collect()
}

fn without(attribute: &str, text: &str) -> String {
    let unfolded = text.replace("\n ", "");
    let kept = unfolded
        .lines()
        .filter(|line| !line.starts_with(&format!("{attribute}:")));
    kept.map(|line| format!("{line}\n")).collect()
}

#[tokio::test]
async fn whole_export_gives_the_facts_of_a_server() {
    let wide: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(FOREST.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let dos = FOREST.replace('\n', "\r\n");
    for (name, text) in [
        ("UTF-8", FOREST.as_bytes()),
        ("CRLF", dos.as_bytes()),
        ("UTF-16", &wide),
    ] {
        let read = read(&[text]).await;
        assert_eq!((&read.ended, &read.notes), (&None, &vec![]), "{name}");
        read.assert_facts(name, &forest_facts());
        assert_eq!(read.objects.len(), 8, "{name}");
        read.assert_remedies(name);
    }
}

#[tokio::test]
async fn parts_of_an_export_may_come_in_several_files() {
    let domain = records("DC=corp,DC=test", "CN=Configuration");
    let configuration = records("CN=Configuration,DC=corp,DC=test", "");
    let read = read(&[domain.as_bytes(), configuration.as_bytes()]).await;
    read.assert_facts("two files", &forest_facts());
}

/// Cut anywhere but behind a record, an export is not taken for the whole.
#[tokio::test]
async fn truncated_export_has_no_counts() {
    let start = FOREST.find("dn: CN=PC1").unwrap();
    for cut in [start + 4, start + 40, start + 200, FOREST.len() - 3] {
        let read = read(&[&FOREST.as_bytes()[..cut]]).await;
        for path in [
            "objects_read",
            "counts.users",
            "counts.computers",
            "computers",
        ] {
            assert_eq!(read.fact(path), json!("malformed"), "cut at {cut}: {path}");
        }
        assert!(read.notes[0].contains("line "), "{:?}", read.notes);
        read.assert_remedies("truncated");
    }
}

#[tokio::test]
async fn broken_export_has_no_counts_and_names_the_line() {
    let broken = |from: &str, to: &str| FOREST.replacen(from, to, 1);
    let cases = [
        ("base64", broken("dn:: Q049", "dn:: ***"), "base64"),
        (
            "no colon",
            broken("sAMAccountName: bob", "sAMAccountName bob"),
            "no colon",
        ),
        (
            "limit",
            format!("{FOREST}search: 2\nresult: 4 Size limit exceeded\n"),
            "did not come to its end",
        ),
        (
            "no result",
            format!("# extended LDIF\n#\n{FOREST}"),
            "no result",
        ),
    ];
    for (name, text, complaint) in cases {
        let read = read(&[text.as_bytes()]).await;
        assert_eq!(read.fact("counts.users"), json!("malformed"), "{name}");
        assert!(read.detail("counts/users").contains("line "), "{name}");
        assert!(
            read.notes[0].contains(complaint),
            "{name}: {:?}",
            read.notes
        );
        assert_eq!(read.fact("forest.schema.directory"), json!(88), "{name}");
        read.assert_remedies(name);
    }
}

#[tokio::test]
async fn file_that_is_no_export_is_refused() {
    let junk: Vec<u8> = (0..4000_u32).map(|n| (n * 7919 % 251) as u8).collect();
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty", b"", "0.ldif cannot be read: it is empty"),
        ("junk", &junk, ""),
        (
            "changes",
            b"dn: CN=a,DC=corp,DC=test\nchangetype: delete\n",
            "changetype",
        ),
        (
            "elsewhere",
            b"dn: CN=a,DC=corp,DC=test\ncn:< file:///etc/passwd\n",
            "not fetched",
        ),
        ("text", b"Dear Sir or Madam\n", "holds no entry"),
    ];
    for (name, text, detail) in cases {
        let read = read(&[text]).await;
        let ended = read.ended.clone().unwrap();
        assert!(ended.contains(detail), "{name}: {ended}");
        assert!(read.objects.is_empty(), "{name}");
        read.assert_remedies(name);
    }
    let missing = crate::read(DirectorySettings {
        source: Source::Ldif(vec!["/nowhere/at-all.ldif".into()]),
        ..DirectorySettings::default()
    });
    assert!(
        missing
            .await
            .ended
            .unwrap()
            .contains("/nowhere/at-all.ldif")
    );
}

/// An export that failed leaves an empty file behind, beside good ones too.
#[tokio::test]
async fn empty_file_among_others_is_told() {
    let read = read(&[FOREST.as_bytes(), b""]).await;
    let ended = read.ended.unwrap();
    assert!(
        ended.contains("1.ldif cannot be read: it is empty"),
        "{ended}"
    );
}

/// Lines are counted across blocks, for each file anew.
#[tokio::test]
async fn fault_far_within_a_file_is_told_by_its_line() {
    let user = |n: u32| {
        format!(
            "dn: CN=u{n},OU=People,DC=corp,DC=test\nobjectClass: user\nobjectCategory: \
             CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=test\ninstanceType: 4\n\
             userAccountControl: 512\n\n"
        )
    };
    let many: String = (0..30_000).map(user).collect();
    let lines = many.lines().count() + 2;
    let text = format!(
        "{many}dn: CN=x,DC=corp,DC=test\ncn:: ***\n\n{}",
        user(30_000)
    );
    assert!(text.len() > 3 << 20);
    let read = read(&[FOREST.as_bytes(), text.as_bytes()]).await;
    let expected = format!("1.ldif, line {lines}: its base64");
    assert!(read.notes[0].contains(&expected), "{:?}", read.notes);
    assert_eq!(read.fact("objects_read"), json!("malformed"));
    assert_eq!(read.objects.len(), 30_001 + 8);
    let numbers = read.objects[8..].iter().map(|object| object.dn.clone());
    let expected = (0..=30_000).map(|n| format!("CN=u{n},OU=People,DC=corp,DC=test"));
    assert!(
        numbers.eq(expected),
        "objects come in the order of the file"
    );
}

/// A simple tool fetches only the first values of a large group from a domain controller.
#[tokio::test]
async fn group_whose_members_came_in_part_is_not_taken_for_whole() {
    let part = FOREST.replacen("sAMAccountName: bob", "member;range=0-1499: CN=x", 1);
    let read = read(&[part.as_bytes()]).await;
    assert_eq!(read.fact("objects_read"), json!("malformed"));
    assert!(read.detail("objects_read").contains("came in part (range)"));
}

/// Chosen attributes are enough if they are all that is asked for.
#[tokio::test]
async fn export_of_chosen_attributes_is_read_if_it_has_all_of_them() {
    let (_, names) = waterline_probes::directory::object_search();
    let value = |name: &&str| match *name {
        "objectClass" => "objectClass: user\n".to_owned(),
        name => format!("{name}: 1\n"),
    };
    let values: String = names.iter().map(value).collect();
    let text = format!(
        "dn: CN=a,DC=corp,DC=test\n{values}\ndn: CN=b,DC=corp,DC=test\nobjectClass: user\n\n"
    );
    let all = read(&[text.as_bytes()]).await;
    assert_eq!(all.fact("objects_read"), json!(2));
    assert_eq!(all.objects.len(), 2);
    // An object must not be judged by what was not exported.
    let without = without("mailNickname", &text);
    let lacking = read(&[without.as_bytes()]).await;
    assert_eq!(lacking.fact("objects_read"), json!(LEFT_OUT));
    assert!(lacking.objects.is_empty());
    assert!(lacking.detail("objects_read").contains("mailNickname"));
}

/// The reason of what may have been left out.
const LEFT_OUT: &str = "not-configured";

/// What an export is, its text, and what is known of it.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, Value)]);

/// What an export does not hold is unknown: it may have been left out.
#[tokio::test]
async fn what_was_not_exported_is_unknown_not_absent() {
    let domain = records("DC=corp,DC=test", "CN=Configuration");
    let people = records("OU=People,DC=corp,DC=test", "");
    let users: String = people.split_inclusive("\n\n").take(5).collect();
    let classless = without("objectClass", &without("objectCategory", FOREST));
    let cases: [Case; 3] = [
        (
            "the domain alone",
            &domain,
            &[
                ("counts.users", json!(4)),
                ("domains", json!(LEFT_OUT)),
                ("forest.level", json!(LEFT_OUT)),
                ("forest.root_domain", json!(LEFT_OUT)),
                ("forest.sites", json!(LEFT_OUT)),
                ("forest.hybrid_join_scp", json!(LEFT_OUT)),
                ("forest.schema.exchange", json!(LEFT_OUT)),
            ],
        ),
        (
            "some users alone",
            &users,
            &[
                ("counts.users", json!(4)),
                ("counts.contacts", json!(LEFT_OUT)),
                ("counts.computers", json!(LEFT_OUT)),
                ("computers", json!(LEFT_OUT)),
            ],
        ),
        (
            "no classes",
            &classless,
            &[
                ("objects_read", json!(LEFT_OUT)),
                ("counts.users", json!(LEFT_OUT)),
            ],
        ),
    ];
    for (name, text, expected) in cases {
        let read = read(&[text.as_bytes()]).await;
        read.assert_facts(name, expected);
        read.assert_remedies(name);
    }
}

#[tokio::test]
async fn attribute_that_no_entry_has_is_unknown_if_attributes_were_chosen() {
    let chosen = without("instanceType", FOREST);
    let nameless = without("sAMAccountName", &chosen);
    let cases: [Case; 2] = [
        (
            "chosen attributes",
            &chosen,
            &[
                ("forest.upn_suffixes", json!(["contoso.com"])),
                ("objects_read", json!(LEFT_OUT)),
                ("domains.1.seamless_sso_key_changed", json!("absent")),
            ],
        ),
        (
            "no account names",
            &nameless,
            &[
                ("domains.1.seamless_sso_key_changed", json!(LEFT_OUT)),
                ("domains.1.sync_accounts", json!(LEFT_OUT)),
            ],
        ),
    ];
    for (name, text, expected) in cases {
        let read = read(&[text.as_bytes()]).await;
        read.assert_facts(name, expected);
        read.assert_remedies(name);
    }
}

#[tokio::test]
async fn of_two_domains_the_chosen_one_is_read_and_the_other_noted() {
    let child = FOREST.replace("DC=corp,DC=test", "DC=child,DC=corp,DC=test");
    let child: String = child
        .split_inclusive("\n\n")
        .filter(|record| record.contains("dn: CN=Ann") || record.contains("dn: DC=child"))
        .collect();
    let both = format!("{FOREST}{child}");
    let parent = read(&[both.as_bytes()]).await;
    parent.assert_facts("parent", &forest_facts());
    assert!(
        parent.notes[0].contains("child.corp.test"),
        "{:?}",
        parent.notes
    );

    let settings = |domain: &str| DirectorySettings {
        domain: Some(domain.to_owned()),
        ..DirectorySettings::default()
    };
    let chosen = read_with(&[both.as_bytes()], settings("child.corp.test")).await;
    let expected = [
        ("domain", json!("child.corp.test")),
        ("forest.root_domain", json!("corp.test")),
        ("counts.users", json!(1)),
        ("domains.0.read", json!(true)),
        ("domains.1.read", json!("not-run")),
    ];
    chosen.assert_facts("child", &expected);

    let other = read_with(&[both.as_bytes()], settings("other.test")).await;
    assert!(
        other
            .ended
            .unwrap()
            .contains("holds no entry of other.test")
    );
}
