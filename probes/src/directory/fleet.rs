//! The fleet: machines by what they run and where they stand, counted while they stream by.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use waterline_facts::{
    DirectoryObject, Gap, Reason, Seen,
    directory::fleet::{FleetFacts, MachineGroup, MachineRole, SiteMachines},
    host::EditionClass,
    seen::known_or_absent,
};

use super::machine::{self, Usage};

/// The most units that are told apart.
const MOST_UNITS: usize = 500;

/// More groups than this are made up; further ones are counted as one that says nothing.
const MOST_GROUPS: usize = 10_000;

/// Counts machines.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    units: BTreeSet<String>,
    groups: BTreeMap<Key, Count>,
    without_machine: u64,
}

/// What machines of one group have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    unit: Option<String>,
    operating_system: Option<String>,
    version: Option<String>,
    is_controller: bool,
}

#[derive(Debug, Default)]
struct Count {
    build: Option<u32>,
    edition_class: Option<Seen<EditionClass>>,
    role: Option<Seen<MachineRole>>,
    active: u64,
    stale: u64,
    undated: u64,
    disabled: u64,
}

impl Fleet {
    /// Counts a computer, as it is at this moment.
    pub fn count(&mut self, computer: &DirectoryObject, now: Timestamp) {
        if machine::is_without_machine(computer) {
            self.without_machine += 1;
            return;
        }
        let role = machine::role(computer);
        let key = Key {
            unit: self.unit(&computer.dn),
            operating_system: computer.operating_system.clone(),
            version: computer.operating_system_version.clone(),
            is_controller: role == Seen::Known(MachineRole::Controller),
        };
        let made_up = self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key);
        let count = if made_up {
            self.groups.entry(Key::default()).or_default()
        } else {
            let count = self.groups.entry(key).or_default();
            count.role = Some(role);
            count.build = machine::build(computer);
            count.edition_class = Some(machine::edition_class(computer));
            count
        };
        match machine::usage(computer, now) {
            Usage::Active => count.active += 1,
            Usage::Stale => count.stale += 1,
            Usage::Undated => count.undated += 1,
            Usage::Disabled => count.disabled += 1,
        }
    }

    fn unit(&mut self, dn: &str) -> Option<String> {
        let unit = machine::unit(dn);
        if !self.units.contains(&unit) {
            if self.units.len() >= MOST_UNITS {
                return None;
            }
            self.units.insert(unit.clone());
        }
        Some(unit)
    }

    /// What is known if these are all computers, and all said whether they are disabled; else the
    /// reason.
    pub fn facts(self, told: Seen<u64>) -> FleetFacts {
        let mut groups: Vec<_> = self.groups.into_iter().map(group).collect();
        groups.sort();
        FleetFacts {
            machines: told.map(|_| groups),
            without_machine: Seen::Known(self.without_machine),
            sites: sites(),
        }
    }
}

fn group((key, count): (Key, Count)) -> MachineGroup {
    MachineGroup {
        unit: known_or_absent(key.unit),
        operating_system: known_or_absent(key.operating_system),
        version: known_or_absent(key.version),
        build: known_or_absent(count.build),
        edition_class: count.edition_class.unwrap_or(Seen::Absent),
        role: count.role.unwrap_or(Seen::Absent),
        active: count.active,
        stale: count.stale,
        undated: count.undated,
        disabled: count.disabled,
    }
}

/// Nothing is known of the fleet, for this reason.
pub(super) fn unknown(gap: &Gap) -> FleetFacts {
    FleetFacts {
        machines: Seen::Unknown(gap.clone()),
        without_machine: Seen::Unknown(gap.clone()),
        sites: Seen::Unknown(gap.clone()),
    }
}

/// A machine finds its site by its address, each time anew, and the directory does not keep it.
fn sites() -> Seen<Vec<SiteMachines>> {
    let what = "the directory does not tell in which site a member stands: that follows from the \
                machine's address";
    let gap = Gap::new(Reason::NotRun, what);
    Seen::Unknown(gap.with_remedy("hold the machines' addresses in DNS against the sites' subnets"))
}

#[cfg(test)]
mod tests {
    use waterline_facts::objects::ObjectKind;

    use super::*;

    fn counted(computers: &[DirectoryObject]) -> FleetFacts {
        let mut fleet = Fleet::default();
        let now = "2026-11-23T00:00:00Z".parse().unwrap();
        computers
            .iter()
            .for_each(|computer| fleet.count(computer, now));
        fleet.facts(Seen::Known(0))
    }

    fn computer(dn: &str, system: &str) -> DirectoryObject {
        DirectoryObject {
            account_control: Some(0x1000),
            operating_system: Some(system.to_owned()),
            operating_system_version: Some("10.0 (26100)".to_owned()),
            last_logon_s: Some(1_795_000_000),
            ..DirectoryObject::new(ObjectKind::Computer, dn)
        }
    }

    #[test]
    fn machines_are_grouped_by_unit_and_system() {
        let facts = counted(&[
            computer("CN=a,OU=One,DC=corp", "Windows 11 Pro"),
            computer("CN=b,OU=One,DC=corp", "Windows 11 Pro"),
            computer("CN=c,OU=Two,DC=corp", "Windows 11 Pro"),
            computer("CN=d,OU=Two,DC=corp", "Windows Server 2025 Standard"),
        ]);
        let machines = facts.machines.known().unwrap();
        let units: Vec<_> = machines
            .iter()
            .map(|group| (group.unit.known().unwrap().as_str(), group.active))
            .collect();
        assert_eq!(units, [("One", 2), ("Two", 1), ("Two", 1)]);
        assert!(facts.sites.is_unknown());
    }

    #[test]
    fn account_without_a_machine_is_counted_apart() {
        let mut account = computer("CN=x,CN=Computers,DC=corp", "");
        account.sam_account_name = Some("AzureADSSOAcc$".to_owned());
        let facts = counted(&[account]);
        assert_eq!(facts.without_machine, Seen::Known(1));
        assert_eq!(facts.machines, Seen::Known(Vec::new()));
    }

    #[test]
    fn made_up_units_do_not_fill_the_memory_and_no_machine_is_lost() {
        let computers: Vec<_> = (0..MOST_UNITS + 20)
            .map(|number| computer(&format!("CN=a,OU=Unit {number},DC=corp"), "Windows 11 Pro"))
            .collect();
        let facts = counted(&computers);
        let machines = facts.machines.known().unwrap();
        assert_eq!(machines.len(), MOST_UNITS + 1);
        assert_eq!(machines.iter().map(|group| group.active).sum::<u64>(), 520);
    }
}
