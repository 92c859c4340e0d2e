//! DNS records whose names only the organisation can fill in, and how their YAML is read.
//!
//! `{federation-service}`, `{site}` and the like in a name stand for what is not in any list: nobody
//! is asked for them by this list. Records of each domain are in [`super::records`].

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::Cloud;

use super::{
    CatalogError, Confidence, Need,
    document::{self, Source},
    names::Slug,
};

/// A record whose name only the organisation can fill in.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnRecord {
    /// Unique, and frozen once released.
    pub id: Slug,
    /// From where it must be seen.
    pub view: View,
    /// The targets that need it.
    pub targets: Vec<Slug>,
    /// The clouds in which it is right.
    pub clouds: Vec<Cloud>,
    /// Whether its targets can do without it.
    pub need: Need,
    /// When it is needed, in words; absent if at all times.
    pub when: Option<String>,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Confidence,
    /// Types of which one is enough.
    pub types: Vec<OwnType>,
    /// Name, with what the organisation fills in in braces.
    pub name: String,
    /// What must be there, in words; absent if any data are right.
    pub expected: Option<String>,
    /// Whether the record is a fault where it is found.
    #[serde(default)]
    pub must_be_absent: bool,
    /// What it is for.
    pub why: String,
    /// The document that asks for it.
    pub source: String,
    /// The date of that document; absent if it bears none.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Date>,
}

/// From where a record must be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// From the internet.
    Public,
    /// Within the organisation.
    Internal,
}

/// The types that such records have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum OwnType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Alias.
    Cname,
    /// Reverse name.
    Ptr,
    /// Authority of a zone.
    Soa,
    /// Service.
    Srv,
    /// Text.
    Txt,
}

/// The records in this file, sorted by id.
///
/// # Errors
/// If it is no list of records, or a record's id was already taken or it names no type.
pub fn read(file: &str, text: &str) -> Result<Vec<OwnRecord>, CatalogError> {
    let source = Source { name: file, text };
    checked(source, document::parse(source)?)
}

/// These records, once ids and lists are looked at.
pub(super) fn checked(
    source: Source<'_>,
    records: Vec<Spanned<OwnRecord>>,
) -> Result<Vec<OwnRecord>, CatalogError> {
    document::unique(source, records, "record", |record| {
        let lists = [
            ("targets", record.targets.is_empty()),
            ("clouds", record.clouds.is_empty()),
            ("types", record.types.is_empty()),
        ];
        (&record.id, document::empty_list(&record.id, &lists))
    })
}
