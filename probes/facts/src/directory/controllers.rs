//! Domain controllers, and the tasks that one controller alone may do.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::EncryptionType;
use crate::seen::Seen;

/// One domain controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerFacts {
    /// Its DNS name, lower case.
    pub host: String,
    /// DNS name of its domain, lower case.
    #[serde(default)]
    pub domain: Seen<String>,
    /// Whether its LDAP service answered this run; unknown if it was not tried.
    pub answers: Seen<bool>,
    /// Its site, by name.
    pub site: Seen<String>,
    /// Whether it has a computer account; without one it is left over in the configuration, or its
    /// account was deleted. Unknown of a domain that was not read.
    #[serde(default)]
    pub account: Seen<bool>,
    /// Whether it is read-only.
    pub read_only: Seen<bool>,
    /// Whether it holds the global catalogue.
    pub global_catalog: Seen<bool>,
    /// Operating system from its computer object.
    pub operating_system: Seen<String>,
    /// Build number from its computer object.
    pub build: Seen<u32>,
    /// Its functional level, by its own word (`domainControllerFunctionality`) or else by its
    /// settings in the configuration (`msDS-Behavior-Version`).
    pub level: Seen<u32>,
    /// Its clock minus this machine's, in milliseconds, half the round trip subtracted; right to
    /// half a second, as servers tell whole seconds.
    pub clock_offset_ms: Seen<i64>,
    /// Encryption types of its tickets; absent if none are set, which means the default of the
    /// controller that issues them.
    #[serde(default)]
    pub encryption_types: Seen<Vec<EncryptionType>>,
    /// When its computer account last changed its password, by default every 30 days: one that did
    /// not for months no longer runs, or no longer replicates.
    #[serde(default)]
    pub password_changed: Seen<Timestamp>,
    /// When its computer account last logged on (`lastLogonTimestamp`, up to 14 days behind);
    /// absent if never.
    #[serde(default)]
    pub last_logon: Seen<Timestamp>,
    /// Whether it takes changes from other controllers; absent if the configuration does not list
    /// it as a controller.
    #[serde(default)]
    pub replicates_inbound: Seen<bool>,
    /// Whether it hands changes to other controllers; absent likewise.
    #[serde(default)]
    pub replicates_outbound: Seen<bool>,
    /// Replication epoch; absent if not set, which means 0. Controllers of different epochs do not
    /// replicate, as while a domain is being renamed.
    #[serde(default)]
    pub replication_epoch: Seen<u32>,
    /// Name of the LDAP policy that it keeps: its own, else its site's, else the default one.
    #[serde(default)]
    pub ldap_policy: Seen<String>,
}

impl ControllerFacts {
    /// A controller of which nothing is known but its name.
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            domain: Seen::not_run(),
            answers: Seen::not_run(),
            site: Seen::not_run(),
            account: Seen::not_run(),
            read_only: Seen::not_run(),
            global_catalog: Seen::not_run(),
            operating_system: Seen::not_run(),
            build: Seen::not_run(),
            level: Seen::not_run(),
            clock_offset_ms: Seen::not_run(),
            encryption_types: Seen::not_run(),
            password_changed: Seen::not_run(),
            last_logon: Seen::not_run(),
            replicates_inbound: Seen::not_run(),
            replicates_outbound: Seen::not_run(),
            replication_epoch: Seen::not_run(),
            ldap_policy: Seen::not_run(),
        }
    }
}

/// The controller that alone does one of the tasks of the forest or domain (`fSMORoleOwner`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationsMaster {
    /// Distinguished name of its settings; with `\0ADEL:` in it if these were deleted.
    pub settings: String,
    /// Its DNS name, lower case; absent if the configuration lists no controller with these
    /// settings: then nobody does the task.
    pub host: Seen<String>,
}
