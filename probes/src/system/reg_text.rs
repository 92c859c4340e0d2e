//! Reads `.reg` text, as `regedit` and `reg export` write it, into a registry in memory.
//!
//! Version 5 and version 4 headers, UTF-16 and UTF-8, all documented types, deletions by `-`.
//! Input is foreign text: every error names its line and nothing is guessed.

use super::registry::{Registry, RegistryData};

/// Why text is no `.reg` file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the .reg text {what}")]
pub struct RegTextError {
    /// Counted from 1; of a value over several lines the last one.
    pub line: usize,
    /// What is wrong, as in "line 3 of the .reg text *has no value*".
    pub what: &'static str,
}

const HEADERS: [&str; 2] = ["Windows Registry Editor Version 5.00", "REGEDIT4"];
const HIVES: [(&str, &str); 3] = [
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKEY_USERS", "HKU"),
];

/// Reads the bytes of a `.reg` file.
///
/// # Errors
/// If the header is missing or a line is neither key, value, comment nor blank.
pub fn parse(bytes: &[u8]) -> Result<Registry, RegTextError> {
    let text = decode(bytes);
    let mut lines = logical_lines(&text).into_iter();
    let error = |line, what| RegTextError { line, what };
    match lines.next() {
        Some((_, header)) if HEADERS.contains(&header.as_str()) => {}
        _ => return Err(error(1, "is not the header of a registry export")),
    }
    let mut registry = Registry::default();
    let mut key = None;
    for (line, content) in lines {
        let step = if content.starts_with('[') {
            read_key(&content, &mut registry).map(|path| key = path)
        } else {
            match &key {
                Some(path) => read_value(&content, path, &mut registry),
                None => Err("comes before any key"),
            }
        };
        step.map_err(|what| error(line, what))?;
    }
    Ok(registry)
}

