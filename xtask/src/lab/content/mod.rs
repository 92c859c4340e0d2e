//! What the lab's directory holds, made by rule and not by chance: the same day, the same content.
//!
//! Faults are planted by taking a sound object and breaking it; each object carries the names of
//! its faults, so the counts in `planted.json` are counted and never written down by hand.

#[cfg(test)]
mod agreement_tests;
mod broken;
mod configuration;
mod entry;
mod fault;
mod forest;
pub mod ldif;
mod machines;
mod mail;
mod people;
mod scripts;
pub mod services;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use entry::{Change, Entry};
pub use fault::{Expectation, Fault};
use services::Grant;

/// Organisational unit below which everything lies that the lab adds.
pub const ROOT: &str = "OU=Corp,DC=corp,DC=example,DC=test";
/// Organisational unit of service accounts.
pub const SERVICE_ACCOUNTS: &str = "OU=Service Accounts,OU=Corp,DC=corp,DC=example,DC=test";
/// The suffix of sound user principal names, which a tenant could verify.
pub const SUFFIX: &str = "example.com";

/// Everything that the lab adds to a fresh domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Objects to add, parents first.
    pub entries: Vec<Entry>,
    /// Changes to objects that are there already.
    pub changes: Vec<Change>,
    /// Rights that are given at the end.
    pub grants: Vec<Grant>,
}

/// `planted.json`: what a good assessment finds in the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planted {
    /// The day (UTC) to which dates are relative.
    pub made: Date,
    /// Objects that the lab added, by kind: `users`, `groups`, `contacts`, `computers`, and
    /// `users_disabled` and `computers_disabled` among them.
    ///
    /// The domain itself brings more: `Administrator`, `Guest`, `krbtgt` and `dns-dc1`, its own
    /// groups, and the controller's computer.
    pub added: BTreeMap<String, usize>,
    /// How many objects each rule about objects must find, by its id: the objects that carry one
    /// of its faults, each counted once.
    pub checks: BTreeMap<String, usize>,
    /// Every planted fault, trap and state, sorted by id.
    pub faults: Vec<PlantedFault>,
}

/// One planted fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlantedFault {
    /// Its id, in kebab case.
    pub id: String,
    /// What an assessment is to make of it.
    pub expectation: Expectation,
    /// Id of the rule that finds it, or that a trap is laid for; empty if none looks for it.
    pub rule: String,
    /// What is wrong, in a sentence.
    pub about: String,
    /// How many objects carry it.
    pub count: usize,
    /// Their distinguished names, sorted.
    pub objects: Vec<String>,
}

/// The lab's content, with dates relative to `today`.
#[must_use]
pub fn generate(today: Date) -> Content {
    let mut entries = forest::units();
    entries.extend(people::sound(today));
    entries.extend(broken::people(today));
    entries.extend(forest::service_accounts(today));
    entries.extend(mail::contacts());
    entries.extend(mail::groups(&entries));
    entries.extend(machines::computers(today));
    entries.extend(forest::sites());
    entries.extend(configuration::entries());
    entries.extend(services::entries());
    let changes = [
        forest::changes(),
        configuration::changes(),
        services::changes(),
    ];
    Content {
        entries,
        changes: changes.concat(),
        grants: [configuration::grants(), services::grants()].concat(),
    }
}

impl Content {
    /// What was planted.
    #[must_use]
    pub fn planted(&self, made: Date) -> Planted {
        let faults = Fault::ALL
            .iter()
            .map(|fault| self.planted_fault(*fault))
            .collect();
        Planted {
            made,
            added: self.added(),
            checks: self.checks(),
            faults,
        }
    }

    fn planted_fault(&self, fault: Fault) -> PlantedFault {
        let entries = self.entries.iter().map(|entry| (&entry.dn, &entry.faults));
        let changes = self
            .changes
            .iter()
            .map(|change| (&change.dn, &change.faults));
        let carriers = entries
            .chain(changes)
            .filter(|(_, faults)| faults.contains(&fault));
        let mut objects: Vec<_> = carriers.map(|(dn, _)| dn.clone()).collect();
        objects.sort();
        PlantedFault {
            id: fault.id(),
            expectation: fault.expectation(),
            rule: fault.rule().to_owned(),
            about: fault.about().to_owned(),
            count: objects.len(),
            objects,
        }
    }

