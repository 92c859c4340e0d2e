//! `object-findings.csv`: every fault of a directory object, in the folder of `--out`.

use crate::support::Sandbox;

/// A record of the domain's head or of a user below it.
fn record(name: &str, attributes: &[&str]) -> String {
    let lines = attributes.iter().map(|line| format!("{line}\n"));
    format!("dn: {name}\n{}\n", lines.collect::<String>())
}

fn user(name: &str, upn: &str, further: &str) -> String {
    let account = name.split(['\\', ' ']).next().unwrap();
    let lines = [
        "objectClass: top".to_owned(),
        "objectClass: user".to_owned(),
        "instanceType: 4".to_owned(),
        format!("displayName: {account}"),
        format!("sAMAccountName: {account}"),
        "userAccountControl: 512".to_owned(),
        format!("userPrincipalName: {upn}"),
        format!("mail: {further}"),
        format!("proxyAddresses: SMTP:{further}"),
        format!("mailNickname: {account}"),
    ];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    record(&format!("CN={name},DC=contoso,DC=com"), &lines)
}

/// A name that can be mended, one whose mended form is another's, a name that two hold, and a value
/// that a spreadsheet would run.
fn export() -> String {
    let head = [
        "objectClass: top",
        "objectClass: domain",
        "objectClass: domainDNS",
        "instanceType: 5",
    ];
    let eve = user("eve", "eve@contoso.com", "eve@contoso.com");
    [
        record("DC=contoso,DC=com", &head),
        user("ann", "an n@contoso.com", "ann@contoso.com"),
        user("bob", "b ob@contoso.com", "bob@contoso.com"),
        user("carl\\, c", "bob@contoso.com", "carl@contoso.com"),
        user("dan", "dup@contoso.com", "dan@contoso.com"),
        user("dora", "DUP@contoso.com", "dora@contoso.com"),
        eve.replace(
            "mailNickname",
            "proxyAddresses: =HYPERLINK(\"a\",b)\nmailNickname",
        ),
    ]
    .concat()
}

fn table(text: &str) -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    sandbox.file("export.ldif", text);
    let options = ["--only", "directory", "--out", "results"];
    let ended = sandbox.run(&[&["assess", "--ldif", "export.ldif"], &options[..]].concat());
    assert!(
        ended.stderr.contains("object-findings.csv"),
        "{}",
        ended.stderr
    );
    let path = sandbox.path("results").join("object-findings.csv");
    (sandbox, fs_err::read_to_string(path).unwrap())
}

fn of_check<'t>(table: &'t str, check: &str) -> Vec<&'t str> {
    let lines = table.lines();
    lines
        .filter_map(|line| line.strip_prefix(check)?.strip_prefix(','))
        .collect()
}

#[test]
fn every_fault_has_a_line_with_its_object_and_what_to_put_there() {
    let (_sandbox, table) = table(&export());
    let columns = "check,kind,dn,attribute,value,fault,proposal,decision,others";
    assert_eq!(table.lines().next(), Some(columns));
    assert_eq!(
        of_check(&table, "upn_malformed"),
        [
            "character,\"CN=ann,DC=contoso,DC=com\",userPrincipalName,an n@contoso.com,holds white \
             space or an invisible character (U+0020),ann@contoso.com,proposed,",
            // Carl has that name already.
            "character,\"CN=bob,DC=contoso,DC=com\",userPrincipalName,b ob@contoso.com,holds white \
             space or an invisible character (U+0020),,a person must decide,",
        ]
    );
    let holders = of_check(&table, "upn_duplicate");
    assert_eq!(holders.len(), 2);
    assert!(holders[0].starts_with("duplicate,\"CN=dan,") && holders[0].contains("CN=dora,"));
    assert!(holders[1].starts_with("duplicate,\"CN=dora,") && holders[1].contains("CN=dan,"));
}

#[test]
fn value_that_a_spreadsheet_would_run_is_made_harmless() {
    let (_sandbox, table) = table(&export());
    let malformed = of_check(&table, "address_malformed");
    assert_eq!(malformed.len(), 1);
    assert!(
        malformed[0].contains(r#",proxyAddresses,"'=HYPERLINK(""a"",b)","#),
        "{table}"
    );
}

#[test]
fn sound_directory_gives_the_names_of_the_columns_alone() {
    let sound = user("ann", "ann@contoso.com", "ann@contoso.com");
    let head = export();
    let (head, _) = head.split_at(head.find("dn: CN=").unwrap());
    let (_sandbox, table) = table(&format!("{head}{sound}"));
    assert_eq!(table.lines().count(), 1, "{table}");
}

#[test]
fn replay_of_the_run_gives_the_same_table() {
    let (sandbox, table) = table(&export());
    let recording = "results/recording.waterline";
    let ended = sandbox.run(&["replay", recording, "--out", "again"]);
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    let path = sandbox.path("again").join("object-findings.csv");
    assert_eq!(fs_err::read_to_string(path).unwrap(), table);
}

#[test]
fn without_a_folder_there_is_no_table() {
    let sandbox = Sandbox::new();
    sandbox.file("export.ldif", export());
    sandbox.run(&["assess", "--ldif", "export.ldif", "--only", "directory"]);
    assert!(!sandbox.path("object-findings.csv").exists());
}
