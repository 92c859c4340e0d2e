//! Progress in a terminal: one line for each probe, never wider than the terminal.
//!
//! `script` gives the program a terminal; it comes with Linux's base system.

use std::process::{Command, Stdio};

use crate::support::Sandbox;

const COLUMNS: usize = 80;
const PROBES: [&str; 3] = ["host", "browsers", "directory"];

#[test]
fn each_probe_has_one_line_and_none_is_wider_than_the_terminal() {
    let drawn = draw();
    let mut complete = 0;
    for frame in frames(&drawn) {
        let lines = PROBES.map(|probe| frame.matches(&format!(" {probe} ")).count());
        assert!(lines.iter().all(|count| *count <= 1), "{frame}");
        let room = COLUMNS * lines.iter().sum::<usize>();
        assert!(
            frame.chars().count() <= room,
            "wider than it may be: {frame}"
        );
        complete += usize::from(lines == [1; 3]);
    }
    assert!(complete > 0, "all probes at once are never shown: {drawn}");
    assert!(drawn.contains("ended early"), "{drawn}");
}

/// What the program draws while it runs; the last probe ends with a reason longer than a line.
fn draw() -> String {
    let sandbox = Sandbox::new();
    let program = env!("CARGO_BIN_EXE_waterline");
    let command = format!(
        "stty cols {COLUMNS} rows 24 && '{program}' assess --report json=report.json \
         --only {} --domain example.test --server ldap://127.0.0.1:1 --auth anonymous",
        PROBES.join(",")
    );
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(sandbox.path(""))
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let drawn = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "{drawn}");
    drawn
}

/// The text after each move of the cursor but the last, after which the program speaks.
fn frames(drawn: &str) -> impl Iterator<Item = &str> {
    let (drawn, _) = drawn.rsplit_once("\u{1b}[").unwrap_or_default();
    let moves = drawn.split("\u{1b}[").skip(1);
    moves.map(|part| {
        let text = part.trim_start_matches(|c: char| c.is_ascii_digit());
        text.get(1..).unwrap_or_default().trim_matches('\r')
    })
}
