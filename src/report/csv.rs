//! Cells and lines of CSV (RFC 4180), for spreadsheets as for programs.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe before it. What acts on a
//! terminal or on the order of reading, line breaks included, is made visible, so that an object's
//! line is one line.

use super::text::visible;

/// What spreadsheets take for the beginning of a formula, in both widths.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The line of these cells, with its end.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let mut shown = visible(text);
    if shown.starts_with(FORMULA) {
        shown.insert(0, '\'');
    }
    if shown.contains(['"', ',']) {
        shown = format!("\"{}\"", shown.replace('"', "\"\""));
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let cases = [
            ("CN=Ann,DC=contoso,DC=com", "\"CN=Ann,DC=contoso,DC=com\""),
            ("Ann Lee", "Ann Lee"),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn formulas_are_text() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("@sum(a,b)", "\"'@sum(a,b)\""),
            ("-1", "'-1"),
            ("＝1", "'＝1"),
            ("a=b", "a=b"),
        ];
        for (text, expected) in cases {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn line_breaks_and_control_characters_are_visible() {
        assert_eq!(line(["a\r\nb", "\u{1b}[31m"]), "a\\r\\nb,\\u{1b}[31m\r\n");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_cell(text in any::<String>()) {
            let line = line([&*text, "end"]);
            let inside = line.strip_suffix(",end\r\n").unwrap();
            prop_assert!(!inside.contains(['\r', '\n']));
            prop_assert!(!inside.trim_start_matches('"').starts_with(FORMULA));
            match inside.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(quoted) => prop_assert!(!quoted.replace("\"\"", "").contains('"')),
                None => prop_assert!(!inside.contains(['"', ','])),
            }
        }
    }
}
