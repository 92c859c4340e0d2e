//! A DNS message as text, in the manner of the tools that everybody knows.

use std::fmt::Write as _;

use hickory_resolver::proto::{op::Message, rr::Record};

use super::error::code_name;

/// Records that are written of one section.
const MOST: usize = 500;

/// The message in these bytes: its head, and each section with a line for each record.
///
/// # Errors
/// If they are no message, in words.
pub fn text(bytes: &[u8]) -> Result<String, String> {
    let message = Message::from_vec(bytes).map_err(|error| error.to_string())?;
    let head = &message.metadata;
    let code = match u16::from(head.response_code) {
        0 => "NOERROR".to_owned(),
        3 => "NXDOMAIN".to_owned(),
        _ => code_name(head.response_code),
    };
    let flags = [
        (head.authoritative, " aa"),
        (head.truncation, " tc"),
        (head.recursion_desired, " rd"),
        (head.recursion_available, " ra"),
        (head.authentic_data, " ad"),
        (head.checking_disabled, " cd"),
    ];
    let flags: String = flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, f)| *f)
        .collect();
    let mut text = format!(";; status: {code}, id: {}, flags: qr{flags}\n", head.id);
    if let Some(edns) = &message.edns {
        let size = edns.max_payload();
        let _ = writeln!(text, ";; EDNS: version {}, udp {size}", edns.version());
    }
    for query in &message.queries {
        let _ = writeln!(
            text,
            ";{} {} {}",
            query.name(),
            query.query_class(),
            query.query_type()
        );
    }
    section(&mut text, "ANSWER", &message.answers);
    section(&mut text, "AUTHORITY", &message.authorities);
    section(&mut text, "ADDITIONAL", &message.additionals);
    Ok(text)
}

fn section(text: &mut String, name: &str, records: &[Record]) {
    if records.is_empty() {
        return;
    }
    let _ = writeln!(text, ";; {name} SECTION:");
    for record in records.iter().take(MOST) {
        let _ = writeln!(text, "{record}");
    }
    if let Some(more) = records.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(text, ";; and {more} more");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_is_written_as_dig_writes_it() {
        let mut bytes = vec![0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
        bytes.extend(b"\x01a\x07example\0\0\x01\0\x01");
        bytes.extend(b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01");
        let expected = ";; status: NOERROR, id: 7, flags: qr rd ra\n;a.example. IN A\n\
                        ;; ANSWER SECTION:\na.example. 60 IN A 192.0.2.1\n";
        assert_eq!(text(&bytes).unwrap(), expected);
        assert!(text(b"nonsense").is_err());
    }
}
