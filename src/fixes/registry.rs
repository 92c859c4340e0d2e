//! Settings of policies and of the registry: as a table, and as a `.reg` file for those of the
//! registry.
//!
//! A `.reg` file has no undo: what stood there before is not read. The table says what is set, so
//! that it can be looked up first.

use std::io::{self, Write};

use waterline_rules::plan::{PolicySetting, SettingValue};

use crate::report::csv;

/// Writes settings as a table.
pub fn table(settings: &[PolicySetting], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(csv::line(["policy", "key", "name", "type", "value"]).as_bytes())?;
    for setting in settings {
        let (kind, value) = match &setting.value {
            SettingValue::Number(number) => ("number", number.to_string()),
            SettingValue::Text(text) => ("text", text.clone()),
        };
        let cells = [&*setting.policy, &setting.key, &setting.name, kind, &value];
        out.write_all(csv::line(cells).as_bytes())?;
    }
    Ok(())
}

/// The settings that have a key of the registry.
pub fn of_registry(settings: &[PolicySetting]) -> Vec<&PolicySetting> {
    let settings = settings.iter();
    settings.filter(|setting| !setting.key.is_empty()).collect()
}

/// Writes settings as a `.reg` file. Those of which a name or text has a control character are left
/// to the table: such a file has no way to write one.
pub fn write(head: &[String], settings: &[&PolicySetting], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "Windows Registry Editor Version 5.00\r\n")?;
    for line in head {
        write!(out, "; {line}\r\n")?;
    }
    for setting in settings.iter().filter(|setting| is_plain(setting)) {
        let value = match &setting.value {
            SettingValue::Number(number) => format!("dword:{number:08x}"),
            SettingValue::Text(text) => quoted(text),
        };
        write!(
            out,
            "\r\n[{}]\r\n{}={value}\r\n",
            setting.key,
            quoted(&setting.name)
        )?;
    }
    Ok(())
}

/// A text between quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether nothing in a setting ends its line or its key.
fn is_plain(setting: &PolicySetting) -> bool {
    let text = match &setting.value {
        SettingValue::Text(text) => text,
        SettingValue::Number(_) => "",
    };
    let is_ascii = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let is_key = is_ascii(&setting.key) && !setting.key.contains(['[', ']']);
    is_key && is_ascii(&setting.name) && is_ascii(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &str, name: &str, value: SettingValue) -> PolicySetting {
        PolicySetting {
            policy: String::new(),
            key: key.to_owned(),
            name: name.to_owned(),
            value,
        }
    }

    #[test]
    fn numbers_and_texts_are_written_and_nothing_leaves_its_line() {
        let key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\A";
        let text = |text: &str| SettingValue::Text(text.to_owned());
        let settings = [
            setting(key, "On", SettingValue::Number(26)),
            setting(key, "Path", text("C:\\a \"b\"")),
            setting(key, "Evil", text("x\r\n[HKEY_LOCAL_MACHINE\\B]")),
            setting("HKEY_X]\r\n[Y", "Evil", SettingValue::Number(1)),
            setting("", "Only in a policy", SettingValue::Number(0)),
        ];
        let mut out = Vec::new();
        write(&["Head.".to_owned()], &of_registry(&settings), &mut out).unwrap();
        let shown = String::from_utf8(out).unwrap().replace("\r\n", "\n");
        insta::assert_snapshot!(shown, @r#"
        Windows Registry Editor Version 5.00
        ; Head.

        [HKEY_LOCAL_MACHINE\SOFTWARE\A]
        "On"=dword:0000001a

        [HKEY_LOCAL_MACHINE\SOFTWARE\A]
        "Path"="C:\\a \"b\""
        "#);
    }
}
