//! With which rights the program runs, as far as that can be told by reading.
//!
//! Nothing is tried that would need the rights: on Windows and macOS a place that only an elevated
//! process may list stands for all of them.

use waterline_facts::{Reason, Seen, host::OsFamily, run::Rights};

use crate::system::{Live, System, malformed, unsupported};

/// The hive of the LocalService account: listed for administrators with elevation alone.
const ELEVATED_KEY: &str = r"HKU\S-1-5-19";
/// Root's own folder on macOS.
const ROOT_FOLDER: &str = "/var/root";
const STATUS: &str = "/proc/self/status";

/// The rights of this process.
pub fn rights() -> Rights {
    rights_on(&Live)
}

fn rights_on(system: &dyn System) -> Rights {
    match system.family() {
        OsFamily::Windows => Rights {
            account: windows_account(system),
            elevated: if_listed(system.registry_keys(ELEVATED_KEY)),
        },
        OsFamily::Linux => linux(system),
        OsFamily::Macos => Rights {
            account: unix_account(system),
            elevated: if_listed(system.list(ROOT_FOLDER)),
        },
        OsFamily::Other => Rights {
            account: unix_account(system),
            elevated: unsupported("rights are read on Windows, Linux and macOS"),
        },
    }
}

fn if_listed(listed: Seen<Vec<String>>) -> Seen<bool> {
    match listed {
        Seen::Known(_) => Seen::Known(true),
        Seen::Unknown(gap) if gap.reason == Reason::Denied => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
        Seen::Absent => unsupported("the place that tells is not there"),
    }
}

fn windows_account(system: &dyn System) -> Seen<String> {
    let user = system.variable("USERNAME");
    match system.variable("USERDOMAIN") {
        Seen::Known(domain) => user.map(|user| format!("{domain}\\{user}")),
        _ => user,
    }
}

/// The name that the session was given; accounts of a domain are in no file.
fn unix_account(system: &dyn System) -> Seen<String> {
    match system.variable("USER") {
        Seen::Absent => system.variable("LOGNAME"),
        set => set,
    }
}

fn linux(system: &dyn System) -> Rights {
    let id = system.text(STATUS).and_then(|text| effective_id(&text));
    let listed = id
        .known()
        .and_then(|id| account_of(&system.text("/etc/passwd").into_known()?, *id));
    Rights {
        account: listed.map_or_else(|| unix_account(system), Seen::Known),
        elevated: id.map(|id| id == 0),
    }
}

/// `Uid:` real, effective, saved, file system.
fn effective_id(status: &str) -> Seen<u32> {
    status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .and_then(|ids| ids.split_whitespace().nth(1)?.parse().ok())
        .map_or_else(|| malformed(format!("{STATUS} has no Uid")), Seen::Known)
}

fn account_of(accounts: &str, id: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Recorded;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n";

    fn running_as(ids: &str) -> Rights {
        let system = Recorded::new(OsFamily::Linux)
            .with_file(STATUS, format!("Name:\tx\nUid:\t{ids}\n"))
            .with_file("/etc/passwd", PASSWD)
            .with_variable("USER", "bob@corp.example.test");
        rights_on(&system)
    }

    #[test]
    fn effective_user_counts_and_accounts_of_a_domain_are_named_by_the_session() {
        let root = running_as("1000 0 0 0");
        assert_eq!(root.elevated, Seen::Known(true));
        assert_eq!(root.account, Seen::Known("root".into()));
        let domain = running_as("70001 70001 70001 70001");
        assert_eq!(domain.elevated, Seen::Known(false));
        assert_eq!(domain.account, Seen::Known("bob@corp.example.test".into()));
        assert!(running_as("").elevated.is_unknown());
    }

    #[test]
    fn windows_is_elevated_where_the_key_is_listed() {
        let text = "Windows Registry Editor Version 5.00\n[HKEY_USERS\\S-1-5-19\\Software]\n";
        let system = Recorded::new(OsFamily::Windows)
            .with_variable("USERNAME", "ann")
            .with_variable("USERDOMAIN", "CORP")
            .with_registry(text.as_bytes())
            .unwrap();
        assert_eq!(rights_on(&system).account, Seen::Known("CORP\\ann".into()));
        assert_eq!(rights_on(&system).elevated, Seen::Known(true));
        let denied = system.with_denied_key(ELEVATED_KEY);
        assert_eq!(rights_on(&denied).elevated, Seen::Known(false));
        let nothing = Recorded::new(OsFamily::Windows);
        assert!(rights_on(&nothing).elevated.is_unknown());
    }
}
