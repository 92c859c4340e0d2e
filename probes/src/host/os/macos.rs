//! macOS: `SystemVersion.plist`, which is never told to a program as something older, unlike the
//! system calls (a program built for an old system is told 10.16 in place of 11 and later).

use waterline_facts::{Seen, host::OsFacts};

use super::without_editions;
use crate::system::{SETTINGS_FILE, System, malformed, parse_property_list};

const FILE: &str = "/System/Library/CoreServices/SystemVersion.plist";

pub(super) fn read(system: &dyn System) -> OsFacts {
    let list = system
        .read(FILE, SETTINGS_FILE)
        .and_then(|bytes| parse_property_list(&bytes, FILE));
    let build_label = list
        .as_ref()
        .and_then(|list| list.text(&["ProductBuildVersion"]));
    let version = match list {
        Seen::Known(list) => list.text(&["ProductVersion"]),
        Seen::Absent => malformed(format!("there is no {FILE}")),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    OsFacts {
        product: Seen::Known("macos".into()),
        name: version.clone().map(|version| format!("macOS {version}")),
        version,
        build_label,
        ..without_editions()
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    #[test]
    fn version_is_read_from_the_list() {
        let text = include_bytes!("../../../tests/machines/macos-15-SystemVersion.plist");
        let facts = read(&Recorded::new(OsFamily::Macos).with_file(FILE, text.as_slice()));
        assert_eq!(facts.version, Seen::Known("15.7.2".into()));
        assert_eq!(facts.name, Seen::Known("macOS 15.7.2".into()));
    }

    #[test]
    fn broken_list_leaves_the_product_known_and_the_version_not() {
        let facts = read(&Recorded::new(OsFamily::Macos).with_file(FILE, "<plist><dict>"));
        assert_eq!(facts.product, Seen::Known("macos".into()));
        assert!(facts.version.is_unknown());
    }
}
