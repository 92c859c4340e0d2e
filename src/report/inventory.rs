//! What was found, in figures: the directory, the machine, its browsers, the endpoints by outcome.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::{Environment, Seen};
use waterline_rules::fleet::Fleet;

use super::{
    Report,
    recorded::{self, RecordedInventory},
};

/// What was found. A figure that was not learned is null, and named in `gaps`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    /// The on-premises directory.
    pub directory: DirectoryInventory,
    /// The machines that were probed from; now always one.
    pub hosts: Vec<HostInventory>,
    /// Browsers installed on that machine; null if not learned.
    pub browsers: Option<Vec<BrowserInventory>>,
    /// Machines that were judged by their recordings; left out if none were named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<RecordedInventory>,
    /// Endpoints by outcome; null if none was probed.
    pub endpoints: Option<EndpointInventory>,
    /// What was not learned, and why.
    pub gaps: Vec<InventoryGap>,
}

/// The directory in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryInventory {
    /// DNS name of the domain that was entered.
    pub domain: Option<String>,
    /// Functional level of the forest.
    pub forest_level: Option<u32>,
    /// Users.
    pub users: Option<u64>,
    /// Users that are disabled.
    pub users_disabled: Option<u64>,
    /// Groups.
    pub groups: Option<u64>,
    /// Contacts.
    pub contacts: Option<u64>,
    /// Computers.
    pub computers: Option<u64>,
    /// Computers that are disabled.
    pub computers_disabled: Option<u64>,
    /// Computers by operating system; null if not learned.
    pub operating_systems: Option<Vec<OperatingSystemInventory>>,
    /// The machines behind the computer accounts, and what can be done with them; null if not
    /// learned.
    pub fleet: Option<Fleet>,
}

/// Computers with one operating system and version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperatingSystemInventory {
    /// Its name; null if the computers do not say.
    pub name: Option<String>,
    /// Its version; null if the computers do not say.
    pub version: Option<String>,
    /// Enabled computers.
    pub enabled: u64,
    /// Enabled computers that logged on lately.
    pub active: u64,
    /// Disabled computers.
    pub disabled: u64,
}

/// A machine that was probed from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HostInventory {
    /// Its name.
    pub name: Option<String>,
    /// Name of its operating system.
    pub operating_system: Option<String>,
    /// Version of its operating system.
    pub version: Option<String>,
    /// The domain that it is joined to; null also if it is not joined.
    pub domain: Option<String>,
}

/// An installed browser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrowserInventory {
    /// The name it is shown by.
    pub name: String,
    /// Release channel.
    pub channel: Option<String>,
    /// Version.
    pub version: Option<String>,
}

/// Endpoints by outcome.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointInventory {
    /// Endpoints that can be reached.
    pub reachable: u64,
    /// Endpoints that failed.
    pub unreachable: u64,
    /// Endpoints of which it is not known, though the run was to contact them.
    pub not_assessed: u64,
    /// Endpoints that the run was not to contact: no chosen target asks for them, or only others
    /// than those for whom it stood contact them.
    pub not_probed: u64,
    /// Date of the newest source in the catalogue of endpoints.
    pub catalog_as_of: String,
}

/// A figure that was not learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InventoryGap {
    /// Path of the fact.
    pub path: String,
    /// Why it was not learned.
    pub reason: String,
}

/// The inventory of a report's environment on the day of judging, raw text in it.
pub(super) fn inventory(report: &Report) -> Inventory {
    let environment = report.environment;
    let mut taker = Taker::default();
    let mut directory = taker.directory(environment);
    directory.fleet = taker.fleet(report);
    Inventory {
        directory,
        hosts: vec![taker.host(environment)],
        browsers: taker.browsers(environment),
        recorded: recorded::recorded(report),
        endpoints: taker.endpoints(environment),
        gaps: taker.gaps,
    }
}

/// Takes values out of facts and notes the gaps it meets.
#[derive(Default)]
struct Taker {
    gaps: Vec<InventoryGap>,
}

impl Taker {
    fn take<T: Clone>(&mut self, path: &str, fact: &Seen<T>) -> Option<T> {
        if let Seen::Unknown(gap) = fact {
            self.gaps.push(InventoryGap {
                path: path.to_owned(),
                reason: gap.to_string(),
            });
        }
        fact.known().cloned()
    }

    fn directory(&mut self, environment: &Environment) -> DirectoryInventory {
        let Some(directory) = self.take("directory", &environment.directory) else {
            return DirectoryInventory::default();
        };
        let counts = &directory.counts;
        DirectoryInventory {
            domain: self.take("directory.domain", &directory.domain),
            forest_level: self.take("directory.forest.level", &directory.forest.level),
            users: self.take("directory.counts.users", &counts.users),
            users_disabled: self.take("directory.counts.users_disabled", &counts.users_disabled),
            groups: self.take("directory.counts.groups", &counts.groups),
            contacts: self.take("directory.counts.contacts", &counts.contacts),
            computers: self.take("directory.counts.computers", &counts.computers),
            computers_disabled: self.take(
                "directory.counts.computers_disabled",
                &counts.computers_disabled,
            ),
            operating_systems: self
                .take("directory.computers", &directory.computers)
                .map(|groups| groups.into_iter().map(operating_system).collect()),
            fleet: None,
        }
    }

    fn fleet(&mut self, report: &Report) -> Option<Fleet> {
        let fleet = &report.environment.directory.known()?.fleet;
        let machines = self.take("directory.fleet.machines", &fleet.machines);
        self.take("directory.fleet.sites", &fleet.sites);
        Some(Fleet::of(&machines?, report.assessment.as_of))
    }

    fn host(&mut self, environment: &Environment) -> HostInventory {
        let Some(host) = self.take("host", &environment.host) else {
            return HostInventory::default();
        };
        HostInventory {
            name: self.take("host.name", &host.name),
            operating_system: self.take("host.os.name", &host.os.name),
            version: self.take("host.os.version", &host.os.version),
            domain: self.take("host.join.domain", &host.join.domain),
        }
    }

    fn browsers(&mut self, environment: &Environment) -> Option<Vec<BrowserInventory>> {
        let browsers = self.take("browsers", &environment.browsers)?;
        let installed = self.take("browsers.installed", &browsers.installed)?;
        let shown = installed.into_iter().map(|browser| BrowserInventory {
            name: browser.name,
            channel: browser.channel.into_known(),
            version: browser.version.into_known(),
        });
        Some(shown.collect())
    }

    fn endpoints(&mut self, environment: &Environment) -> Option<EndpointInventory> {
        let network = self.take("network", &environment.network)?;
        let endpoints = self.take("network.endpoints", &network.endpoints)?;
        let (chosen, listed): (Vec<_>, Vec<_>) = endpoints.iter().partition(|one| one.chosen);
        let outcomes = |wanted: Option<bool>| {
            let seen = chosen.iter().map(|one| one.reachable.known().copied());
            seen.filter(|outcome| *outcome == wanted).count() as u64
        };
        Some(EndpointInventory {
            reachable: outcomes(Some(true)),
            unreachable: outcomes(Some(false)),
            not_assessed: outcomes(None),
            not_probed: listed.len() as u64,
            catalog_as_of: network.catalog_as_of.clone(),
        })
    }
}

fn operating_system(group: waterline_facts::directory::ComputerGroup) -> OperatingSystemInventory {
    OperatingSystemInventory {
        name: group.operating_system.into_known(),
        version: group.version.into_known(),
        enabled: group.enabled,
        active: group.active,
        disabled: group.disabled,
    }
}
