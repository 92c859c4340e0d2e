//! The forest: schema, sites, and what holds for all its domains.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{HybridJoinScp, LdapPolicy, OperationsMaster};
use crate::seen::Seen;

/// The forest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForestFacts {
    /// DNS name of the root domain.
    pub root_domain: Seen<String>,
    /// Functional level (`msDS-Behavior-Version` of the partitions container): 0 for 2000, 2 for
    /// 2003, 4 for 2008 R2, 7 for 2016, 10 for 2025.
    pub level: Seen<u32>,
    /// Schema versions.
    pub schema: SchemaFacts,
    /// Naming contexts of the server that was read, sorted.
    pub naming_contexts: Seen<Vec<String>>,
    /// Alternative UPN suffixes, sorted, lower case. The domains' own names are suffixes too and
    /// are not listed here; organisational units may have more, see the domains.
    pub upn_suffixes: Seen<Vec<String>>,
    /// Suffixes of service principal names beside the domains' own names (`msDS-SPNSuffixes`), sorted,
    /// lower case.
    #[serde(default)]
    pub spn_suffixes: Seen<Vec<String>>,
    /// Whether the recycle bin is on.
    pub recycle_bin: Seen<bool>,
    /// How long what is left of deleted objects is kept, in days; absent if the attribute is not
    /// set, which means the default of 60.
    pub tombstone_lifetime_days: Seen<u32>,
    /// With the recycle bin on: how long deleted objects can be restored whole, in days; absent if
    /// the attribute is not set, which means as long as tombstones are kept.
    #[serde(default)]
    pub deleted_object_lifetime_days: Seen<u32>,
    /// How controllers deviate from their defaults.
    #[serde(default)]
    pub heuristics: HeuristicsFacts,
    /// Which controllers do the tasks of the forest that one alone may do.
    #[serde(default)]
    pub operations_masters: ForestMasters,
    /// The sites, sorted by name.
    pub sites: Seen<Vec<SiteFacts>>,
    /// The subnets, sorted by prefix as text.
    #[serde(default)]
    pub subnets: Seen<Vec<SubnetFacts>>,
    /// The links between sites, sorted by name.
    #[serde(default)]
    pub site_links: Seen<Vec<SiteLinkFacts>>,
    /// The policies within whose limits controllers answer searches, sorted by name.
    #[serde(default)]
    pub ldap_policies: Seen<Vec<LdapPolicy>>,
    /// Forests with which this one has a forest trust, by the names of their root domains, sorted;
    /// they are not read.
    #[serde(default)]
    pub trusted_forests: Seen<Vec<String>>,
    /// The root keys from which passwords of group managed service accounts are made, oldest first.
    /// Ordinary users may not see them, or not all, and what may not be seen looks like what is not
    /// there: so they are known only to an account that administers their container.
    #[serde(default)]
    pub key_distribution_root_keys: Seen<Vec<RootKeyFacts>>,
    /// The service connection point for hybrid join; absent if there is none.
    pub hybrid_join_scp: Seen<HybridJoinScp>,
    /// Whether the device registration service object exists.
    pub device_registration_service: Seen<bool>,
    /// Enterprise certification authorities by name, sorted.
    pub certification_authorities: Seen<Vec<String>>,
}

/// The controllers that alone do the tasks of the forest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForestMasters {
    /// Changes the schema.
    pub schema: Seen<OperationsMaster>,
    /// Adds and removes domains.
    pub domain_naming: Seen<OperationsMaster>,
}

/// How controllers deviate from their defaults (`dSHeuristics`, MS-ADTS 6.1.1.2.4.1.2). Each place of
/// the text is a setting; a shorter text, or none, means the default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct HeuristicsFacts {
    /// The text as it is; absent if it is not set.
    pub text: Seen<String>,
    /// Whether objects are hidden from those who may not list them one by one (place 3): then
    /// searches by ordinary users may miss whole branches.
    pub list_object_mode: Seen<bool>,
    /// Whether everybody may search without a sign-in (place 7).
    pub anonymous_access: Seen<bool>,
    /// Whether controllers refuse a user principal name that another account has (place 21).
    pub upn_uniqueness: Seen<bool>,
    /// Whether controllers refuse a service principal name that another account has (place 21).
    pub spn_uniqueness: Seen<bool>,
}

/// A root key of the key distribution service. The key itself is never asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RootKeyFacts {
    /// From when on it may be used, by default ten hours after it was made.
    pub effective: Seen<Timestamp>,
    /// When it was made.
    pub created: Seen<Timestamp>,
    /// Its identifier.
    pub id: String,
}

/// Schema versions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SchemaFacts {
    /// Active Directory (`objectVersion`): 30 for 2003, 47 for 2008 R2, 56 for 2012, 69 for 2012 R2, 87 for 2016, 88 for
    /// 2019 and 2022, 91 for 2025.
    pub directory: Seen<u32>,
    /// Exchange (`rangeUpper` of `ms-Exch-Schema-Version-Pt`); absent if Exchange never extended it.
    pub exchange: Seen<u32>,
    /// Whether Configuration Manager's classes are there.
    pub configuration_manager: Seen<bool>,
    /// Whether Windows LAPS's attributes are there.
    pub laps: Seen<bool>,
    /// Whether the attributes of LAPS before Windows had its own are there, under the vendor's name
    /// for them (`ms-Mcs-AdmPwdExpirationTime`).
    #[serde(default)]
    pub laps_legacy: Seen<bool>,
    /// Whether `msDS-KeyCredentialLink` is there.
    pub key_credential: Seen<bool>,
    /// Whether `msDS-ExternalDirectoryObjectId` is there.
    #[serde(default)]
    pub external_directory_object_id: Seen<bool>,
    /// Whether `mS-DS-ConsistencyGuid` is there.
    #[serde(default)]
    pub consistency_guid: Seen<bool>,
    /// Whether `msDS-Device` objects can be made.
    pub device_registration: Seen<bool>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteFacts {
    /// Its name.
    pub name: String,
    /// How many subnets are mapped to it.
    pub subnets: u32,
    /// How many domain controllers stand in it.
    pub controllers: u32,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SubnetFacts {
    /// Address and length of the prefix, such as `10.20.0.0/16`, as the directory holds it.
    pub prefix: String,
    /// The site that it belongs to, by name; absent if to none.
    pub site: Seen<String>,
}

/// A link over which sites replicate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SiteLinkFacts {
    /// Its name.
    pub name: String,
    /// The sites that it joins, by name, sorted.
    pub sites: Seen<Vec<String>>,
    /// Its cost; the cheapest way between two sites is taken.
    pub cost: Seen<u32>,
    /// How often changes are taken over it, in minutes, 15 at least.
    pub interval_minutes: Seen<u32>,
}
