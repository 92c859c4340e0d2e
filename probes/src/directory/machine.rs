//! What a computer account tells of its machine: whether there is one, whether it is in use, what it
//! runs and where it stands.
//!
//! Sources: MS-ADA3 (`operatingSystem`, `operatingSystemVersion`: free text that the machine writes
//! itself), Microsoft's guidance on stale devices (2024-04-22), endoflife.date (2026-08-22) for the
//! classes of editions. A name that says nothing is unknown, never guessed.

use jiff::{SignedDuration, Timestamp};
use waterline_facts::{
    DirectoryObject, Gap, Reason, Seen, directory::fleet::MachineRole, host::EditionClass,
};

use super::{dn::Dn, values};

/// A machine that gave no sign of life for so many days is stale.
const STALE_DAYS: i64 = 90;

/// How far `lastLogonTimestamp` may lag behind the last logon.
const LOGON_LAG_DAYS: i64 = 14;

/// Computer accounts behind which no machine stands: seamless single sign-on, and the cloud's
/// read-only domain controller.
const WITHOUT_MACHINE: [&str; 2] = ["AZUREADSSOACC$", "AzureADKerberos$"];

/// Primary groups of domain controllers, writable and read-only.
const CONTROLLERS: [u32; 2] = [516, 521];

/// How many levels of containers below the domain are told apart.
const UNIT_LEVELS: usize = 2;

/// Whether a machine is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// Enabled, and a date shows a sign of life.
    Active,
    /// Enabled, and what dates there are are old.
    Stale,
    /// Enabled, without any date.
    Undated,
    /// Disabled.
    Disabled,
}

/// Whether no machine stands behind the account.
pub(super) fn is_without_machine(computer: &DirectoryObject) -> bool {
    let name = computer.sam_account_name.as_deref().unwrap_or_default();
    let mut known = WITHOUT_MACHINE.iter();
    known.any(|other| other.eq_ignore_ascii_case(name))
}

/// Whether the machine is in use at this moment. A change of its password is a sign of life as good
/// as a logon: machines change it every 30 days by default, and the date does not lag.
pub(super) fn usage(computer: &DirectoryObject, now: Timestamp) -> Usage {
    let since = |days| {
        let since = now.checked_sub(SignedDuration::from_hours(24 * days));
        since.map_or(i64::MIN, Timestamp::as_second)
    };
    let recent = |date: Option<i64>, days| date.map(|date| date >= since(days));
    if computer.is_disabled() {
        return Usage::Disabled;
    }
    let logon = recent(computer.last_logon_s, STALE_DAYS + LOGON_LAG_DAYS);
    let password = recent(computer.password_last_set_s, STALE_DAYS);
    match (logon, password) {
        (None, None) => Usage::Undated,
        (Some(true), _) | (_, Some(true)) => Usage::Active,
        _ => Usage::Stale,
    }
}

/// What kind of machine it is; absent if it does not say what it runs.
pub(super) fn role(computer: &DirectoryObject) -> Seen<MachineRole> {
    let is_controller = computer
        .primary_group
        .is_some_and(|group| CONTROLLERS.contains(&group));
    let name = computer
        .operating_system
        .as_deref()
        .unwrap_or_default()
        .to_lowercase();
    Seen::Known(match name.as_str() {
        _ if is_controller => MachineRole::Controller,
        "" => return Seen::Absent,
        name if name.contains("hyper-v server") => MachineRole::Server,
        // Windows client and server share build numbers; only the name tells them apart.
        name if name.contains("windows") && name.contains("server") => MachineRole::Server,
        name if name.contains("windows") => MachineRole::Client,
        _ => MachineRole::Other,
    })
}

/// The build number of Windows, as machines write the version themselves (`10.0 (19045)`) or through
/// a read-only controller (`10.0.19045`).
pub(super) fn build(computer: &DirectoryObject) -> Option<u32> {
    let version = computer.operating_system_version.as_deref()?;
    let name = computer.operating_system.as_deref().unwrap_or_default();
    let dotted = || {
        let mut parts = version.trim().split('.').skip(2);
        let build = parts.next()?.parse().ok();
        build.filter(|_| name.to_lowercase().contains("windows") && parts.next().is_none())
    };
    values::build(version).or_else(dotted)
}

/// The class of editions, by the name of a Windows client or long-term server.
pub(super) fn edition_class(computer: &DirectoryObject) -> Seen<EditionClass> {
    let name = computer.operating_system.as_deref().unwrap_or_default();
    let lower = name.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let class = match role(computer).known() {
        None | Some(MachineRole::Other) => return Seen::Absent,
        _ if lower.contains("server") => server_class(&lower),
        _ if any(&["ltsc", "ltsb"]) && lower.contains("iot") => Some(EditionClass::IotLtsc),
        _ if any(&["ltsc", "ltsb"]) => Some(EditionClass::Ltsc),
        // Serviced like Pro, though it has the word.
        _ if lower.contains("pro education") => Some(EditionClass::HomePro),
        _ if any(&[
            "enterprise",
            "education",
            "virtual desktops",
            "multi-session",
        ]) =>
        {
            Some(EditionClass::EntEdu)
        }
        _ if any(&[" pro", " home"]) => Some(EditionClass::HomePro),
        _ => None,
    };
    class.map_or_else(|| unclassed(name), Seen::Known)
}

fn unclassed(name: &str) -> Seen<EditionClass> {
    let what = format!("the name `{name}` does not tell the edition");
    Seen::Unknown(Gap::new(Reason::Malformed, values::text(what.as_bytes())))
}