/// UTF-16 with its mark, as regedit writes it; otherwise UTF-8.
fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Lines that say something, with their number; a line that ends in `\` goes on in the next.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut joined: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let started = joined.is_some();
        let mut content = joined.take().unwrap_or_default();
        if !started && (line.is_empty() || line.starts_with(';')) {
            continue;
        }
        match line.strip_suffix('\\') {
            Some(part) if started || line.contains("=hex") => {
                content.push_str(part);
                joined = Some(content);
            }
            _ => {
                content.push_str(line);
                lines.push((index + 1, content));
            }
        }
    }
    lines.extend(joined.map(|content| (text.lines().count(), content)));
    lines
}

/// The key that following values belong to; none after a deletion.
fn read_key(line: &str, registry: &mut Registry) -> Result<Option<String>, &'static str> {
    let inner = line
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .ok_or("has no closing bracket")?;
    let (deleted, path) = match inner.strip_prefix('-') {
        Some(path) => (true, path),
        None => (false, inner),
    };
    let (hive, rest) = path.split_once('\\').unwrap_or((path, ""));
    let short = HIVES
        .iter()
        .find(|(long, short)| hive.eq_ignore_ascii_case(long) || hive.eq_ignore_ascii_case(short))
        .map(|(_, short)| *short)
        .ok_or("names a hive that is not read")?;
    let path = if rest.is_empty() {
        short.to_owned()
    } else {
        format!("{short}\\{rest}")
    };
    if deleted {
        registry.remove_key(&path);
        return Ok(None);
    }
    registry.add_key(&path);
    Ok(Some(path))
}

fn read_value(line: &str, key: &str, registry: &mut Registry) -> Result<(), &'static str> {
    let (name, rest) = match line.strip_prefix('@') {
        Some(rest) => (String::new(), rest),
        None => quoted(line)?,
    };
    let data = rest
        .trim_start()
        .strip_prefix('=')
        .ok_or("has no value")?
        .trim();
    if data == "-" {
        registry.unset(key, &name);
    } else {
        registry.set(key, &name, read_data(data)?);
    }
    Ok(())
}

/// A quoted text at the beginning, unescaped, and what follows it.
fn quoted(text: &str) -> Result<(String, &str), &'static str> {
    let inner = text.strip_prefix('"').ok_or("is no key and no value")?;
    let mut unescaped = String::new();
    let mut chars = inner.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((unescaped, &inner[at + 1..])),
            '\\' => unescaped.extend(chars.next().map(|(_, escaped)| escaped)),
            other => unescaped.push(other),
        }
    }
    Err("has no closing quote")
}

fn read_data(text: &str) -> Result<RegistryData, &'static str> {
    if text.starts_with('"') {
        return quoted(text).map(|(text, _)| RegistryData::Text(text));
    }
    let (kind, data) = text.split_once(':').ok_or("has data of no known type")?;
    match kind.to_ascii_lowercase().as_str() {
        "dword" => u32::from_str_radix(data.trim(), 16)
            .map(|number| RegistryData::Number(number.into()))
            .map_err(|_| "has a dword that is no number"),
        "hex(1)" | "hex(2)" => hex(data).map(|bytes| RegistryData::Text(first_text(&bytes))),
        "hex(7)" => hex(data).map(|bytes| RegistryData::Texts(texts(&bytes))),
        "hex(b)" => hex(data)?
            .try_into()
            .map(|bytes| RegistryData::Number(u64::from_le_bytes(bytes)))
            .map_err(|_| "has a qword that is not eight bytes"),
        kind if kind.starts_with("hex") => hex(data).map(RegistryData::Bytes),
        _ => Err("has data of no known type"),
    }
}

fn hex(text: &str) -> Result<Vec<u8>, &'static str> {
    text.split(',')
        .map(str::trim)
        .filter(|byte| !byte.is_empty())
        .map(|byte| u8::from_str_radix(byte, 16).map_err(|_| "has a byte that is not hexadecimal"))
        .collect()
}

fn first_text(bytes: &[u8]) -> String {
    let text = utf16(bytes);
    text.split('\0').next().unwrap_or_default().to_owned()
}

fn texts(bytes: &[u8]) -> Vec<String> {
    utf16(bytes)
        .split('\0')
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use waterline_facts::Seen;

    use super::*;

    const HEAD: &str = "Windows Registry Editor Version 5.00\r\n\r\n";

    fn value(line: &str) -> Result<Seen<RegistryData>, RegTextError> {
        let text = format!("{HEAD}[HKEY_LOCAL_MACHINE\\A]\r\n{line}\r\n");
        parse(text.as_bytes()).map(|registry| registry.value(r"HKLM\A", "n"))
    }

    #[test]
    fn every_documented_type_is_read() {
        let table = [
            (
                r#""n"="a\\b \"c\"""#,
                RegistryData::Text(r#"a\b "c""#.into()),
            ),
            (r#""n"=dword:000055f0"#, RegistryData::Number(22000)),
            (
                r#""n"=hex(b):01,00,00,00,00,00,00,00"#,
                RegistryData::Number(1),
            ),
            (
                r#""n"=hex(2):25,00,41,00,25,00,00,00"#,
                RegistryData::Text("%A%".into()),
            ),
            (
                "\"n\"=hex(7):61,00,00,00,\\\r\n  62,00,00,00,00,00",
                RegistryData::Texts(vec!["a".into(), "b".into()]),
            ),
            (r#""n"=hex:ff,00"#, RegistryData::Bytes(vec![255, 0])),
        ];
        for (line, data) in table {
            assert_eq!(value(line), Ok(Seen::Known(data)), "{line}");
        }
    }

    #[test]
    fn text_of_regedit_in_utf16_is_read() {
        let text = format!("{HEAD}[HKEY_CURRENT_USER\\Ä]\r\n@=\"ü\"\r\n");
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let read = parse(&bytes).unwrap().value(r"HKCU\Ä", "");
        assert_eq!(read, Seen::Known(RegistryData::Text("ü".into())));
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        for (line, what) in [
            (r#""n""#, "has no value"),
            (r#""n"#, "has no closing quote"),
            (r#""n"=dword:xyz"#, "has a dword that is no number"),
            (r#""n"=what:1"#, "has data of no known type"),
            (r"[HKEY_NOWHERE\A]", "names a hive that is not read"),
            ("gibberish", "is no key and no value"),
        ] {
            assert_eq!(value(line), Err(RegTextError { line: 4, what }), "{line}");
        }
        assert_eq!(parse(b"").unwrap_err().line, 1);
    }

    #[test]
    fn deletions_remove_what_came_before() {
        assert_eq!(value("\"n\"=\"a\"\r\n\"n\"=-"), Ok(Seen::Absent));
        assert_eq!(
            value("\"n\"=\"a\"\r\n[-HKEY_LOCAL_MACHINE\\A]"),
            Ok(Seen::Absent)
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_a_registry_or_an_error(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_lines_after_a_header_end_in_a_registry_or_an_error(lines in "(\\PC|\n|\"|\\\\|\\[|\\]|=){0,80}") {
            let _ = parse(format!("{HEAD}[HKEY_LOCAL_MACHINE\\A]\n{lines}").as_bytes());
        }

        #[test]
        fn any_text_comes_back_as_it_was(text in "[^\\p{C}\"\\\\]{0,40}") {
            let read = value(&format!("\"n\"=\"{text}\""));
            prop_assert_eq!(read, Ok(Seen::Known(RegistryData::Text(text))));
        }
    }
}
