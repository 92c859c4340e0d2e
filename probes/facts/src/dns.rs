//! Name resolution: resolvers, locator records of the directory, public records of the domains.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// Name resolution as seen from the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DnsFacts {
    /// The resolvers that the machine is set to ask, in that order, each asked itself; absent if
    /// none is configured.
    pub resolvers: Seen<Vec<ResolverFacts>>,
    /// The cloud whose records were asked for: `commercial`, `usgov`, `dod`, `china`; empty if none
    /// were.
    #[serde(default)]
    pub cloud: String,
    /// The records that the catalogue expects for each chosen domain, sorted by domain and id;
    /// unknown if no domain was chosen or found.
    pub records: Seen<Vec<RecordFacts>>,
    /// The locator records of the Active Directory domain; unknown if no domain was chosen or
    /// found.
    pub locators: Seen<Vec<LocatorFacts>>,
}

/// What one resolver did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolverFacts {
    /// Address and port that was asked, such as `10.0.0.53:53`.
    pub address: String,
    /// Whether it answered anything at all, be it an error; unknown if it was not asked.
    pub answers: Seen<bool>,
    /// Whether it resolves public names: it gave an address for a name that exists for certain.
    /// Unknown if it invents names, as its address then proves nothing.
    pub resolves_public: Seen<bool>,
    /// Whether it gave an address for a name that exists nowhere: a resolver that leads astray, of
    /// which `resolves_public` is unknown. Unknown if it answered no such query.
    #[serde(default)]
    pub invents_names: Seen<bool>,
    /// Whether it knows the locator records of the chosen directory domain; unknown without one.
    pub resolves_directory: Seen<bool>,
    /// Median round trip in milliseconds; unknown if no query was answered.
    pub median_ms: Seen<f64>,
    /// Queries sent to it.
    pub sent: u32,
    /// Queries that ran out of time, 0 to `sent`.
    pub timed_out: u32,
}

/// One record that the catalogue expects, for one domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordFacts {
    /// The record's id in the catalogue, such as `enterprise-enrollment-cname`.
    pub id: String,
    /// The domain that it belongs to.
    pub domain: String,
    /// The name that was asked for.
    pub name: String,
    /// Record type: `A`, `CNAME`, `TXT`, `SRV`, `MX`.
    pub record_type: String,
    /// The data that the catalogue names as right, any of them, the preferred one first; `*` in
    /// them stands for any text. Empty where any data is right.
    pub expected: Vec<String>,
    /// Whether the record is a fault where it is found.
    #[serde(default)]
    pub must_be_absent: bool,
    /// Whether the catalogue calls it required; false if it depends on a condition.
    #[serde(default)]
    pub required: bool,
    /// The targets that it serves, sorted.
    #[serde(default)]
    pub targets: Vec<String>,
    /// When it is needed, in words; empty if at all times.
    #[serde(default)]
    pub condition: String,
    /// The data that came back, sorted, lower case for names and without the final dot; absent if
    /// the name or the type does not exist.
    pub answer: Seen<Vec<String>>,
    /// Whether the answer is what the catalogue names as right: one of the expected data came back,
    /// or any data where none is named; for a record that must be absent, that nothing came back.
    /// Unknown with the answer.
    pub matches: Seen<bool>,
}

/// One locator record of the Active Directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocatorFacts {
    /// What it locates: `ldap-dc`, `kerberos`, `global-catalog`, `pdc`, `kpasswd`.
    pub service: String,
    /// The name that was asked for.
    pub name: String,
    /// The hosts named, sorted by priority, weight and name; absent if there is no such record.
    pub hosts: Seen<Vec<LocatedHost>>,
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
