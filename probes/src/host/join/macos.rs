//! macOS: the bindings of the Active Directory plug-in, one property list each.
//!
//! Only root may read them; that the folder is there and empty, or not there, everybody can see.
//! Entra ID (Platform SSO, Company Portal) leaves no file that is known to tell: unknown.

use waterline_facts::{Gap, Reason, Seen, host::JoinFacts};

use super::{NAME_IT, found_in};
use crate::system::{SETTINGS_FILE, System, parse_property_list, unsupported};

const BINDINGS: &str = "/Library/Preferences/OpenDirectory/Configurations/Active Directory";

pub(super) fn read(system: &dyn System) -> JoinFacts {
    const ENTRA: &str = "no file tells whether a Mac is joined to Entra ID";
    JoinFacts {
        entra_joined: unsupported(ENTRA),
        entra_tenant: unsupported(ENTRA),
        registered: unsupported(ENTRA),
        ..found_in(domain(system), "open-directory")
    }
}

fn domain(system: &dyn System) -> Seen<String> {
    let bindings = system.list(BINDINGS).map(|mut names| {
        names.retain(|name| name.ends_with(".plist"));
        names
    });
    let domain = bindings.and_then(|names| match names.first() {
        Some(name) => binding(system, &format!("{BINDINGS}/{name}")),
        None => Seen::Absent,
    });
    match domain {
        Seen::Unknown(gap) => Seen::Unknown(gap.with_remedy(NAME_IT)),
        other => other,
    }
}

/// The domain that a binding names; it is there, so it is never absent.
fn binding(system: &dyn System, path: &str) -> Seen<String> {
    let list = system
        .read(path, SETTINGS_FILE)
        .and_then(|bytes| parse_property_list(&bytes, path));
    let domain =
        list.and_then(
            |list| match list.text(&["module options", "ActiveDirectory", "domain"]) {
                Seen::Absent => list.text(&["module options", "ActiveDirectory", "trust domain"]),
                other => other,
            },
        );
    match domain {
        Seen::Absent => Seen::Unknown(Gap::new(
            Reason::Malformed,
            format!("{path} binds the machine and names no domain"),
        )),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::host::OsFamily;

    use super::*;
    use crate::system::Recorded;

    fn bound(list: &str) -> Seen<String> {
        let path = format!("{BINDINGS}/CORP.plist");
        read(&Recorded::new(OsFamily::Macos).with_file(&path, list)).domain
    }

    #[test]
    fn binding_names_its_domain() {
        let list = "<plist><dict><key>module options</key><dict><key>ActiveDirectory</key><dict>\
                    <key>domain</key><string>corp.example.test</string></dict></dict></dict></plist>";
        assert_eq!(bound(list), Seen::Known("corp.example.test".into()));
    }

    #[test]
    fn unreadable_or_broken_binding_is_unknown_never_absent() {
        for seen in [bound("<plist><dict/></plist>"), bound("")] {
            assert!(seen.is_unknown());
        }
        let path = format!("{BINDINGS}/CORP.plist");
        let denied = read(&Recorded::new(OsFamily::Macos).with_denied(&path)).domain;
        assert_eq!(denied.gap().map(|gap| gap.reason), Some(Reason::Denied));
    }

    #[test]
    fn without_bindings_the_machine_is_not_joined() {
        assert_eq!(read(&Recorded::new(OsFamily::Macos)).domain, Seen::Absent);
    }
}
