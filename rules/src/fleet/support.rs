//! The table of which machines can be enrolled, hybrid joined and co-managed.
//!
//! Read once from `reference/client-support.yaml`; rows are held against a machine in order. A
//! machine that no row matches is not known.

use std::sync::LazyLock;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use waterline_facts::{
    directory::fleet::{MachineGroup, MachineRole},
    host::EditionClass,
};

use crate::{
    builds::Builds,
    source::{Fault, Source},
};

/// What machines can do, by what the directory tells of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The capabilities.
    pub capabilities: Vec<Capability>,
}

/// Something that can be done with a machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    /// Its id.
    pub id: CapabilityId,
    /// Its name in a report.
    pub title: String,
    /// The page that tells it.
    pub source: String,
    /// The page's date.
    pub as_of: Date,
    rows: Vec<Row>,
}

/// The capabilities that an inventory counts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CapabilityId {
    /// Enrolment in Intune.
    Enrolment,
    /// Hybrid join.
    HybridJoin,
    /// Co-management.
    CoManagement,
}

/// How far a machine is fit for something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// It is supported.
    Supported,
    /// It works and is not supported, or something newer is advised.
    Allowed,
    /// It cannot be done.
    Refused,
    /// The directory or the table does not tell.
    Unknown,
}

/// A fitness and its reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Fitness {
    /// How far.
    pub fit: Fit,
    /// Why, in a few words.
    pub why: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    roles: Vec<MachineRole>,
    #[serde(default)]
    classes: Vec<EditionClass>,
    #[serde(default)]
    builds: Vec<u32>,
    from_build: Option<u32>,
    to_build: Option<u32>,
    serviced: Option<bool>,
    fit: Fit,
    why: String,
}

impl Support {
    /// The table that the program carries.
    pub fn embedded() -> &'static Self {
        static SUPPORT: LazyLock<Support> = LazyLock::new(|| {
            let text = include_str!("../../reference/client-support.yaml");
            let source = Source::new("reference/client-support.yaml", text);
            Support::read(&source).expect("a test reads the embedded table")
        });
        &SUPPORT
    }

    /// Reads a table.
    ///
    /// # Errors
    /// The first fault of its form.
    pub fn read(source: &Source) -> Result<Self, Fault> {
        source.read()
    }

    /// How far these machines are fit for something.
    pub fn fitness(
        &self,
        id: CapabilityId,
        group: &MachineGroup,
        serviced: Option<bool>,
    ) -> Fitness {
        let mut capabilities = self
            .capabilities
            .iter()
            .filter(|capability| capability.id == id);
        let rows = capabilities
            .next()
            .map(|capability| capability.rows.as_slice());
        let mut rows = rows.unwrap_or_default().iter();
        match rows.find(|row| row.matches(group, serviced)) {
            Some(row) => Fitness {
                fit: row.fit,
                why: row.why.clone(),
            },
            None => Fitness {
                fit: Fit::Unknown,
                why: unknown(group).to_owned(),
            },
        }
    }
}

impl Row {
    fn matches(&self, group: &MachineGroup, serviced: Option<bool>) -> bool {
        let role = group
            .role
            .known()
            .is_some_and(|role| self.roles.contains(role));
        let class = group.edition_class.known();
        let class =
            self.classes.is_empty() || class.is_some_and(|class| self.classes.contains(class));
        let serviced = self.serviced.is_none_or(|wanted| serviced == Some(wanted));
        role && class && serviced && self.takes(group.build.known().copied())
    }

    fn takes(&self, build: Option<u32>) -> bool {
        let Some(build) = build else {
            return self.builds.is_empty() && self.from_build.is_none() && self.to_build.is_none();
        };
        let listed = self.builds.is_empty() || self.builds.contains(&build);
        let from = self
            .from_build
            .is_none_or(|from| from <= build && in_table(build));
        listed && from && self.to_build.is_none_or(|to| build <= to)
    }
}

fn in_table(build: u32) -> bool {
    Builds::embedded()
        .builds
        .iter()
        .any(|release| release.build == i64::from(build))
}

/// Why no row decides.
fn unknown(group: &MachineGroup) -> &'static str {
    match (group.role.known(), group.build.known()) {
        (None, _) => "they do not say what they run",
        (Some(MachineRole::Other), _) => "the directory does not tell its release",
        (_, None) => "they do not say their build",
        (_, Some(build)) if !in_table(*build) => "the build is not in the table",
        _ => "no source lists it",
    }
}
