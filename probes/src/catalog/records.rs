//! DNS records that domains need, locator records of the directory, and how their YAML is read.
//!
//! `{domain}` in a name stands for the domain, `{forest}` for the root domain of the forest. `*` in
//! expected data stands for any text.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use waterline_facts::Cloud;

use super::{
    CatalogError,
    document::{self, Source},
    endpoints::Need,
    names::{HostName, Slug},
};

/// DNS records and locators.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// A public name that exists for certain.
    pub public_name: HostName,
    /// The records of each domain, sorted by id.
    pub records: Vec<Record>,
    /// The locator records of the directory, in the order of the file.
    pub locators: Vec<Locator>,
}

/// A record that each domain needs, or must not have.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Unique, and frozen once released.
    pub id: Slug,
    /// The targets that need it.
    pub targets: Vec<Slug>,
    /// The clouds in which it is right.
    pub clouds: Vec<Cloud>,
    /// Whether its targets can do without it.
    pub need: Need,
    /// When it is needed, in words; absent if at all times.
    pub when: Option<String>,
    /// Type.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// Name, with `{domain}` in it.
    pub name: String,
    /// Data that are right, the preferred one first; empty where any are.
    #[serde(default)]
    pub expected: Vec<String>,
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

/// A locator record of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locator {
    /// What it locates.
    pub service: Slug,
    /// Name, with `{domain}` or `{forest}` in it.
    pub name: String,
}

/// The types of records that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum RecordType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    #[serde(rename = "AAAA")]
    Aaaa,
    /// Alias.
    #[serde(rename = "CNAME")]
    Cname,
    /// Mail exchanger.
    #[serde(rename = "MX")]
    Mx,
    /// Name server of a zone.
    #[serde(rename = "NS")]
    Ns,
    /// Name of an address.
    #[serde(rename = "PTR")]
    Ptr,
    /// Beginning of a zone.
    #[serde(rename = "SOA")]
    Soa,
    /// Service.
    #[serde(rename = "SRV")]
    Srv,
    /// Text.
    #[serde(rename = "TXT")]
    Txt,
}

impl RecordType {
    /// The field's own name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Soa => "SOA",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }
}

impl Record {
    /// The name under this domain.
    pub fn name_in(&self, domain: &str) -> String {
        self.name.replace("{domain}", domain)
    }
}

impl Locator {
    /// The name in this domain of this forest.
    pub fn name_in(&self, domain: &str, forest: &str) -> String {
        self.name
            .replace("{domain}", domain)
            .replace("{forest}", forest)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    public_name: HostName,
    records: Vec<Spanned<Record>>,
    locators: Vec<Spanned<Locator>>,
}

/// The records in this file.
///
/// # Errors
/// If it is not of this form, if two records have one id, or if a name has no place for the domain.
pub fn read(file: &str, text: &str) -> Result<Records, CatalogError> {
    let source = Source { name: file, text };
    let form: Form = document::parse(source)?;
    Ok(Records {
        public_name: form.public_name,
        records: checked_records(source, form.records)?,
        locators: checked_locators(source, form.locators)?,
    })
}

/// These records, sorted by id, once ids and names are looked at.
pub(super) fn checked_records(
    source: Source<'_>,
    records: Vec<Spanned<Record>>,
) -> Result<Vec<Record>, CatalogError> {
    document::unique(source, records, "record", |record| {
        (&record.id, fault(record))
    })
}

/// These locators, in the order written, once their names are looked at.
pub(super) fn checked_locators(
    source: Source<'_>,
    locators: Vec<Spanned<Locator>>,
) -> Result<Vec<Locator>, CatalogError> {
    for entry in &locators {
        let name = &entry.value.name;
        if !name.contains("{domain}") && !name.contains("{forest}") {
            let problem = format!("`{name}` has neither {{domain}} nor {{forest}} in it");
            return Err(source.fault(entry.referenced, problem));
        }
    }
    Ok(locators.into_iter().map(|entry| entry.value).collect())
}

fn fault(record: &Record) -> Option<String> {
    let id = &record.id;
    if !record.name.contains("{domain}") {
        return Some(format!("the name of `{id}` has no {{domain}} in it"));
    }
    if record.must_be_absent && !record.expected.is_empty() {
        return Some(format!("`{id}` must be absent and yet expects data"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
public_name: login.microsoftonline.com
records:
  - id: msoid-cname
    targets: [core]
    clouds: [commercial]
    need: required
    type: CNAME
    name: msoid.{domain}
    must_be_absent: true
    why: Wrong cloud
    source: a page
locators:
  - service: ldap-dc
    name: _ldap._tcp.dc._msdcs.{domain}
";

    #[test]
    fn names_are_filled_in() {
        let records = read("r.yaml", TEXT).unwrap();
        assert_eq!(records.records[0].name_in("a.example"), "msoid.a.example");
        let name = records.locators[0].name_in("corp.example", "example");
        assert_eq!(name, "_ldap._tcp.dc._msdcs.corp.example");
    }

    #[test]
    fn fault_is_told_with_file_line_and_column() {
        let cases = [
            ("type: CNAME", "type: CNAM", "r.yaml:7:11: "),
            (
                "msoid.{domain}",
                "msoid",
                "r.yaml:3:5: the name of `msoid-cname`",
            ),
            ("must_be_absent", "must_be_gone", "r.yaml:9:5: "),
            (
                "must_be_absent: true",
                "must_be_absent: true\n    expected: [x]",
                "r.yaml:3:5: `msoid-cname` must be absent and yet",
            ),
            (
                "dc._msdcs.{domain}",
                "dc",
                "r.yaml:13:5: `_ldap._tcp.dc` has neither",
            ),
            (
                "login.microsoftonline.com",
                "x",
                "r.yaml:1:14: `x` is no host name",
            ),
        ];
        for (good, bad, start) in cases {
            let text = TEXT.replacen(good, bad, 1);
            let error = read("r.yaml", &text).unwrap_err().to_string();
            assert!(error.starts_with(start), "{bad}: {error}");
        }
    }
}