/// Servers of the long-term channel have a year in their name, others not.
fn server_class(name: &str) -> Option<EditionClass> {
    let has_year = name.split_whitespace().any(|word| {
        word.len() == 4 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit())
    });
    Some(if has_year {
        EditionClass::ServerLtsc
    } else {
        EditionClass::ServerAc
    })
}

/// The first levels of containers below the domain, from the top; empty if it stands in the domain
/// itself or its name cannot be taken apart.
pub(super) fn unit(dn: &str) -> String {
    let Some(dn) = Dn::parse(dn) else {
        return String::new();
    };
    let above = dn.above_domain();
    let containers = dn.parts()[..above].iter().skip(1).rev();
    let names: Vec<_> = containers
        .take(UNIT_LEVELS)
        .map(|part| part.value.as_str())
        .collect();
    values::text(names.join("/").as_bytes())
}

#[cfg(test)]
mod tests {
    use waterline_facts::objects::ObjectKind;

    use super::*;

    const DAY: i64 = 86_400;

    fn computer(system: &str, version: &str) -> DirectoryObject {
        DirectoryObject {
            operating_system: (!system.is_empty()).then(|| system.to_owned()),
            operating_system_version: Some(version.to_owned()),
            ..DirectoryObject::new(ObjectKind::Computer, "CN=PC")
        }
    }

    #[test]
    fn machine_is_stale_only_if_both_dates_are_old() {
        let now: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        let ago = |days: i64| now.as_second() - days * DAY;
        let cases = [
            (Some(104), None, Usage::Active),
            (Some(105), None, Usage::Stale),
            (Some(300), Some(90), Usage::Active),
            (Some(300), Some(91), Usage::Stale),
            (Some(1), Some(900), Usage::Active),
            (None, Some(10), Usage::Active),
            (None, Some(300), Usage::Stale),
            (None, None, Usage::Undated),
        ];
        for (logon, password, expected) in cases {
            let mut computer = computer("Windows 11 Pro", "");
            computer.last_logon_s = logon.map(ago);
            computer.password_last_set_s = password.map(ago);
            assert_eq!(usage(&computer, now), expected, "{logon:?} {password:?}");
            computer.account_control = Some(0x1002);
            assert_eq!(usage(&computer, now), Usage::Disabled);
        }
    }

    #[test]
    fn name_and_primary_group_tell_the_kind() {
        let cases = [
            ("Windows 11 Pro", Some(MachineRole::Client)),
            ("Windows Server 2025 Standard", Some(MachineRole::Server)),
            ("Hyper-V Server 2019", Some(MachineRole::Server)),
            ("macOS", Some(MachineRole::Other)),
            ("", None),
        ];
        for (system, expected) in cases {
            assert_eq!(
                role(&computer(system, "")).into_known(),
                expected,
                "{system}"
            );
        }
        let mut controller = computer("Windows Server 2022 Standard", "");
        controller.primary_group = Some(516);
        assert_eq!(role(&controller), Seen::Known(MachineRole::Controller));
    }

    #[test]
    fn build_is_read_in_both_forms_and_of_windows_only() {
        let cases = [
            ("Windows 10 Pro", "10.0 (19045)", Some(19_045)),
            ("Windows 10 Pro", "10.0.19045", Some(19_045)),
            ("Windows 10 Pro", "10.0", None),
            ("macOS", "14.2.1", None),
            ("", "10.0.19045", None),
        ];
        for (system, version, expected) in cases {
            assert_eq!(
                build(&computer(system, version)),
                expected,
                "{system} {version}"
            );
        }
    }

    #[test]
    fn edition_class_follows_servicing_and_not_words() {
        let cases = [
            ("Windows 11 Pro", Some(EditionClass::HomePro)),
            (
                "Windows 11 Pro for Workstations",
                Some(EditionClass::HomePro),
            ),
            ("Windows 10 Pro Education", Some(EditionClass::HomePro)),
            ("Windows 10 Education", Some(EditionClass::EntEdu)),
            (
                "Windows 10 Enterprise for Virtual Desktops",
                Some(EditionClass::EntEdu),
            ),
            ("Windows 10 Enterprise 2016 LTSB", Some(EditionClass::Ltsc)),
            (
                "Windows 10 IoT Enterprise LTSC",
                Some(EditionClass::IotLtsc),
            ),
            (
                "Windows Server 2022 Datacenter",
                Some(EditionClass::ServerLtsc),
            ),
            ("Windows Server Datacenter", Some(EditionClass::ServerAc)),
            ("Windows 7 Ultimate", None),
            ("macOS", None),
        ];
        for (system, expected) in cases {
            let class = edition_class(&computer(system, ""));
            assert_eq!(class.into_known(), expected, "{system}");
        }
    }

    #[test]
    fn unit_is_two_levels_from_the_top() {
        let cases = [
            (
                "CN=PC,OU=Computers,OU=Berlin,OU=Germany,DC=corp,DC=test",
                "Germany/Berlin",
            ),
            ("CN=PC,CN=Computers,DC=corp,DC=test", "Computers"),
            ("CN=PC,DC=corp,DC=test", ""),
            (r"CN=a\,b,OU=x\, y,DC=corp", "x, y"),
            ("nonsense", ""),
        ];
        for (dn, expected) in cases {
            assert_eq!(unit(dn), expected, "{dn}");
        }
    }
}
