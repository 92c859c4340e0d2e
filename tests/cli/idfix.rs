//! `--as idfix`: the table of the withdrawn tool, of an export and of a recording of it.

use crate::support::{Ended, LOCAL, Sandbox};

const HEADER: &str = "DISTINGUISHEDNAME,COMMONNAME,OBJECTCLASS,ATTRIBUTE,ERROR,VALUE,UPDATE,\
                      PROPOSEDACTION,ACTION\r\n";

/// The record of the domain, with which an export begins.
const DOMAIN: &str = "dn: DC=contoso,DC=com
objectClass: top
objectClass: domain
objectClass: domainDNS
instanceType: 5

";

/// A record of this class, with these attributes.
fn record(class: &str, name: &str, attributes: &str) -> String {
    format!(
        "dn: CN={name},DC=contoso,DC=com\nobjectClass: top\nobjectClass: {class}\n\
         instanceType: 4\ncn: {name}\ndisplayName: {name}\n{attributes}\n"
    )
}

/// An export with a sound user, the same mail twice, a skipped guest, a contact without display
/// name, and values that mean harm.
fn export() -> String {
    let records = [
        record(
            "user",
            "Ann",
            "mail: ann@contoso.com\nsAMAccountName: ann\n",
        ),
        record(
            "user",
            "Bob",
            "mail: ANN@contoso.com\nuserPrincipalName: o'neil b@contoso.local\n",
        ),
        record("user", "Guest Relations", "mail: ann@contoso.com\n"),
        record(
            "user",
            "Eve",
            "proxyAddresses: =HYPERLINK(\"a\",b)\nproxyAddresses: smtp:e@contoso.com\n",
        ),
        record("contact", "carl", "targetAddress: SMTP:c:d@contoso.com\n")
            .replace("displayName: carl\n", ""),
        record(
            "group",
            "Staff",
            "groupType: -2147483646\nmailNickname: .staff\n",
        ),
    ];
    format!("{DOMAIN}{}", records.concat())
}

fn assess(sandbox: &Sandbox, further: &[&str]) -> Ended {
    sandbox.run(
        &[
            &["assess", "--ldif", "export.ldif", "--as", "idfix"],
            further,
        ]
        .concat(),
    )
}

fn exported() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("export.ldif", export());
    sandbox
}

fn table() -> String {
    let lines = [
        r#""CN=Ann,DC=contoso,DC=com",Ann,user,mail,Duplicate,ANN@contoso.com,ANN@contoso.com,Edit,"#,
        r#""CN=Bob,DC=contoso,DC=com",Bob,user,mail,Duplicate,ANN@contoso.com,ANN@contoso.com,Edit,"#,
        r#""CN=Bob,DC=contoso,DC=com",Bob,user,userPrincipalName,"Character, TopLevelDomain",o'neil b@contoso.local,oneilb@contoso.local,Edit,"#,
        r#""CN=carl,DC=contoso,DC=com",carl,contact,displayName,Blank,,carl,Edit,"#,
        r#""CN=carl,DC=contoso,DC=com",carl,contact,targetAddress,Character,SMTP:c:d@contoso.com,SMTP:cd@contoso.com,Edit,"#,
        r#""CN=Eve,DC=contoso,DC=com",Eve,user,proxyAddresses,Character,"'=HYPERLINK(""a"",b)",'=HYPERLINKab,Edit,"#,
    ];
    format!("{HEADER}{}\r\n", lines.join("\r\n"))
}

#[test]
fn an_export_gives_the_table_that_the_tool_would_show() {
    let ended = assess(&exported(), &[]);
    assert_eq!(ended.stdout, table(), "{}", ended.stderr);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let figures = "6 objects found, 2 skipped; 5 values with errors, 1 of them duplicates";
    for told in [figures, "public suffix list", "--idfix-domains"] {
        assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
    }
}

#[test]
fn the_dedicated_rules_give_a_table_of_their_own() {
    let sandbox = exported();
    let ended = sandbox.run(&["assess", "--ldif", "export.ldif", "--as", "idfix-dedicated"]);
    // The line of the first holder came after Ann's own, and lines of one object keep their order.
    let lines = [
        r#""CN=Ann,DC=contoso,DC=com",Ann,user,targetAddress,Blank,,,Edit,"#,
        r#""CN=Ann,DC=contoso,DC=com",Ann,user,mail,Duplicate,ANN@contoso.com,ANN@contoso.com,Edit,"#,
        r#""CN=Bob,DC=contoso,DC=com",Bob,user,mail,Duplicate,ANN@contoso.com,ANN@contoso.com,Edit,"#,
        r#""CN=Bob,DC=contoso,DC=com",Bob,user,targetAddress,Blank,,,Edit,"#,
    ];
    let expected = format!("{HEADER}{}\r\n", lines.join("\r\n"));
    assert_eq!(ended.stdout, expected, "{}", ended.stderr);
    assert_eq!(ended.code, 3);
}

