//! A catalogue that somebody wrote in place of the built-in one, or of parts of it.
//!
//! Each of its sections takes the place of the built-in one as a whole; a section that is not there
//! stays built in. A file that is a list is its endpoints alone.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

use super::{
    CatalogError, EndpointGroup, Locator, Record, Requirement,
    document::{self, Source},
    endpoints,
    names::HostName,
    own_hosts,
    own_hosts::OwnHosts,
    own_records,
    own_records::OwnRecord,
    records, requirements,
};

/// A catalogue as it is written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogFile {
    /// Groups of endpoints. Built-in groups of other ids are left out, and not assessed.
    #[schemars(with = "Option<Vec<EndpointGroup>>")]
    endpoints: Option<Vec<Spanned<EndpointGroup>>>,
    /// Ports of hosts that only the organisation can name.
    #[schemars(with = "Option<Vec<OwnHosts>>")]
    own_hosts: Option<Vec<Spanned<OwnHosts>>>,
    /// A public name that exists for certain, by which a resolver shows that it finds such names.
    public_name: Option<HostName>,
    /// DNS records of each domain.
    #[schemars(with = "Option<Vec<Record>>")]
    records: Option<Vec<Spanned<Record>>>,
    /// Locator records of the directory.
    #[schemars(with = "Option<Vec<Locator>>")]
    locators: Option<Vec<Spanned<Locator>>>,
    /// DNS records whose names only the organisation can fill in.
    #[schemars(with = "Option<Vec<OwnRecord>>")]
    own_records: Option<Vec<Spanned<OwnRecord>>>,
    /// What TLS, certificates, proxies, resolvers and the way itself must keep to.
    #[schemars(with = "Option<Vec<Requirement>>")]
    requirements: Option<Vec<Spanned<Requirement>>>,
}

/// The sections of a file, checked.
#[derive(Debug)]
pub(super) struct Sections {
    pub endpoints: Option<Vec<EndpointGroup>>,
    pub own_hosts: Option<Vec<OwnHosts>>,
    pub public_name: Option<HostName>,
    pub records: Option<Vec<Record>>,
    pub locators: Option<Vec<Locator>>,
    pub own_records: Option<Vec<OwnRecord>>,
    pub requirements: Option<Vec<Requirement>>,
}

/// The sections of this file.
///
/// # Errors
/// The first fault of form, or the first section with an id twice or a list empty.
pub(super) fn read(source: Source<'_>) -> Result<Sections, CatalogError> {
    let form = match is_list(source.text) {
        true => CatalogFile {
            endpoints: Some(document::parse(source)?),
            ..CatalogFile::default()
        },
        false => document::parse(source)?,
    };
    if form.is_empty() {
        let problem = "has no section; write `endpoints:`, `records:` or another one";
        return Err(source.fault(Location::UNKNOWN, problem));
    }
    Ok(Sections {
        endpoints: checked(source, form.endpoints, endpoints::checked)?,
        own_hosts: checked(source, form.own_hosts, own_hosts::checked)?,
        public_name: form.public_name,
        records: checked(source, form.records, records::checked_records)?,
        locators: checked(source, form.locators, records::checked_locators)?,
        own_records: checked(source, form.own_records, own_records::checked)?,
        requirements: checked(source, form.requirements, requirements::checked)?,
    })
}

impl CatalogFile {
    fn is_empty(&self) -> bool {
        let lists = [
            self.endpoints.is_some(),
            self.own_hosts.is_some(),
            self.public_name.is_some(),
            self.records.is_some(),
            self.locators.is_some(),
            self.own_records.is_some(),
            self.requirements.is_some(),
        ];
        !lists.contains(&true)
    }
}

type Checker<T> = fn(Source<'_>, Vec<Spanned<T>>) -> Result<Vec<T>, CatalogError>;

fn checked<T>(
    source: Source<'_>,
    section: Option<Vec<Spanned<T>>>,
    check: Checker<T>,
) -> Result<Option<Vec<T>>, CatalogError> {
    section.map(|entries| check(source, entries)).transpose()
}

/// Whether the document begins as a list.
fn is_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#') && *line != "---");
    first.is_some_and(|line| line == "-" || line.starts_with("- ") || line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Result<Sections, CatalogError> {
        super::read(Source { name, text })
    }

    #[test]
    fn a_file_has_the_sections_that_it_names_and_no_others() {
        let text = "\
# ours
public_name: www.example.com
records: []
own_hosts:
  - {id: controllers, targets: [core], clouds: [china], roles: [adfs], to: domain-controller,
     need: optional, ports: [88/udp], why: x, source: y}
";
        let sections = read("own.yaml", text).unwrap();
        assert_eq!(sections.public_name.unwrap().as_str(), "www.example.com");
        assert_eq!(sections.records, Some(Vec::new()));
        assert_eq!(sections.own_hosts.unwrap().len(), 1);
        assert!(sections.endpoints.is_none() && sections.requirements.is_none());
    }

    #[test]
    fn a_file_that_is_a_list_is_its_endpoints() {
        for text in [
            endpoints::tests::GROUP,
            &format!("# a\n---\n\n{}", endpoints::tests::GROUP),
        ] {
            let sections = read("own.yaml", text).unwrap();
            assert_eq!(sections.endpoints.unwrap().len(), 1);
            assert!(sections.records.is_none());
        }
    }

    #[test]
    fn fault_of_a_section_is_told_in_its_place_with_the_line() {
        let twice = "requirements:
  - &a {id: tls, topic: proxy, targets: [core], clouds: [china], roles: [cmg], need: required,
        minimum: x, source: y}
  - *a
";
        for (text, told) in [
            ("endpoint: []\n", "o.yaml:1:1: "),
            ("records: 7\n", "o.yaml:1:10: "),
            ("public_name: https://a.b\n", "no host name"),
            (twice, "there is another requirement `tls`"),
            (&twice.replace("proxy", "prxy"), "prxy"),
            ("", "has no section"),
            ("{}", "has no section"),
        ] {
            let error = read("o.yaml", text).map(drop).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn a_document_that_unfolds_without_end_is_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for depth in 1..9 {
            let before = format!("*a{}, ", depth - 1).repeat(10);
            bomb.push_str(&format!("a{depth}: &a{depth} [{before}]\n"));
        }
        let bomb = format!("{bomb}records: *a8\n");
        assert!(read("bomb.yaml", &bomb).is_err());
        let deep = format!("records: {}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(read("deep.yaml", &deep).is_err());
    }
}
