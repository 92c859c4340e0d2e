//! The catalogue: what the services need of a network and of a zone, as data.
//!
//! It is embedded in the program and can be replaced by files of the same form. Reading it checks
//! everything that can be checked without a network, and every fault is told with file, line and
//! column. Nothing here contacts anybody.

mod document;
pub mod endpoints;
mod file;
pub mod names;
pub mod own_hosts;
pub mod own_records;
pub mod records;
pub mod requirements;

use std::{collections::BTreeSet, path::Path, sync::Arc};

use document::Source;
pub use endpoints::{Confidence, EndpointGroup, Host, Inspection, Need, Port, ProxySignIn};
pub use file::CatalogFile;
pub use names::{HostName, QuestionId, Role, Slug, Wildcard};
pub use own_hosts::{OwnHosts, PortRange};
pub use own_records::OwnRecord;
pub use records::{Locator, Record, RecordType, Records};
pub use requirements::Requirement;

/// What the services need of a network and of a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// Groups of endpoints, sorted by id.
    pub endpoints: Vec<EndpointGroup>,
    /// DNS records and locators.
    pub records: Records,
    /// The built-in groups of endpoints that a file in place of them does not have, sorted by id.
    /// They are listed, so that nobody takes what was not asked for what is not needed, and never
    /// contacted.
    pub left_out: Vec<EndpointGroup>,
    /// Ports of hosts that only the organisation can name, sorted by id.
    pub own_hosts: Vec<OwnHosts>,
    /// DNS records whose names only the organisation can fill in, sorted by id.
    pub own_records: Vec<OwnRecord>,
    /// What TLS, certificates, proxies, resolvers and the way itself must keep to, sorted by id.
    pub requirements: Vec<Requirement>,
}

/// Why a file of the catalogue cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// The file cannot be read.
    #[error("cannot read {file}: {problem}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        problem: String,
    },
    /// The file is not what a catalogue looks like.
    #[error("{file}:{line}:{column}: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: u64,
        /// What is wrong there.
        problem: String,
        /// The line of the file; empty if it has none.
        excerpt: String,
    },
}

impl CatalogError {
    /// The line of the file with a mark under the place; empty if no line is at fault.
    pub fn excerpt(&self) -> String {
        let Self::Invalid {
            line,
            column,
            excerpt,
            ..
        } = self
        else {
            return String::new();
        };
        if *line == 0 {
            return String::new();
        }
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let before = usize::try_from(*column).unwrap_or(1).clamp(1, 160) - 1;
        let mark = " ".repeat(before);
        format!("{gutter} |\n{number} | {excerpt}\n{gutter} | {mark}^")
    }
}

/// The name and the text of a file of `probes/catalog`.
macro_rules! embedded {
    ($name:literal) => {
        ($name, include_str!(concat!("../../catalog/", $name)))
    };
}

/// The files that are part of the program: name and text.
const ENDPOINTS: [(&str, &str); 9] = [
    embedded!("endpoints/autopilot.yaml"),
    embedded!("endpoints/certificates.yaml"),
    embedded!("endpoints/co-management.yaml"),
    embedded!("endpoints/connect-sync.yaml"),
    embedded!("endpoints/hybrid-join.yaml"),
    embedded!("endpoints/identity.yaml"),
    embedded!("endpoints/intune-platforms.yaml"),
    embedded!("endpoints/intune.yaml"),
    embedded!("endpoints/sovereign.yaml"),
];
const RECORDS: (&str, &str) = embedded!("dns-records.yaml");
const OWN_HOSTS: (&str, &str) = embedded!("own-hosts.yaml");
const OWN_RECORDS: (&str, &str) = embedded!("own-records.yaml");
const REQUIREMENTS: (&str, &str) = embedded!("requirements.yaml");

impl Catalog {
    /// The catalogue that is part of the program.
    pub fn embedded() -> Arc<Self> {
        let sound = "a test reads every embedded file";
        let (own, records) = (OWN_HOSTS, OWN_RECORDS);
        Arc::new(Self {
            endpoints: endpoints::read(&ENDPOINTS).expect(sound),
            records: records::read(RECORDS.0, RECORDS.1).expect(sound),
            left_out: Vec::new(),
            own_hosts: own_hosts::read(own.0, own.1).expect(sound),
            own_records: own_records::read(records.0, records.1).expect(sound),
            requirements: requirements::read(REQUIREMENTS.0, REQUIREMENTS.1).expect(sound),
        })
    }