#[test]
fn a_recording_gives_the_same_bytes() {
    let sandbox = exported();
    let live = assess(&sandbox, &["--record", "recording.waterline"]);
    let replayed = sandbox.run(&["replay", "recording.waterline", "--as", "idfix"]);
    assert_eq!(replayed.stdout, table(), "{}", replayed.stderr);
    assert_eq!((live.stdout, live.code), (replayed.stdout, replayed.code));
}

#[test]
fn a_sound_directory_gives_the_names_of_the_columns_alone() {
    let sandbox = Sandbox::new();
    let sound = record("user", "Ann", "userPrincipalName: ann@contoso.com\n");
    sandbox.file("export.ldif", format!("{DOMAIN}{sound}"));
    let ended = assess(&sandbox, &[]);
    assert_eq!(
        (ended.stdout.as_str(), ended.code),
        (HEADER, 0),
        "{}",
        ended.stderr
    );
}

#[test]
fn out_writes_the_table_and_nothing_else() {
    let sandbox = exported();
    let ended = assess(&sandbox, &["--out", "results"]);
    assert_eq!(
        (ended.stdout.as_str(), ended.code),
        ("", 3),
        "{}",
        ended.stderr
    );
    let folder = fs_err::read_dir(sandbox.path("results")).unwrap();
    let names: Vec<_> = folder.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["idfix.csv"]);
    let written = fs_err::read_to_string(sandbox.path("results/idfix.csv")).unwrap();
    assert_eq!(written, table());
}

#[test]
fn a_table_of_a_part_says_so_in_every_way() {
    let sandbox = Sandbox::new();
    let text = export();
    // Cut in the midst of the last record.
    sandbox.file("export.ldif", &text[..text.len() - 30]);
    let ended = assess(&sandbox, &["--quiet"]);
    ended.refused(4, &["warning: ", "not read to their end"]);
    let last = ended.stdout.lines().last().unwrap();
    assert!(last.starts_with(",,,,NotAssessed,"), "{}", ended.stdout);
}

#[test]
fn without_objects_there_is_no_clean_table() {
    let sandbox = Sandbox::new();
    let recording = sandbox.recording("recording");
    sandbox.file("empty.ldif", "");
    let cases: [&[&str]; 3] = [
        &["replay", &recording, "--as", "idfix"],
        &["assess", "--only", LOCAL, "--as", "idfix"],
        &["assess", "--ldif", "empty.ldif", "--as", "idfix"],
    ];
    for arguments in cases {
        let ended = sandbox.run(arguments);
        ended.refused(4, &["not read to their end"]);
        assert!(ended.stdout.contains("NotAssessed"), "{}", ended.stdout);
    }
}

#[test]
fn the_line_of_failing_moves_for_tables_too() {
    let sandbox = exported();
    assert_eq!(assess(&sandbox, &["--fail-on", "never"]).code, 0);
    assert_eq!(assess(&sandbox, &["--fail-on", "not-ready"]).code, 3);
}

#[test]
fn the_tools_own_list_of_domains_decides_where_it_is_named() {
    let sandbox = exported();
    let wide: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(".com\r\n.local\r\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox.file("domains.txt", wide);
    let ended = assess(&sandbox, &["--idfix-domains", "domains.txt"]);
    assert!(!ended.stdout.contains("TopLevelDomain"), "{}", ended.stdout);
    assert!(!ended.stderr.contains("public suffix"), "{}", ended.stderr);
}

#[test]
fn wrong_use_is_refused_before_anything_is_probed() {
    let sandbox = exported();
    sandbox.file("empty.txt", "\n");
    sandbox.file("binary.txt", [0xff, 0xfe, 0x00, 0xd8]);
    let domains = |file| vec!["--as", "idfix", "--idfix-domains", file];
    let cases: [(Vec<&str>, &[&str]); 6] = [
        (vec!["--as", "idfx"], &["idfx", "idfix-dedicated"]),
        (
            vec!["--as", "idfix", "--report", "json"],
            &["--as", "--report"],
        ),
        (vec!["--idfix-domains", "empty.txt"], &["--as"]),
        (domains("nowhere.txt"), &["nowhere.txt"]),
        (domains("binary.txt"), &["binary.txt", "UTF-16"]),
        (domains("empty.txt"), &["empty.txt", "no entries"]),
    ];
    for (arguments, told) in cases {
        let arguments = [&["assess", "--ldif", "export.ldif"], &arguments[..]].concat();
        sandbox.run(&arguments).refused(2, told);
    }
}
