//! Text as the withdrawn tool's runtime sees it: counted in UTF-16 code units, compared without
//! regard to case.
//!
//! It compares by the rules of a culture, here by upper case alone (`ß` is `SS`, as there). Beyond
//! that a culture ignores characters without weight, such as U+200B or U+00AD, and takes composed
//! and decomposed letters for the same; that is not reproduced.

/// What stands for half a character where a cut goes through one: the tool writes the same.
const HALF: char = '\u{fffd}';

/// How long a value is, in UTF-16 code units.
pub fn length(value: &str) -> usize {
    value.chars().map(char::len_utf16).sum()
}

/// Whether a value is longer than so many UTF-16 code units.
pub fn is_longer(value: &str, most: usize) -> bool {
    // A value has no more units than bytes, and most values are short.
    value.len() > most && length(value) > most
}

/// The value cut to so many UTF-16 code units.
pub fn cut(value: &str, most: usize) -> String {
    let mut kept = String::new();
    let mut left = most;
    for character in value.chars() {
        let units = character.len_utf16();
        if units > left {
            kept.extend((left > 0).then_some(HALF));
            break;
        }
        kept.push(character);
        left -= units;
    }
    kept
}

/// The value in the form in which values are compared.
pub fn fold(value: &str) -> String {
    if value.is_ascii() {
        value.to_ascii_uppercase()
    } else {
        value.to_uppercase()
    }
}

/// Whether the value begins with this prefix of ASCII characters, without regard to case.
pub fn starts_with(value: &str, prefix: &str) -> bool {
    value
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_in_utf_16_code_units() {
        assert_eq!(length("aé漢"), 3);
        assert_eq!(length("😀"), 2);
        assert!(is_longer("😀😀", 3) && !is_longer("😀😀", 4));
        assert!(!is_longer("ééé", 3), "six bytes, three units");
    }

    #[test]
    fn cut_through_a_character_leaves_the_mark_of_a_lost_half() {
        assert_eq!(cut("ab😀", 4), "ab😀");
        assert_eq!(cut("ab😀", 3), "ab\u{fffd}");
        assert_eq!(cut("ab😀", 2), "ab");
        assert_eq!(cut("ab", 0), "");
    }

    #[test]
    fn comparing_ignores_case() {
        assert_eq!(fold("Straße@Contoso.com"), fold("STRASSE@CONTOSO.COM"));
        assert!(starts_with("admiral", "ADMI") && !starts_with("ad", "ADMI"));
        assert!(!starts_with("adém", "ADEM"));
    }
}
