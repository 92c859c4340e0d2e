//! Finds error codes in the values of fields.

use waterline_facts::{Seen, host::StatusCode, seen::known_or_absent};

use super::{
    catalog::Catalog,
    text::{Line, StatusText},
};

/// More are not listed.
const MOST: usize = 100;
/// Fields whose whole value is a code of words or a plain number.
const NAMED: [&str; 3] = ["Server ErrorCode", "Server Error Code", "HTTP Error"];

/// Every code of the text, in its order.
pub(super) fn codes(text: &StatusText<'_>, catalog: &Catalog) -> Vec<StatusCode> {
    let fields = text.fields.iter();
    let found = fields.flat_map(|line| {
        let codes = codes_in(line, catalog).into_iter();
        codes.map(move |code| explain(line.documented.name, code, catalog))
    });
    found.take(MOST).collect()
}

/// Words count as codes where they are documented: what a server writes may be anything.
fn codes_in(line: &Line<'_>, catalog: &Catalog) -> Vec<String> {
    let words = line
        .value
        .split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut codes: Vec<String> = words.filter_map(code).collect();
    let value = line.value.trim();
    let is_code = catalog.code(value).is_some() || is_number(value);
    if codes.is_empty() && is_code && NAMED.contains(&line.documented.name) {
        codes.push(value.to_owned());
    }
    codes
}

/// `0x` and eight digits, or a number of Entra ID's sign-in service.
fn code(word: &str) -> Option<String> {
    let hexadecimal = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    if let Some(digits) = hexadecimal {
        let fits = digits.len() == 8 && digits.chars().all(|digit| digit.is_ascii_hexdigit());
        let is_error = fits && digits.chars().any(|digit| digit != '0');
        return is_error.then(|| format!("0x{}", digits.to_lowercase()));
    }
    let digits = word.strip_prefix("AADSTS")?;
    let fits =
        (1..=9).contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_digit());
    fits.then(|| word.to_owned())
}

fn is_number(value: &str) -> bool {
    let digits = value.chars().all(|digit| digit.is_ascii_digit());
    (2..=10).contains(&value.len()) && digits
}

fn explain(field: &str, code: String, catalog: &Catalog) -> StatusCode {
    let known = catalog.code(&code);
    StatusCode {
        field: field.to_owned(),
        name: known_or_absent(known.map(|known| known.name.clone())),
        meaning: match known {
            Some(known) => Seen::Known(known.meaning.clone()),
            None => Seen::Absent,
        },
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        let catalog = Catalog::embedded();
        let split = StatusText::split(text.as_bytes(), catalog);
        let codes = codes(&split, catalog).into_iter();
        codes
            .map(|code| (code.code, code.name.known().is_some()))
            .collect()
    }

    #[test]
    fn codes_are_found_wherever_they_stand() {
        let table: [(&str, &[(&str, bool)]); 7] = [
            (
                "DRS Discovery Test : FAIL [0x801C0021/0x80072ee2]",
                &[("0x801c0021", true), ("0x80072ee2", true)],
            ),
            ("Client ErrorCode : 0x8abc0001", &[("0x8abc0001", false)]),
            (
                "Server ErrorCode : DirectoryError",
                &[("DirectoryError", true)],
            ),
            (
                "Server Error Description : AADSTS50126: Error validating credentials.",
                &[("AADSTS50126", true)],
            ),
            ("HTTP Error : 0x0", &[]),
            ("HTTP Error : 12007", &[("12007", true)]),
            ("Attempt Status : 0x00000000", &[]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(c, k)| ((*c).to_owned(), *k))
                .collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
