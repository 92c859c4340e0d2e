//! Computers by operating system and version, counted while they stream by.

use std::collections::BTreeMap;

use jiff::Timestamp;
use waterline_facts::{DirectoryObject, directory::ComputerGroup, seen::known_or_absent};

use super::machine::{self, Usage};

/// More kinds than this are made up; further ones are counted as one kind that says nothing.
const MOST_KINDS: usize = 10_000;

/// Counts computers by kind.
#[derive(Debug, Default)]
pub(super) struct Computers {
    kinds: BTreeMap<(Option<String>, Option<String>), Count>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    build: Option<u32>,
    enabled: u64,
    active: u64,
    disabled: u64,
}

impl Computers {
    /// Counts a computer, as it is at this moment.
    pub fn count(&mut self, computer: &DirectoryObject, now: Timestamp) {
        if machine::is_without_machine(computer) {
            return;
        }
        let mut kind = (
            computer.operating_system.clone(),
            computer.operating_system_version.clone(),
        );
        if self.kinds.len() >= MOST_KINDS && !self.kinds.contains_key(&kind) {
            kind = (None, None);
        }
        let tells = kind.1.is_some();
        let count = self.kinds.entry(kind).or_default();
        if tells {
            count.build = machine::build(computer);
        }
        let usage = machine::usage(computer, now);
        count.disabled += u64::from(usage == Usage::Disabled);
        count.enabled += u64::from(usage != Usage::Disabled);
        count.active += u64::from(usage == Usage::Active);
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
        build: known_or_absent(count.build),
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
