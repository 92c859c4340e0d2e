//! What one resolver did.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// What one resolver did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolverFacts {
    /// Address and port that was asked, such as `10.0.0.53:53`.
    pub address: String,
    /// Its place in the order in which this machine asks, from 1; 0 if that was not recorded.
    #[serde(default)]
    pub place: u32,
    /// Whether it answered anything at all, be it an error; unknown if it was not asked.
    pub answers: Seen<bool>,
    /// Whether it resolves public names: it gave an address for a name that exists for certain.
    /// Unknown if it invents names, as its address then proves nothing.
    pub resolves_public: Seen<bool>,
    /// Whether it gave an address for names that exist nowhere, one of them random: a resolver that
    /// leads astray, of which `resolves_public` is unknown. Unknown if it answered no such query.
    #[serde(default)]
    pub invents_names: Seen<bool>,
    /// Whether it knows the locator records of the chosen directory domain; unknown without one.
    pub resolves_directory: Seen<bool>,
    /// Whether it answers over TCP, as it must where an answer does not fit a datagram; unknown if
    /// it answers nothing at all.
    #[serde(default)]
    pub tcp: Seen<bool>,
    /// Whether it understands the extension for large datagrams (EDNS, RFC 6891); unknown if it
    /// answers nothing at all.
    #[serde(default)]
    pub edns: Seen<bool>,
    /// Whether it says that it has verified the signatures of an answer which it was asked to
    /// verify (AD bit for the root zone); unknown if it gave no such answer.
    #[serde(default)]
    pub validates: Seen<bool>,
    /// Median round trip in milliseconds; unknown if no query was answered.
    pub median_ms: Seen<f64>,
    /// How the round trips are spread; unknown if no query was answered.
    #[serde(default)]
    pub latency: Seen<LatencyFacts>,
    /// How long it took to say that a random public name does not exist, in milliseconds: that
    /// answer cannot come from a cache, so it includes the way to its forwarders. Unknown if no
    /// such answer came.
    #[serde(default)]
    pub uncached_ms: Seen<f64>,
    /// Its forwarders, as far as it can be known.
    #[serde(default)]
    pub forwarders: ForwarderFacts,
    /// Queries sent to it for these facts.
    pub sent: u32,
    /// Queries that ran out of time, 0 to `sent`.
    pub timed_out: u32,
}

impl ResolverFacts {
    /// A resolver that was not asked anything yet.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            place: 0,
            answers: Seen::not_run(),
            resolves_public: Seen::not_run(),
            invents_names: Seen::not_run(),
            resolves_directory: Seen::not_run(),
            tcp: Seen::not_run(),
            edns: Seen::not_run(),
            validates: Seen::not_run(),
            median_ms: Seen::not_run(),
            latency: Seen::not_run(),
            uncached_ms: Seen::not_run(),
            forwarders: ForwarderFacts::default(),
            sent: 0,
            timed_out: 0,
        }
    }
}

/// How round trips are spread, in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LatencyFacts {
    /// Answers that were measured.
    pub answers: u32,
    /// The shortest.
    pub least_ms: f64,
    /// The middle one.
    pub median_ms: f64,
    /// The one that nine of ten do not exceed.
    pub ninetieth_ms: f64,
    /// The longest.
    pub most_ms: f64,
}

/// The forwarders of a resolver. The protocol has no question for them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForwarderFacts {
    /// How many it has; absent if none.
    pub count: Seen<u32>,
    /// How long it waits for one of them, in seconds.
    pub timeout_s: Seen<u32>,
}
