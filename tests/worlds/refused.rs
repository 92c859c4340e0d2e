//! Descriptions that cannot be used: each is refused with its place, before anything is served.

use super::{file, waterline};

/// What the program says of a world with this text.
fn told(text: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.yaml");
    fs_err::write(&path, text).unwrap();
    let output = waterline(&["assess", "--world", path.to_str().unwrap()]);
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), messages)
}

#[test]
fn a_slip_is_shown_with_line_column_and_the_line_itself() {
    let machine = "about: x\nmachine: {family: linux, name: a}\n";
    for (text, place, words) in [
        ("resolver: []\n", ":3:1: ", "resolver: []"),
        (
            "endpoints:\n  - {hosts: [login.microsoft.test], fault: slow}\n",
            ":4:14: ",
            "the catalogue has no host `login.microsoft.test`",
        ),
        (
            "endpoints:\n  - {hosts: [graph.microsoft.com], fault: lazy}\n",
            ":4:",
            "lazy",
        ),
    ] {
        let (code, messages) = told(&format!("{machine}{text}"));
        assert_eq!(code, Some(2), "{messages}");
        assert!(messages.contains("--world: "), "{messages}");
        assert!(
            messages.contains(&format!("world.yaml{place}")),
            "{messages}"
        );
        assert!(messages.contains(words), "{messages}");
    }
}

#[test]
fn a_world_suffers_no_other_resolver_beside_it() {
    let world = file("small-firm.yaml").display().to_string();
    let output = waterline(&["assess", "--world", &world, "--resolver", "127.0.0.1"]);
    assert_eq!(output.status.code(), Some(2));
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(messages.contains("cannot be used with"), "{messages}");
}
