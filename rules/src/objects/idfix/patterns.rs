//! The regular expressions of the withdrawn tool, in the dialect of this language's engine.
//!
//! The tool runs them on .NET with `IgnoreCase` and `CultureInvariant`. There `[a-z]` is
//! `[A-Za-z\u212A]`: the Kelvin sign is a `k` in upper case, while U+017F, a small letter already,
//! is no `s`; so the classes are written out in place of a flag. `$` also matches before a final line
//! feed there. `\s` is the same set of characters in both. Source: microsoft/idfix, commit
//! c1b74fe80a05. What `[a-z]` takes is published for current .NET; neither it nor the older .NET
//! Framework, on which the tool runs, was at hand to try.

use std::sync::LazyLock;

use regex::Regex;

/// An expression that is built when it is first needed.
pub type Pattern = LazyLock<Regex>;

/// One character of the local part of an address.
const ATOM: &str = r"[A-Za-z\x{212A}0-9!#$%&'*+/=?^_`{|}~-]";
/// One label of a domain, with the period after it.
const LABEL: &str = r"(?:[A-Za-z\x{212A}0-9](?:[A-Za-z\x{212A}0-9-]*[A-Za-z\x{212A}0-9])?\.)";
/// What a domain ends in.
const TOP: &str = r"[A-Za-z\x{212A}]{2,17}\n?$";

/// User principal names: what they must not hold.
pub static UPN: Pattern = LazyLock::new(|| build(r#"[\s\\%&*+/=?'{}|<>();:,\[\]"äëïöüÿÄËÏÖÜŸ]"#));
/// Proxy addresses of SMTP kind: what they must not hold.
pub static PROXY_SMTP: Pattern = LazyLock::new(|| build(r#"[\s<>();,\[\]"]"#));
/// Proxy addresses of other kinds but X.400 and X.500: what they must not hold.
pub static PROXY_OTHER: Pattern = LazyLock::new(|| build(r#"[\s<>(),\[\]"]"#));
/// Target addresses of SMTP kind: what they must not hold.
pub static TARGET_SMTP: Pattern = LazyLock::new(|| build(r#"[\s\\<>();,\[\]"]"#));
/// Target addresses of other kinds: what they must not hold.
pub static TARGET_OTHER: Pattern = LazyLock::new(|| build(r#"[\s\\<>(),\[\]"]"#));
/// X.400 and X.500 addresses: what they must not hold. The apostrophe is among it, although
/// addresses with one work.
pub static X400_X500: Pattern = LazyLock::new(|| build(r#"[\f\n\r\t\v\[\]"']"#));
/// Account names: what they must not hold.
pub static ACCOUNT_NAME: Pattern = LazyLock::new(|| build(r#"[\\"|,/\[\]:<>+=;?*]"#));
/// Nicknames, multi-tenant: periods at the beginning, and nothing else.
pub static NICKNAME_MULTI_TENANT: Pattern = LazyLock::new(|| build(r"^[.]+"));
/// Nicknames, dedicated: what they must not hold.
pub static NICKNAME_DEDICATED: Pattern =
    LazyLock::new(|| build(r#"[\s\\!#$%&*+/=?^`{}|~<>()';:,\[\]"@]"#));
/// Mail, dedicated: white space.
pub static MAIL_DEDICATED: Pattern = LazyLock::new(|| build(r"\s"));
/// Display names, dedicated: white space at either end.
pub static DISPLAY_NAME_DEDICATED: Pattern = LazyLock::new(|| build(r"^\s+|\s+$"));

/// An address of SMTP kind: the prefix is searched anywhere in the value, not only at its start.
pub static SMTP: Pattern = LazyLock::new(|| build("(?i-u:smtp:)"));
/// An address of X.400 or X.500 kind.
pub static IS_X400_X500: Pattern = LazyLock::new(|| build(r"^[Xx]\.?(?:400|500)"));

/// The domain of an address, up to its end.
pub static DOMAIN_PART: Pattern = LazyLock::new(|| build(&format!("@{LABEL}+{TOP}")));
/// The local part of an address, from its beginning.
pub static LOCAL_PART: Pattern = LazyLock::new(|| build(&format!(r"^{ATOM}+(?:\.{ATOM}+)*@")));
/// A whole address.
pub static RFC_2822: Pattern =
    LazyLock::new(|| build(&format!(r"^{ATOM}+(?:\.{ATOM}+)*@{LABEL}+{TOP}")));
/// What a domain loses when it is repaired.
pub static NOT_OF_DOMAIN: Pattern = LazyLock::new(|| build(r"[^A-Za-z\x{212A}0-9.-]"));
/// What a local part loses when it is repaired.
pub static NOT_OF_LOCAL_PART: Pattern =
    LazyLock::new(|| build(r"[^A-Za-z\x{212A}0-9.!#$%&'*+/=?^_`{|}~-]"));

fn build(expression: &str) -> Regex {
    Regex::new(expression).expect("the expressions are fixed, and a test builds them all")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every ASCII character that a set of single characters takes.
    fn taken(pattern: &Pattern) -> String {
        let ascii = (0..128_u8).map(char::from);
        let is_taken = |character: &char| pattern.is_match(&character.to_string());
        ascii.filter(is_taken).collect()
    }

    #[test]
    fn sets_take_exactly_their_characters() {
        let space = "\t\n\u{b}\u{c}\r ";
        let cases: [(&Pattern, &str); 8] = [
            (&UPN, "\"%&'()*+,/:;<=>?[\\]{|}"),
            (&PROXY_SMTP, "\"(),;<>[]"),
            (&PROXY_OTHER, "\"(),<>[]"),
            (&TARGET_SMTP, "\"(),;<>[\\]"),
            (&TARGET_OTHER, "\"(),<>[\\]"),
            (&NICKNAME_DEDICATED, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~"),
            (&MAIL_DEDICATED, ""),
            (&DISPLAY_NAME_DEDICATED, ""),
        ];
        for (pattern, characters) in cases {
            assert_eq!(
                taken(pattern),
                format!("{space}{characters}"),
                "{}",
                pattern.as_str()
            );
        }
        assert_eq!(taken(&ACCOUNT_NAME), "\"*+,/:;<=>?[\\]|");
        assert_eq!(taken(&X400_X500), "\t\n\u{b}\u{c}\r\"'[]");
        assert_eq!(taken(&NICKNAME_MULTI_TENANT), ".");
    }

    #[test]
    fn repairs_keep_exactly_what_a_part_may_hold() {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let lost = |pattern: &Pattern| {
            let lost = taken(pattern);
            assert!(!lost.contains(|character: char| character.is_ascii_alphanumeric()));
            assert!(!pattern.is_match(letters) && pattern.is_match("é"));
            lost.chars()
                .filter(char::is_ascii_graphic)
                .collect::<String>()
        };
        assert_eq!(lost(&NOT_OF_DOMAIN), "!\"#$%&'()*+,/:;<=>?@[\\]^_`{|}~");
        assert_eq!(lost(&NOT_OF_LOCAL_PART), "\"(),:;<>@[\\]");
    }
}
