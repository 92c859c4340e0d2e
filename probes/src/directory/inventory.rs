//! How many objects there are of each kind, counted while they stream by.

use jiff::Timestamp;
use waterline_facts::{
    DirectoryObject, Gap, Reason, Seen,
    directory::{ComputerGroup, CountFacts, fleet::FleetFacts},
    objects::ObjectKind,
};

use super::{
    computers::Computers,
    fleet::{self, Fleet},
};

/// What to do if accounts hide attributes that every account has.
const SHOW: &str = "run as a user who may read all attributes of accounts, such as a domain \
                    administrator; of an export, export whole entries";

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// How many objects.
    pub all: u64,
    users: Accounts,
    groups: u64,
    contacts: u64,
    machines: Accounts,
    computers: Computers,
    fleet: Fleet,
    certified: u64,
    anchored: u64,
    /// Entries that do not tell what they are.
    pub classless: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Accounts {
    all: u64,
    disabled: u64,
    /// Those that do not say whether they are disabled.
    mute: u64,
}

/// What is known once the objects were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Inventory {
    /// How many came.
    pub objects_read: Seen<u64>,
    /// How many of each kind.
    pub counts: CountFacts,
    /// Computers by operating system.
    pub computers: Seen<Vec<ComputerGroup>>,
    /// The machines behind the computer accounts.
    pub fleet: FleetFacts,
}

impl Inventory {
    /// Nothing is known of the objects, for this reason.
    pub fn unknown(gap: &Gap) -> Self {
        let unknown = || Seen::Unknown(gap.clone());
        Self {
            objects_read: unknown(),
            computers: Seen::Unknown(gap.clone()),
            fleet: fleet::unknown(gap),
            counts: CountFacts {
                users: unknown(),
                users_disabled: unknown(),
                groups: unknown(),
                contacts: unknown(),
                computers: unknown(),
                computers_disabled: unknown(),
                computers_with_certificate: unknown(),
                consistency_guids: unknown(),
            },
        }
    }
}

impl Inventory {
    /// The same of a part of a domain: of a kind that does not occur nothing is known.
    pub fn of_part(mut self) -> Self {
        let counts = &mut self.counts;
        for (all, disabled) in [
            (&mut counts.users, Some(&mut counts.users_disabled)),
            (&mut counts.groups, None),
            (&mut counts.contacts, None),
            (&mut counts.computers, Some(&mut counts.computers_disabled)),
        ] {
            if *all == Seen::Known(0) {
                *all = Seen::Unknown(left_out());
                disabled
                    .into_iter()
                    .for_each(|count| *count = Seen::Unknown(left_out()));
            }
        }
        if counts.computers.is_unknown() {
            counts.computers_with_certificate = Seen::Unknown(left_out());
        }
        if self.computers.known().is_some_and(Vec::is_empty) {
            self.computers = Seen::Unknown(left_out());
            self.fleet = fleet::unknown(&left_out());
        }
        self
    }
}

fn left_out() -> Gap {
    let what = "the export holds none, but it is not of the whole domain";
    Gap::new(Reason::NotConfigured, what)
        .with_remedy("export the whole domain, or name a server with --server")
}

impl Counts {
    /// Counts an object.
    pub fn count(&mut self, object: &DirectoryObject, now: Timestamp) {
        self.all += 1;
        self.anchored += u64::from(object.consistency_guid.is_some());
        match object.kind {
            ObjectKind::User => self.users.count(object),
            ObjectKind::Computer => {
                self.machines.count(object);
                self.certified += u64::from(object.certificates > 0);
                self.computers.count(object, now);
                self.fleet.count(object, now);
            }
            ObjectKind::Group => self.groups += 1,
            ObjectKind::Contact => self.contacts += 1,
            ObjectKind::ServiceAccount => {}
        }
    }

    /// What is known if these are all objects.
    pub fn inventory(self) -> Inventory {
        if self.classless > 0 {
            let what = format!("{} entries do not tell their objectClass", self.classless);
            let gap = Gap::new(Reason::Denied, what);
            return Inventory::unknown(&gap.with_remedy(SHOW));
        }
        Inventory {
            objects_read: Seen::Known(self.all),
            computers: self.machines.told().map(|_| self.computers.groups()),
            fleet: self.fleet.facts(self.machines.told()),
            counts: CountFacts {
                users: Seen::Known(self.users.all),
                users_disabled: self.users.told(),
                groups: Seen::Known(self.groups),
                contacts: Seen::Known(self.contacts),
                computers: Seen::Known(self.machines.all),
                computers_disabled: self.machines.told(),
                computers_with_certificate: Seen::Known(self.certified),
                consistency_guids: Seen::Known(self.anchored),
            },
        }
    }
}

impl Accounts {
    fn count(&mut self, account: &DirectoryObject) {
        self.all += 1;
        self.disabled += u64::from(account.is_disabled());
        self.mute += u64::from(account.account_control.is_none());
    }

    /// How many are disabled; unknown where one does not say so. In hardened domains an ordinary user
    /// sees the attribute of his own account alone.
    fn told(self) -> Seen<u64> {
        if self.mute == 0 {
            return Seen::Known(self.disabled);
        }
        let what = format!(
            "{} of {} accounts do not show their userAccountControl",
            self.mute, self.all
        );
        Seen::Unknown(Gap::new(Reason::Denied, what).with_remedy(SHOW))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disabled_is_unknown_if_one_account_does_not_tell() {
        let mut accounts = Accounts::default();
        let mut account = DirectoryObject::new(ObjectKind::User, "CN=a");
        assert_eq!(accounts.told(), Seen::Known(0));
        account.account_control = Some(514);
        accounts.count(&account);
        assert_eq!(accounts.told(), Seen::Known(1));
        account.account_control = None;
        accounts.count(&account);
        assert_eq!(accounts.told().gap().unwrap().reason, Reason::Denied);
    }
}
