//! Text from outside, made safe to show: visible, bounded, and within a width.

use std::fmt::Write;

use textwrap::{WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

/// Longest value shown in a report for reading, in characters.
pub(super) const LONGEST: usize = 200;

/// The text with everything that acts on a terminal or on the order of reading made visible:
/// control characters, direction marks, invisible characters and line separators.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut shown, character| {
            match character {
                '\n' => shown.push_str("\\n"),
                '\r' => shown.push_str("\\r"),
                '\t' => shown.push_str("\\t"),
                character if acts(character) => {
                    let code = u32::from(character);
                    write!(shown, "\\u{{{code:x}}}").expect("writing to a string cannot fail");
                }
                character => shown.push(character),
            }
            shown
        })
}

/// Whether a character does something other than being seen.
pub(super) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            // Soft hyphen, letter mark, Mongolian separator.
            0xad | 0x61c | 0x180e
            // Zero-width characters and direction marks; separators; embeddings and overrides.
            | 0x200b..=0x200f | 0x2028..=0x202e
            // Joiners, isolates, deprecated format characters; byte order mark; annotations.
            | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb
            // Tags, which spell invisible text.
            | 0xe0000..=0xe0fff
        )
}

/// The text cut to so many characters, with its true length named if it was longer.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
    }
}

/// The text as reports for reading show it: bounded and visible.
pub(super) fn clean(text: &str) -> String {
    visible(&cut(text, LONGEST))
}

/// The columns that a text takes in a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text in lines of at most `width` columns. Words are kept whole where they fit on a line, so
/// that ids can be copied.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    wrap_keeping(text, width, 0)
}

/// The same, but words of up to `longest` columns are not broken: such a word has a line of its
/// own, which is wider than the others.
pub(super) fn wrap_keeping(text: &str, width: usize, longest: usize) -> Vec<String> {
    let lines = textwrap::wrap(text, options(width).break_words(false)).into_iter();
    lines
        .flat_map(|line| {
            if line.width() <= longest.max(width) {
                vec![line.into()]
            } else {
                broken(&line, width)
            }
        })
        .collect()
}

/// A word in pieces.
fn broken(word: &str, width: usize) -> Vec<String> {
    let pieces = textwrap::wrap(word, options(width)).into_iter();
    pieces.map(Into::into).collect()
}

fn options<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(2))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_that_act_are_shown() {
        let cases = [
            ("plain – text é 漢", "plain – text é 漢"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\tc", "a\\nb\\tc"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{feff}x\u{200b}", "\\u{feff}x\\u{200b}"),
        ];
        for (text, shown) in cases {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn cut_text_names_its_true_length() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("äöüß", 3), "äöü… (4 characters)");
        assert!(clean(&"x".repeat(10_000)).ends_with("… (10000 characters)"));
    }

    #[test]
    fn word_that_fits_the_page_is_kept_whole() {
        let host = "a".repeat(12);
        assert_eq!(
            wrap_keeping(&format!("at {host} and {host}b"), 10, 12),
            ["at", &*host, "and", "aaaaaaaaaa", "aab"]
        );
        assert_eq!(wrap(&host, 10), ["aaaaaaaaaa", "aa"]);
    }

    proptest! {
        #[test]
        fn shown_text_never_acts(text in any::<String>()) {
            prop_assert!(!visible(&text).chars().any(acts));
        }

        #[test]
        fn lines_keep_to_the_width_and_lose_nothing(text in any::<String>(), most in 2_usize..90) {
            let text = visible(&text);
            let lines = wrap(&text, most);
            prop_assert!(lines.iter().all(|line| width(line) <= most));
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
