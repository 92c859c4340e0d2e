//! The records that the catalogue expects, and what each server says of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// One record that the catalogue expects, for one domain.
///
/// Each server's own answer stands in `answers`. `answer` is what a program on this machine gets:
/// that of the first configured resolver which gives data or says that there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordFacts {
    /// The record's id in the catalogue, such as `enterprise-enrollment-cname`.
    pub id: String,
    /// The domain that it belongs to.
    pub domain: String,
    /// Why that domain was asked for.
    #[serde(default)]
    pub origin: DomainOrigin,
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
    /// the name or the type does not exist. For the delegation of a domain that is no zone of its
    /// own: the name servers of the zone that holds it.
    pub answer: Seen<Vec<String>>,
    /// Whether the answer is what the catalogue names as right: one of the expected data came back,
    /// or any data where none is named; for a record that must be absent, that nothing came back.
    /// Unknown with the answer.
    pub matches: Seen<bool>,
    /// What each server said by itself: the configured ones in their order, then the public one.
    #[serde(default)]
    pub answers: Vec<ServerAnswer>,
    /// Whether the configured resolvers that answered agree; unknown if fewer than two did.
    #[serde(default)]
    pub resolvers_agree: Seen<bool>,
    /// How the view from inside differs from the public one; absent if it does not. Unknown if one
    /// of the two was not learned.
    #[serde(default)]
    pub split: Seen<Split>,
}

/// Why a domain was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DomainOrigin {
    /// The profile names it.
    #[default]
    Profile,
    /// The directory has it as a suffix of sign-in names or of mail addresses.
    Directory,
}

/// What one server said of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerAnswer {
    /// Address and port of the server.
    pub server: String,
    /// Whose view it gives.
    pub view: View,
    /// The data, as in [`RecordFacts::answer`].
    pub answer: Seen<Vec<String>>,
    /// Whether they are right, as in [`RecordFacts::matches`].
    pub matches: Seen<bool>,
    /// Whether the server holds the zone itself (AA bit); unknown if it gave no data and no
    /// absence.
    pub authoritative: Seen<bool>,
    /// Whether the server holds the answer back because its signatures do not verify: it fails,
    /// and gives data once it is told not to check. Unknown if it did not answer.
    pub bogus: Seen<bool>,
    /// Records of this name and type that it gave as well and that were not kept: those beyond 500.
    #[serde(default)]
    pub dropped: u32,
}

/// Whose view a server gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// A resolver that this machine is set to ask.
    Internal,
    /// A public resolver.
    Public,
}

/// How the view from inside differs from the public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Published, but not to be seen inside: a zone of the same name hides it.
    HiddenInside,
    /// To be seen inside only.
    InsideOnly,
    /// There on both sides with different data.
    Different,
}

/// One domain at one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ZoneFacts {
    /// The domain.
    pub domain: String,
    /// Address and port of the resolver that was asked.
    pub server: String,
    /// Whose view it gives.
    pub view: View,
    /// The zone that holds the domain, by its SOA record; absent if no zone below the public
    /// suffixes does.
    pub zone: Seen<String>,
    /// Whether the resolver holds that zone itself (AA bit).
    pub authoritative: Seen<bool>,
    /// Whether a random name below the domain has an address: a wildcard, which makes every record
    /// look as if it were there.
    pub wildcard: Seen<bool>,
    /// The zone's name servers by that resolver's word, sorted, each asked itself; unknown for
    /// resolvers after the first of each view, as their word is not followed twice.
    pub name_servers: Seen<Vec<NameServerFacts>>,
}

/// One name server of a zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NameServerFacts {
    /// Its name.
    pub host: String,
    /// The address that was asked; absent if it has none.
    pub address: Seen<String>,
    /// Whether it answers for the zone as one that holds it; false makes the delegation lame.
    /// Unknown if it did not answer, as firewalls often let only resolvers ask.
    pub authoritative: Seen<bool>,
    /// Serial number of the zone as it holds it.
    pub serial: Seen<u32>,
}

/// The sender policy of one domain (SPF, RFC 7208), as one server gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SenderPolicyFacts {
    /// The domain.
    pub domain: String,
    /// The server by whose word it was worked out: the public one where there is one.
    pub server: String,
    /// How many policies are published; one is right, more are an error. Absent if none.
    pub policies: Seen<u32>,
    /// The policy, if there is exactly one; absent otherwise.
    pub text: Seen<String>,
    /// Look-ups that its evaluation takes at most, those of included policies too; 10 are allowed
    /// (section 4.6.4). Counting ends soon after that. Unknown if a part could not be learned.
    pub lookups: Seen<u32>,
    /// Look-ups among them that find nothing; 2 are allowed.
    pub void_lookups: Seen<u32>,
    /// The domains that it includes or redirects to, all levels, sorted.
    pub includes: Vec<String>,
    /// What makes it an error to whoever evaluates it; absent if nothing does.
    pub error: Seen<SenderPolicyError>,
    /// What it says of all other senders: `-`, `~`, `?` or `+`; absent if nothing.
    pub otherwise: Seen<String>,
}

/// What makes a sender policy an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SenderPolicyError {
    /// More than one policy at a name.
    Several,
    /// A word that the grammar does not have.
    Syntax,
    /// A policy that includes itself, directly or by others.
    Loop,
    /// An included domain without a policy.
    IncludedMissing,
    /// More than 10 look-ups.
    TooManyLookups,
    /// More than 2 look-ups that find nothing.
    TooManyVoidLookups,
}
