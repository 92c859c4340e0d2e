//! Escaping for Markdown: CommonMark, and the additions of GitHub's dialect.
//!
//! All text is escaped, whoever wrote it, so that no value becomes markup, HTML, a link or a
//! mention, or leaves its table cell.

use super::text::{cut, visible};

/// Longest prose shown (a reason, a step), in characters.
const LONGEST_PROSE: usize = 2000;

/// An id as code, if it has the characters of one; other text is escaped.
pub(super) fn code(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/[]@*".contains(&byte);
    if !id.is_empty() && id.len() <= 200 && id.bytes().all(plain) {
        format!("`{id}`")
    } else {
        escape(id)
    }
}

/// Text that Markdown shows as it is, in a paragraph, a list, a heading or a table's cell.
pub(super) fn escape(words: &str) -> String {
    escape_shown(&visible(&cut(words, LONGEST_PROSE)))
}

/// The same for text that was cut and made visible already.
pub(super) fn escape_shown(shown: &str) -> String {
    let mut escaped = String::with_capacity(shown.len() + 8);
    for (at, character) in shown.char_indices() {
        if is_markup(&shown[..at], character, &shown[at + character.len_utf8()..]) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Whether a character could mean something to Markdown, between what stands before and after it.
fn is_markup(before: &str, character: char, after: &str) -> bool {
    let before = before.trim_start();
    match character {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '!' | '$' => true,
        // Marks of lists, rules and headings, which mean something at the beginning only.
        '-' | '+' | '=' => before.is_empty(),
        ')' => is_list_number(before, after),
        // What GitHub's dialect takes for the beginning of a link.
        '.' => is_list_number(before, after) || before.to_ascii_lowercase().ends_with("www"),
        ':' => after.starts_with("//"),
        '@' => true,
        _ => false,
    }
}

fn is_list_number(before: &str, after: &str) -> bool {
    let digits = !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
    digits && (after.is_empty() || after.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_is_escaped() {
        let cases = [
            (
                "plain text-with.dots (and) 50%",
                "plain text-with.dots (and) 50%",
            ),
            ("a|b", r"a\|b"),
            ("<b>", r"\<b\>"),
            ("[x](http://evil.example)", r"\[x\](http\://evil.example)"),
            ("www.evil.example", r"www\.evil.example"),
            ("- item", r"\- item"),
            ("1. item", r"1\. item"),
            ("1.5 h at 10.0.0.53:53", "1.5 h at 10.0.0.53:53"),
            ("a\nb", r"a\\nb"),
            ("&lt;", r"\&lt;"),
        ];
        for (words, escaped) in cases {
            assert_eq!(escape(words), escaped);
        }
    }

    #[test]
    fn only_ids_become_code() {
        assert_eq!(code("directory.forest.level"), "`directory.forest.level`");
        assert_eq!(code("a`b"), r"a\`b");
        assert_eq!(code(""), "");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_cell(words in any::<String>()) {
            let cell = escape(&words);
            prop_assert!(!cell.contains(['\n', '\r']));
            let mut escaped = false;
            for character in cell.chars() {
                prop_assert!(escaped || !"|<>[]`*_".contains(character), "{character} is bare");
                escaped = character == '\\' && !escaped;
            }
            prop_assert!(!escaped, "the last backslash would escape what follows the cell");
        }
    }
}
