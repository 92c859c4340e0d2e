//! Name resolution: resolvers, locator records of the directory, public records of the domains.

mod locators;
mod records;
mod resolvers;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    locators::{
        ControllerAnswer, ControllerNameFacts, LocatedHost, LocatorAnswer, LocatorFacts,
        ReverseAnswer, ReverseFacts,
    },
    records::{
        DomainOrigin, NameServerFacts, RecordFacts, SenderPolicyError, SenderPolicyFacts,
        ServerAnswer, Split, View, ZoneFacts,
    },
    resolvers::{ForwarderFacts, LatencyFacts, ResolverFacts},
};
use crate::seen::Seen;

/// Name resolution as seen from the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DnsFacts {
    /// The resolvers that the machine is set to ask, in that order, each asked itself; absent if
    /// none is configured.
    pub resolvers: Seen<Vec<ResolverFacts>>,
    /// The public resolver, as address and port, by which the view from outside was learned; absent
    /// if none was to be asked, unknown if none of them answered.
    #[serde(default)]
    pub public_resolver: Seen<String>,
    /// The cloud whose records were asked for: `commercial`, `usgov`, `dod`, `china`; empty if none
    /// were.
    #[serde(default)]
    pub cloud: String,
    /// Suffixes of sign-in names and mail addresses which the directory has beyond the profile's
    /// domains, sorted, those that can never be public left out; absent if there are none. Unknown
    /// if the directory was not read to its end.
    #[serde(default)]
    pub suffixes: Seen<Vec<String>>,
    /// The records that the catalogue expects for each domain, those of the profile first, sorted
    /// by domain and id; unknown if no domain was chosen or found.
    pub records: Seen<Vec<RecordFacts>>,
    /// Each domain at each server, in the order of the records; unknown likewise.
    #[serde(default)]
    pub zones: Seen<Vec<ZoneFacts>>,
    /// The sender policy of each domain, in the order of the records; unknown likewise.
    #[serde(default)]
    pub sender_policies: Seen<Vec<SenderPolicyFacts>>,
    /// The locator records of the Active Directory domain; unknown if no domain was chosen or
    /// found.
    pub locators: Seen<Vec<LocatorFacts>>,
    /// The controllers that locator records name or the directory lists, sorted by name; unknown
    /// with the locators.
    #[serde(default)]
    pub controllers: Seen<Vec<ControllerNameFacts>>,
}