    /// The same catalogue with the sections of a file in place of its own. Endpoints of which the
    /// file has no group are left out, and not forgotten.
    ///
    /// # Errors
    /// If the file cannot be read, is larger than 4 MiB, or is no catalogue.
    pub fn with_file(&self, file: &Path) -> Result<Arc<Self>, CatalogError> {
        let text = document::read_file(file)?;
        let sections = file::read(Source {
            name: &file.display().to_string(),
            text: &text,
        })?;
        let mut catalog = self.clone();
        if let Some(endpoints) = sections.endpoints {
            let has = |id: &Slug| endpoints.iter().any(|group| group.id == *id);
            catalog.endpoints.retain(|group| !has(&group.id));
            catalog.left_out = std::mem::replace(&mut catalog.endpoints, endpoints);
        }
        replace(&mut catalog.own_hosts, sections.own_hosts);
        replace(&mut catalog.records.public_name, sections.public_name);
        replace(&mut catalog.records.records, sections.records);
        replace(&mut catalog.records.locators, sections.locators);
        replace(&mut catalog.own_records, sections.own_records);
        replace(&mut catalog.requirements, sections.requirements);
        Ok(Arc::new(catalog))
    }

    /// Whether a text can take the place of the catalogue.
    ///
    /// # Errors
    /// If it is no catalogue.
    pub fn check(text: &str) -> Result<(), CatalogError> {
        let name = "catalogue";
        file::read(Source { name, text }).map(drop)
    }

    /// The date of the newest source, as `YYYY-MM-DD`; empty if no source has one.
    pub fn as_of(&self) -> String {
        let dates = self.endpoints.iter().filter_map(|group| group.as_of);
        dates.max().map(|date| date.to_string()).unwrap_or_default()
    }

    /// Every region that an endpoint names.
    pub fn regions(&self) -> BTreeSet<String> {
        let groups = self.endpoints.iter();
        let regions = groups.flat_map(|group| {
            let own = group.hosts.iter().filter_map(|host| host.region.as_ref());
            own.chain(&group.region)
        });
        regions.map(ToString::to_string).collect()
    }

    /// Every target that some endpoint group or record names, sorted.
    pub fn targets(&self) -> Vec<&str> {
        let groups = self.endpoints.iter().flat_map(|group| &group.targets);
        let records = self.records.records.iter().flat_map(|r| &r.targets);
        let mut targets: Vec<_> = groups.chain(records).map(|t| t.as_str()).collect();
        targets.sort_unstable();
        targets.dedup();
        targets
    }
}

fn replace<T>(own: &mut T, section: Option<T>) {
    if let Some(section) = section {
        *own = section;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_catalogue_is_valid_and_covers_the_first_targets() {
        let catalog = Catalog::embedded();
        for target in [
            "core",
            "connect-sync",
            "hybrid-join",
            "intune",
            "co-management",
        ] {
            let required = catalog.endpoints.iter().filter(|group| {
                group.need == Need::Required
                    && group.clouds.contains(&waterline_facts::Cloud::Commercial)
                    && group.targets.iter().any(|t| t.as_str() == target)
            });
            assert!(required.count() >= 3, "{target} has too few groups");
        }
        assert_eq!(catalog.as_of(), "2026-06-08");
    }

    #[test]
    fn file_that_is_not_there_is_named() {
        let error = Catalog::embedded()
            .with_file(Path::new("no/such/file.yaml"))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot read no/such/file.yaml: ")
        );
    }

    #[test]
    fn example_of_the_guide_can_be_read() {
        let guide = include_str!("../../../docs/catalog-file.md");
        let example = guide.split("```").nth(1).unwrap();
        let yaml = example.strip_prefix("yaml\n").unwrap();
        let name = "catalog-file.md";
        let sections = file::read(Source { name, text: yaml }).unwrap();
        assert_eq!(sections.endpoints.unwrap().len(), 2);
        assert_eq!(sections.records.unwrap().len(), 1);
        assert_eq!(sections.own_hosts.unwrap().len(), 1);
        assert_eq!(sections.requirements.unwrap().len(), 1);
    }

    #[test]
    fn file_in_place_of_the_embedded_endpoints_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.yaml");
        std::fs::write(&file, endpoints::tests::GROUP).unwrap();
        let catalog = Catalog::embedded().with_file(&file).unwrap();
        assert_eq!(catalog.endpoints.len(), 1);
        assert_eq!(catalog.targets()[0], "co-management");
    }

    #[test]
    fn built_in_groups_that_a_file_does_not_have_are_left_out_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.yaml");
        std::fs::write(&file, endpoints::tests::GROUP).unwrap();
        let embedded = Catalog::embedded();
        let catalog = embedded.with_file(&file).unwrap();
        let left: Vec<_> = catalog.left_out.iter().map(|g| g.id.as_str()).collect();
        assert!(left.contains(&"identity-sign-in"));
        assert!(!left.contains(&"intune-service"), "the file has its own");
        assert_eq!(left.len(), embedded.endpoints.len() - 1);
    }
}
