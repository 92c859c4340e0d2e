//! Computers by operating system and version, counted while they stream by.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use waterline_facts::{DirectoryObject, directory::ComputerGroup, seen::known_or_absent};

use super::values;

/// A computer that logged on within 90 days is in use; `lastLogonTimestamp` lags by up to 14.
const ACTIVE_DAYS: i64 = 90 + 14;

/// More kinds than this are made up; further ones are counted as one kind that says nothing.
const MOST_KINDS: usize = 10_000;

/// Computer accounts behind which no machine stands: seamless single sign-on, and the cloud's
/// read-only domain controller.
const WITHOUT_MACHINE: [&str; 2] = ["AZUREADSSOACC$", "AzureADKerberos$"];

/// Counts computers by kind.
#[derive(Debug, Default)]
pub(super) struct Computers {
    kinds: BTreeMap<(Option<String>, Option<String>), Count>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    enabled: u64,
    active: u64,
    disabled: u64,
}

impl Computers {
    /// Counts a computer, as it is at this moment.
    pub fn count(&mut self, computer: &DirectoryObject, now: Timestamp) {
        let name = computer.sam_account_name.as_deref().unwrap_or_default();
        if WITHOUT_MACHINE
            .iter()
            .any(|other| other.eq_ignore_ascii_case(name))
        {
            return;
        }
        let mut kind = (
            computer.operating_system.clone(),
            computer.operating_system_version.clone(),
        );
        if self.kinds.len() >= MOST_KINDS && !self.kinds.contains_key(&kind) {
            kind = (None, None);
        }
        let count = self.kinds.entry(kind).or_default();
        if computer.is_disabled() {
            count.disabled += 1;
            return;
        }
        count.enabled += 1;
        let since = now.checked_sub(SignedDuration::from_hours(24 * ACTIVE_DAYS));
        let since = since.map_or(i64::MIN, Timestamp::as_second);
        if computer.last_logon_s.is_some_and(|logon| logon >= since) {
            count.active += 1;
        }
    }

    /// The groups, sorted.
    pub fn groups(self) -> Vec<ComputerGroup> {
        let mut groups: Vec<_> = self.kinds.into_iter().map(group).collect();
        groups.sort();
        groups
    }
}

fn group(((system, version), count): ((Option<String>, Option<String>), Count)) -> ComputerGroup {
    let name = system.as_deref().unwrap_or_default().to_lowercase();
    ComputerGroup {
        // Windows client and server share build numbers; only the name tells them apart.
        server: name.contains("server"),
        windows: name.contains("windows"),
        build: known_or_absent(version.as_deref().and_then(values::build)),
        operating_system: known_or_absent(system),
        version: known_or_absent(version),
        enabled: count.enabled,
        active: count.active,
        disabled: count.disabled,
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::{Seen, objects::ObjectKind};

    use super::*;

    const NOW: &str = "2026-11-23T00:00:00Z";

    fn computer(
        system: &str,
        version: &str,
        logon: Option<&str>,
        disabled: bool,
    ) -> DirectoryObject {
        DirectoryObject {
            account_control: Some(if disabled { 0x1002 } else { 0x1000 }),
            operating_system: Some(system.to_owned()),
            operating_system_version: Some(version.to_owned()),
            last_logon_s: logon.map(|time| time.parse::<Timestamp>().unwrap().as_second()),
            ..DirectoryObject::new(ObjectKind::Computer, "CN=PC")
        }
    }

    fn counted(computers: &[DirectoryObject]) -> Vec<ComputerGroup> {
        let mut counts = Computers::default();
        for computer in computers {
            counts.count(computer, NOW.parse().unwrap());
        }
        counts.groups()
    }

    #[test]
    fn computers_of_a_kind_are_counted_together() {
        let groups = counted(&[
            computer(
                "Windows 11 Enterprise",
                "10.0 (26100)",
                Some("2026-11-01T00:00:00Z"),
                false,
            ),
            computer(
                "Windows 11 Enterprise",
                "10.0 (26100)",
                Some("2026-08-11T00:00:00Z"),
                false,
            ),
            computer(
                "Windows 11 Enterprise",
                "10.0 (26100)",
                Some("2026-08-10T00:00:00Z"),
                false,
            ),
            computer("Windows 11 Enterprise", "10.0 (26100)", None, false),
            computer("Windows 11 Enterprise", "10.0 (26100)", None, true),
        ]);
        assert_eq!(groups.len(), 1);
        let group = &groups[0];
        assert_eq!((group.enabled, group.active, group.disabled), (4, 2, 1));
        assert_eq!(group.build, Seen::Known(26100));
        assert!(group.windows && !group.server);
    }

    #[test]
    fn server_is_told_by_its_name_not_its_build() {
        let groups = counted(&[
            computer("Windows Server 2025 Standard", "10.0 (26100)", None, false),
            computer("macOS", "14.2", None, false),
        ]);
        let servers: Vec<_> = groups.iter().map(|g| (g.server, g.windows)).collect();
        assert!(servers.contains(&(true, true)) && servers.contains(&(false, false)));
    }

    #[test]
    fn accounts_without_a_machine_are_left_out() {
        let mut account = computer("", "", None, false);
        account.sam_account_name = Some("azureadssoacc$".to_owned());
        assert!(counted(&[account]).is_empty());
    }

    #[test]
    fn made_up_kinds_do_not_fill_the_memory() {
        let mut counts = Computers::default();
        for number in 0..MOST_KINDS + 50 {
            let machine = computer(&format!("System {number}"), "1", None, false);
            counts.count(&machine, NOW.parse().unwrap());
        }
        let groups = counts.groups();
        assert_eq!(groups.len(), MOST_KINDS + 1);
        assert_eq!(
            groups.iter().map(|group| group.enabled).sum::<u64>(),
            10_050
        );
    }
}
