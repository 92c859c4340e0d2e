//! Hostile values cannot break out of any fix file.

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use waterline_facts::objects::{Violation, ViolationKind};

use super::*;

const HOSTILE: &[&str] = &[
    "a'b",
    "a\"b",
    "x\n'@\nRemove-Item C:\\ -Recurse",
    "x\r\n-\r\nadd: member\r\nmember: CN=evil",
    "$(Remove-Item C:\\)",
    "`n`$(1)",
    "=cmd|' /C calc'!A0",
    "-1+1",
    "- ",
    "\u{0}nul",
    "Jörg 漢字 \u{202e}",
    " leading and trailing ",
    "\u{2018}smart\u{2019} @HEAD@ @CHANGES@ @NAME@",
];

fn change(dn: &str, old: Option<&str>, new: Option<&str>) -> Change {
    Change {
        dn: dn.to_owned(),
        attribute: "displayName".to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    }
}

fn script(changes: &[Change]) -> String {
    let mut out = Vec::new();
    powershell::write(
        &["What it is for.".to_owned()],
        "display-name",
        changes,
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

fn ldif(changes: &[Change]) -> String {
    let mut out = Vec::new();
    ldif::write(&["What it is for.".to_owned()], changes, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What stands in the here-string, and the script without it.
fn parts(script: &str) -> (Vec<&str>, String) {
    let (before, rest) = script.split_once("@'\n").unwrap();
    let (inside, after) = rest.split_once("\n'@\n").unwrap();
    (inside.lines().collect(), format!("{before}{after}"))
}

fn unpacked(word: &str) -> Option<String> {
    let bytes = (word != "-").then(|| STANDARD.decode(word).unwrap())?;
    Some(String::from_utf8(bytes).unwrap())
}

/// Reads a script's changes as the script itself does.
fn read_script(script: &str) -> Vec<Change> {
    let (lines, _) = parts(script);
    let words = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let changes = lines.iter().map(|line| {
        let [attribute, dn, old, new] = &words(line)[..] else {
            panic!("{line}")
        };
        Change {
            dn: unpacked(dn).unwrap(),
            attribute: attribute.clone(),
            old: unpacked(old),
            new: unpacked(new),
        }
    });
    changes.collect()
}

/// Reads an LDIF as RFC 2849 says: unfolded, records between empty lines.
fn read_ldif(text: &str) -> Vec<Change> {
    let text = text.replace("\n ", "");
    let records = text.split("\n\n").skip(1);
    let changes = records.map(|record| {
        let mut change = change("", None, None);
        let mut operation = "";
        for line in record.lines() {
            match line.split_once(": ") {
                Some(("dn:", packed)) => change.dn = unpacked(packed).unwrap(),
                Some(("changetype", kind)) => assert_eq!(kind, "modify"),
                Some((named @ ("delete" | "add"), attribute)) => {
                    operation = named;
                    assert_eq!(attribute, change.attribute);
                }
                Some(("displayName:", packed)) if operation == "delete" => {
                    change.old = unpacked(packed);
                }
                Some(("displayName:", packed)) => change.new = unpacked(packed),
                _ => assert_eq!(line, "-"),
            }
        }
        change
    });
    changes.collect()
}

/// How PowerShell's grammar reads a script: its tree without the texts in it.
fn syntax(script: &str) -> String {
    let mut parser = tree_sitter::Parser::new();
    let grammar = tree_sitter_powershell::LANGUAGE.into();
    parser.set_language(&grammar).unwrap();
    let tree = parser.parse(script, None).unwrap();
    assert!(!tree.root_node().has_error(), "{script}");
    tree.root_node().to_sexp()
}

#[test]
fn the_script_expands_no_strings_and_writes_only_when_told() {
    let script = script(&[change("CN=a", Some("b"), Some("c"))]);
    assert!(!syntax(&script).contains("expandable"));
    let (_, around) = parts(&script);
    assert!(around.contains("if (-not $Apply) { $WhatIfPreference = $true }"));
    // Not even with -WhatIf:$false does it write unless told.
    assert!(around.contains("$action) -and $Apply) {"));
    for banned in ["Invoke-Expression", "iex ", "ScriptBlock", "& $", ". $"] {
        assert!(!around.contains(banned), "{banned}");
    }
    let place = |text: &str| around.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("-cnotcontains $old") < place("ShouldProcess("));
    assert!(place("ShouldProcess(") < place("Set-ADObject"));
    assert!(place("Set-ADObject") < place("Write-Outcome 'written'"));
}

#[test]
fn hostile_values_are_read_back_as_they_are_from_script_and_ldif() {
    let changes: Vec<Change> = HOSTILE
        .iter()
        .flat_map(|text| {
            [
                change(text, Some(text), Some("sound")),
                change("CN=a", None, Some(text)),
                change("CN=a", Some(text), None),
            ]
        })
        .collect();
    assert_eq!(read_script(&script(&changes)), changes);
    let harmless = [change("CN=a", Some("b"), Some("c"))];
    assert_eq!(syntax(&script(&changes)), syntax(&script(&harmless)));
    assert_eq!(read_ldif(&ldif(&changes)), changes);
}

#[test]
fn the_undo_is_the_change_the_other_way_round() {
    let change = change("CN=a", None, Some("new"));
    let undo = change.reversed();
    assert_eq!(
        (undo.old.as_deref(), undo.new.as_deref()),
        (Some("new"), None)
    );
    assert_eq!(undo.reversed(), change);
}

#[test]
fn an_ldif_deletes_the_old_value_by_its_content_in_the_same_record() {
    let text = ldif(&[change("CN=Ann,DC=contoso", Some("Ann "), Some("Ann"))]);
    insta::assert_snapshot!(text, @r"
    # What it is for.
    version: 1

    dn:: Q049QW5uLERDPWNvbnRvc28=
    changetype: modify
    delete: displayName
    displayName:: QW5uIA==
    -
    add: displayName
    displayName:: QW5u
    -
    ");
}

#[test]
fn only_whole_values_with_a_proposal_are_scripted() {
    let violation = |value: &str, attribute: &str, proposal| Violation {
        dn: "CN=a".to_owned(),
        attribute: attribute.to_owned(),
        value: value.to_owned(),
        kind: ViolationKind::Character,
        fault: String::new(),
        proposal,
        others: Vec::new(),
    };
    let proposed = || Proposal::Proposed("b".to_owned());
    let is_scripted =
        |violation: &Violation| matches!(Decision::of(violation), Decision::Scripted(_));
    assert!(is_scripted(&violation(
        &"x".repeat(300),
        "mail",
        proposed()
    )));
    assert!(!is_scripted(&violation(
        &format!("{}…", "x".repeat(300)),
        "mail",
        proposed()
    )));
    assert!(!is_scripted(&violation("x", "mail", Proposal::Decide)));
    assert!(!is_scripted(&violation("x", "mail\ndn: y", proposed())));
}

proptest! {
    #[test]
    fn no_value_changes_the_script_around_it(
        dn in any::<String>(),
        old in prop::option::of(any::<String>()),
        new in prop::option::of(any::<String>()),
    ) {
        let changes = [change(&dn, old.as_deref(), new.as_deref())];
        let text = script(&changes);
        prop_assert!(text.is_ascii());
        let (lines, around) = parts(&text);
        prop_assert_eq!(lines.len(), 1);
        let is_packed = |char: char| char.is_ascii_alphanumeric() || "+/=- ".contains(char);
        prop_assert!(lines[0].chars().all(is_packed));
        prop_assert_eq!(around, parts(&script(&[change("CN=a", None, None)])).1);
        let text = ldif(&changes);
        prop_assert!(text.is_ascii());
        prop_assert!(text.lines().all(|line| line.len() <= 76));
    }
}