    fn checks(&self) -> BTreeMap<String, usize> {
        let mut checks = BTreeMap::new();
        for entry in &self.entries {
            let faults = entry
                .faults
                .iter()
                .filter(|fault| fault.expectation() == Expectation::Fault);
            let rules: BTreeSet<_> = faults.map(|fault| fault.rule()).collect();
            for rule in rules.into_iter().filter(|rule| rule.starts_with("object-")) {
                *checks.entry(rule.to_owned()).or_default() += 1;
            }
        }
        checks
    }

    fn added(&self) -> BTreeMap<String, usize> {
        let count = |wanted: fn(&Entry) -> bool| self.entries.iter().filter(|e| wanted(e)).count();
        let counts = [
            ("users", count(|entry| entry.class == "user")),
            (
                "users_disabled",
                count(|entry| entry.class == "user" && entry.disabled()),
            ),
            ("groups", count(|entry| entry.class == "group")),
            (
                "contacts",
                // Those below AD FS are no people but hide its keys.
                count(|entry| entry.class == "contact" && !entry.dn.contains("CN=ADFS,")),
            ),
            ("computers", count(|entry| entry.class == "computer")),
            (
                "computers_disabled",
                count(|entry| entry.class == "computer" && entry.disabled()),
            ),
        ];
        counts
            .into_iter()
            .map(|(kind, count)| (kind.to_owned(), count))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        generate(Date::constant(2026, 1, 31))
    }

    #[test]
    fn every_fault_is_planted_somewhere() {
        for fault in content().planted(Date::constant(2026, 1, 31)).faults {
            assert!(fault.count > 0, "{} is planted nowhere", fault.id);
        }
    }

    #[test]
    fn names_that_the_directory_holds_once_are_given_once() {
        let content = content();
        for attribute in ["sAMAccountName", "userPrincipalName"] {
            let mut seen = BTreeSet::new();
            for value in content
                .entries
                .iter()
                .filter_map(|entry| entry.first(attribute))
            {
                assert!(
                    seen.insert(value.to_lowercase()),
                    "{attribute} {value} is there twice"
                );
            }
        }
        let names: BTreeSet<_> = content
            .entries
            .iter()
            .map(|e| e.dn.to_lowercase())
            .collect();
        assert_eq!(names.len(), content.entries.len());
    }

    #[test]
    fn parents_come_before_their_children() {
        let mut seen = BTreeSet::from(["DC=corp,DC=example,DC=test".to_owned()]);
        for entry in content().entries {
            // Every new domain has these.
            let built_in = [
                "CN=Users,",
                "CN=Sites,",
                "CN=Subnets,",
                "CN=IP,",
                "CN=System,",
                "CN=Password Settings Container,",
                "CN=Query-Policies,",
                "CN=Services,",
                "CN=Computers,",
                "CN=DC1,",
                "CN=Managed Service Accounts,",
                "CN=Microsoft,",
                "CN=Certificate Templates,",
                "CN=Enrollment Services,",
                "CN=Public Key Services,",
                "OU=Domain Controllers,",
            ];
            let there = built_in
                .iter()
                .any(|start| entry.parent().starts_with(start));
            assert!(
                there || seen.contains(entry.parent()),
                "{} has no parent yet",
                entry.dn
            );
            seen.insert(entry.dn);
        }
    }

    #[test]
    fn same_day_gives_the_same_content() {
        assert_eq!(content(), content());
    }

    #[test]
    fn some_hundred_objects_of_each_main_kind_are_there() {
        let planted = content().planted(Date::constant(2026, 1, 31));
        assert!(planted.added["users"] >= 300);
        assert!(planted.added["computers"] >= 100);
        assert!(planted.added["groups"] >= 30);
        assert!(planted.added["contacts"] >= 30);
    }
}
