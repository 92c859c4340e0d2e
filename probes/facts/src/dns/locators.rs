//! The locator records of the directory, and the names of its controllers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// One locator record of the Active Directory.
///
/// `hosts` is what a program on this machine gets, as in [`RecordFacts`](super::RecordFacts); each
/// resolver's own answer stands in `answers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocatorFacts {
    /// What it locates: `ldap-dc`, `kerberos`, `global-catalog`, `pdc`, `kpasswd`; with `-site`
    /// behind it for one site.
    pub service: String,
    /// The site; absent for the records of the whole domain or forest.
    #[serde(default = "absent")]
    pub site: Seen<String>,
    /// The name that was asked for.
    pub name: String,
    /// The hosts named, sorted by priority, weight and name; absent if there is no such record.
    pub hosts: Seen<Vec<LocatedHost>>,
    /// What each configured resolver said by itself, in their order.
    #[serde(default)]
    pub answers: Vec<LocatorAnswer>,
    /// Whether the resolvers that answered agree; unknown if fewer than two did.
    #[serde(default)]
    pub resolvers_agree: Seen<bool>,
}

fn absent() -> Seen<String> {
    Seen::Absent
}

/// A host named by a locator record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocatedHost {
    /// Its name, lower case, without the final dot.
    pub host: String,
    /// Port of the service.
    pub port: u16,
    /// Lower is asked first.
    pub priority: u16,
    /// Share among equals.
    pub weight: u16,
    /// Its addresses, sorted; absent if the name has none.
    pub addresses: Seen<Vec<String>>,
}

/// What one resolver said of a locator record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocatorAnswer {
    /// Address and port of the resolver.
    pub server: String,
    /// The hosts named, as `host:port`, sorted; absent if there is no such record.
    pub hosts: Seen<Vec<String>>,
    /// Records that it gave as well and that were not kept: those beyond 500.
    #[serde(default)]
    pub dropped: u32,
}

/// The names and addresses of one domain controller.
///
/// Addresses and names are what a program on this machine gets, as in
/// [`RecordFacts`](super::RecordFacts); each resolver's own answer stands in `answers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerNameFacts {
    /// Its name, lower case.
    pub host: String,
    /// Whether the directory lists it; unknown if the directory was not read. False makes the
    /// records that name it stale.
    pub in_directory: Seen<bool>,
    /// The services whose locator records of its domain or forest name it, sorted; those of sites
    /// are not counted. Unknown if one of these records was not learned.
    pub located_as: Seen<Vec<String>>,
    /// Its IPv4 addresses, sorted; absent if none.
    pub ipv4: Seen<Vec<String>>,
    /// Its IPv6 addresses, sorted; absent if none.
    pub ipv6: Seen<Vec<String>>,
    /// What each configured resolver said by itself, in their order.
    #[serde(default)]
    pub answers: Vec<ControllerAnswer>,
    /// Whether the resolvers that answered agree; unknown if fewer than two did.
    #[serde(default)]
    pub resolvers_agree: Seen<bool>,
    /// The names of each address that any of the resolvers gave, sorted by address.
    pub reverse: Vec<ReverseFacts>,
}

/// What one resolver said of a controller's addresses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControllerAnswer {
    /// Address and port of the resolver.
    pub server: String,
    /// IPv4 addresses, sorted; absent if none.
    pub ipv4: Seen<Vec<String>>,
    /// IPv6 addresses, sorted; absent if none.
    pub ipv6: Seen<Vec<String>>,
}

/// The names of one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReverseFacts {
    /// The address.
    pub address: String,
    /// Its names, sorted; absent if none.
    pub names: Seen<Vec<String>>,
    /// Whether the controller's name is among them; unknown with them.
    pub matches: Seen<bool>,
    /// What each configured resolver said by itself, in their order.
    #[serde(default)]
    pub answers: Vec<ReverseAnswer>,
}

/// What one resolver said of the names of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReverseAnswer {
    /// Address and port of the resolver.
    pub server: String,
    /// The names, sorted; absent if none.
    pub names: Seen<Vec<String>>,
}
