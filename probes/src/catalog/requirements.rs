//! What TLS, certificates, proxies, resolvers and the way itself must keep to, and how its YAML is
//! read.
//!
//! Endpoints say of each host whether TLS may be opened and how a proxy may be entered; here is what
//! holds for all of them, and what no look from this machine can tell. `judged_by` names the rules
//! that judge it; where there are none, somebody has to confirm it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::Cloud;

use super::{
    CatalogError, Confidence, Need,
    document::{self, Source},
    names::{HostName, Role, Slug, Wildcard},
};

/// Something that TLS, certificates, proxies, resolvers or the way itself must keep to.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Unique, and frozen once released.
    pub id: Slug,
    /// What it is about.
    pub topic: Topic,
    /// The targets that need it.
    pub targets: Vec<Slug>,
    /// The clouds in which it holds.
    pub clouds: Vec<Cloud>,
    /// Whom it concerns.
    pub roles: Vec<Role>,
    /// Whether its targets can do without it.
    pub need: Need,
    /// When it holds, in words; absent if at all times.
    pub when: Option<String>,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Confidence,
    /// What must be kept to, in words.
    pub minimum: String,
    /// Names and settings that it lists, as the product spells them.
    #[serde(default)]
    pub values: Vec<String>,
    /// The hosts that it concerns; empty if all.
    #[serde(default)]
    pub hosts: Vec<HostPattern>,
    /// The rules that judge it; empty if nothing that is probed tells.
    #[serde(default)]
    pub judged_by: Vec<Slug>,
    /// The document that asks for it.
    pub source: String,
    /// The date of that document; absent if it bears none.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
}

/// What a requirement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Versions of TLS.
    TlsVersion,
    /// Settings of Windows about TLS.
    WindowsSetting,
    /// Cipher suites.
    CipherSuites,
    /// Algorithms, roots and status of certificates.
    Certificates,
    /// What may not be opened on the way.
    Inspection,
    /// How proxies are found and entered, and what they let through.
    Proxy,
    /// How long quiet connections are kept.
    IdleTime,
    /// Distance, traffic and sizes.
    Performance,
    /// How resolvers are set up.
    NameResolution,
}

/// A host name, or a wildcard.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct HostPattern(String);

impl HostPattern {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for HostPattern {
    type Error = super::names::WordError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.contains('*') {
            true => Wildcard::try_from(text).map(|name| Self(name.to_string())),
            false => HostName::try_from(text).map(|name| Self(name.to_string())),
        }
    }
}

/// The requirements in this file, sorted by id.
///
/// # Errors
/// If it is no list of requirements, or one's id was already taken or it concerns nobody.
pub fn read(file: &str, text: &str) -> Result<Vec<Requirement>, CatalogError> {
    let source = Source { name: file, text };
    checked(source, document::parse(source)?)
}

/// These requirements, once ids and lists are looked at.
pub(super) fn checked(
    source: Source<'_>,
    requirements: Vec<Spanned<Requirement>>,
) -> Result<Vec<Requirement>, CatalogError> {
    document::unique(source, requirements, "requirement", |one| {
        let lists = [
            ("targets", one.targets.is_empty()),
            ("clouds", one.clouds.is_empty()),
            ("roles", one.roles.is_empty()),
        ];
        (&one.id, document::empty_list(&one.id, &lists))
    })
}
