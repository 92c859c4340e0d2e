//! The domains of the forest.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    FineGrainedPolicy, OperationsMaster, PasswordPolicy, TrustFacts, services::DomainServices,
};
use crate::seen::Seen;

/// One domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DomainFacts {
    /// DNS name, lower case.
    pub dns_name: String,
    /// NetBIOS name.
    pub netbios_name: Seen<String>,
    /// DNS name of the domain above it in its tree, lower case; absent for the first of a tree.
    #[serde(default)]
    pub parent: Seen<String>,
    /// Whether all its objects were read in this run; false if a base bounded them.
    pub read: Seen<bool>,
    /// How many objects it has (users, groups, contacts, computers, service accounts); known only if
    /// all of them were read.
    #[serde(default)]
    pub objects: Seen<u64>,
    /// Functional level (`msDS-Behavior-Version`), with the numbers of the forest's.
    pub level: Seen<u32>,
    /// Whether controllers of Windows NT may still be in it (`nTMixedDomain`).
    #[serde(default)]
    pub mixed_mode: Seen<bool>,
    /// UPN suffixes that are set on organisational units, sorted, lower case. Units that the reader
    /// may not see are not among them, and nothing tells that there are such.
    #[serde(default)]
    pub unit_upn_suffixes: Seen<Vec<String>>,
    /// DNS suffixes other than its own name that its hosts may have (`msDS-AllowedDNSSuffixes`),
    /// sorted, lower case.
    #[serde(default)]
    pub allowed_dns_suffixes: Seen<Vec<String>>,
    /// DNS suffixes of its computers (`dNSHostName`) with the number of computers, sorted.
    #[serde(default)]
    pub host_suffixes: Seen<Vec<HostSuffix>>,
    /// Computer accounts in the groups of controllers to which the configuration lists no settings:
    /// left over, or not yet promoted. By DNS name or else account name, sorted; that of the
    /// cloud's Kerberos server is not among them.
    #[serde(default)]
    pub controllers_without_settings: Seen<Vec<String>>,
    /// Which controllers do the tasks of the domain that one alone may do.
    #[serde(default)]
    pub operations_masters: DomainMasters,
    /// The trusts of the domain, sorted by partner.
    #[serde(default)]
    pub trusts: Seen<Vec<TrustFacts>>,
    /// How the domain's policies and scripts (SYSVOL) are replicated.
    #[serde(default)]
    pub sysvol_replication: Seen<SysvolReplication>,
    /// When a backup of the domain was last made that says so to the directory: those of Windows
    /// itself and of all products that use its interface. Absent if never. From the replication
    /// data of `dSASignature` on the domain's head, which each backup changes.
    #[serde(default)]
    pub last_backup: Seen<Timestamp>,
    /// When the key from which all tickets are made (`krbtgt`) last changed. Keys of read-only
    /// controllers and of the cloud's Kerberos trust are others.
    #[serde(default)]
    pub ticket_key_changed: Seen<Timestamp>,
    /// How many enabled user accounts with a service principal name do not say that they take AES:
    /// their tickets are RC4 ones, or what the controller's default is. Computers are not among
    /// them, nor accounts whose attributes the reader may not see.
    #[serde(default)]
    pub services_without_aes: Seen<u64>,
    /// How many enabled users and computers are limited to DES, by their account's flag or by their
    /// encryption types.
    #[serde(default)]
    pub des_only_accounts: Seen<u64>,
    /// How many members the group of protected users has, itself; absent if there is no such group,
    /// which controllers of Windows Server 2012 R2 bring.
    #[serde(default)]
    pub protected_users: Seen<u64>,
    /// How many machines an ordinary user may join (`ms-DS-MachineAccountQuota`).
    pub machine_account_quota: Seen<u32>,
    /// How old a password must be before its user may change it, in days; 0 for at once.
    pub minimum_password_age_days: Seen<f64>,
    /// The password policy of all users to whom no finer one applies.
    #[serde(default)]
    pub password_policy: PasswordPolicy,
    /// Password policies for some users or groups, sorted by precedence and name. Ordinary users may
    /// not see them, or not all, and what may not be seen looks like what is not there: so they are
    /// known only to an account that administers their container.
    #[serde(default)]
    pub fine_grained_policies: Seen<Vec<FineGrainedPolicy>>,
    /// Whether the System Management container of Configuration Manager exists.
    pub system_management_container: Seen<bool>,
    /// Sites that Configuration Manager has published, sorted; unknown if they may not be read.
    pub configuration_manager_sites: Seen<Vec<String>>,
    /// When the computer account of seamless single sign-on last changed its key; absent if there
    /// is no such account.
    pub seamless_sso_key_changed: Seen<Timestamp>,
    /// Accounts by which directory synchronisation entered before: `MSOL_…` and the like.
    pub sync_accounts: Seen<Vec<String>>,
    /// Services and products, as far as the domain tells of them.
    #[serde(default)]
    pub services: DomainServices,
}

impl DomainFacts {
    /// A domain of which nothing is known but its name.
    pub fn new(dns_name: impl Into<String>) -> Self {
        Self {
            dns_name: dns_name.into(),
            netbios_name: Seen::not_run(),
            parent: Seen::not_run(),
            read: Seen::not_run(),
            objects: Seen::not_run(),
            level: Seen::not_run(),
            mixed_mode: Seen::not_run(),
            unit_upn_suffixes: Seen::not_run(),
            allowed_dns_suffixes: Seen::not_run(),
            host_suffixes: Seen::not_run(),
            controllers_without_settings: Seen::not_run(),
            operations_masters: DomainMasters::default(),
            trusts: Seen::not_run(),
            sysvol_replication: Seen::not_run(),
            last_backup: Seen::not_run(),
            ticket_key_changed: Seen::not_run(),
            services_without_aes: Seen::not_run(),
            des_only_accounts: Seen::not_run(),
            protected_users: Seen::not_run(),
            machine_account_quota: Seen::not_run(),
            minimum_password_age_days: Seen::not_run(),
            password_policy: PasswordPolicy::default(),
            fine_grained_policies: Seen::not_run(),
            system_management_container: Seen::not_run(),
            configuration_manager_sites: Seen::not_run(),
            seamless_sso_key_changed: Seen::not_run(),
            sync_accounts: Seen::not_run(),
            services: DomainServices::default(),
        }
    }
}

/// A DNS suffix of computers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct HostSuffix {
    /// The suffix, lower case; empty for names without one.
    pub suffix: String,
    /// How many computers have it.
    pub computers: u64,
}

/// The controllers that alone do the tasks of a domain.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DomainMasters {
    /// Emulates a primary domain controller: clock, passwords, policies.
    pub pdc_emulator: Seen<OperationsMaster>,
    /// Hands out relative identifiers for new accounts.
    pub rid: Seen<OperationsMaster>,
    /// Keeps references to objects of other domains.
    pub infrastructure: Seen<OperationsMaster>,
}

/// How SYSVOL is replicated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SysvolReplication {
    /// By the file replication service of Windows 2000; also at the start of the migration.
    Frs,
    /// Still by FRS, while DFS replication already has a copy.
    Prepared,
    /// By DFS replication, while FRS still has a copy.
    Redirected,
    /// By DFS replication alone.
    Dfsr,
}
