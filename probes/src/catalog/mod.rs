//! The catalogue: what the services need of a network and of a zone, as data.
//!
//! It is embedded in the program and can be replaced by files of the same form. Reading it checks
//! everything that can be checked without a network, and every fault is told with file, line and
//! column. Nothing here contacts anybody.

mod document;
pub mod endpoints;
pub mod names;
pub mod records;

use std::{path::Path, sync::Arc};

pub use endpoints::{EndpointGroup, Host, Inspection, Need, Port, ProxySignIn};
pub use names::{HostName, Role, Slug, Wildcard};
pub use records::{Locator, Record, RecordType, Records};

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
    },
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

impl Catalog {
    /// The catalogue that is part of the program.
    pub fn embedded() -> Arc<Self> {
        let endpoints = endpoints::read(&ENDPOINTS).expect("a test reads every embedded file");
        let records = records::read(RECORDS.0, RECORDS.1).expect("a test reads this file");
        Arc::new(Self {
            endpoints,
            records,
            left_out: Vec::new(),
        })
    }

    /// The same catalogue with the endpoints of a file in place of its own, which are left out
    /// except where the file has a group of the same id.
    ///
    /// # Errors
    /// If the file cannot be read, is larger than 4 MiB, or is no list of endpoint groups.
    pub fn with_endpoints_of(&self, file: &Path) -> Result<Arc<Self>, CatalogError> {
        let text = document::read_file(file)?;
        let endpoints = endpoints::read(&[(&file.display().to_string(), &text)])?;
        let has = |id: &Slug| endpoints.iter().any(|group| group.id == *id);
        let left_out = self.endpoints.iter().filter(|group| !has(&group.id));
        Ok(Arc::new(Self {
            left_out: left_out.cloned().collect(),
            endpoints,
            records: self.records.clone(),
        }))
    }

    /// The date of the newest source, as `YYYY-MM-DD`; empty if no source has one.
    pub fn as_of(&self) -> String {
        let dates = self.endpoints.iter().filter_map(|group| group.as_of);
        dates.max().map(|date| date.to_string()).unwrap_or_default()
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
            .with_endpoints_of(Path::new("no/such/file.yaml"))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot read no/such/file.yaml: ")
        );
    }

    #[test]
    fn example_of_the_guide_can_be_read() {
        let guide = include_str!("../../../docs/endpoints-file.md");
        let example = guide.split("```").nth(1).unwrap();
        let yaml = example.strip_prefix("yaml\n").unwrap();
        let groups = endpoints::read(&[("endpoints-file.md", yaml)]).unwrap();
        assert_eq!(groups.len(), 2);
    }

    #[test]
    fn file_in_place_of_the_embedded_endpoints_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.yaml");
        std::fs::write(&file, endpoints::tests::GROUP).unwrap();
        let catalog = Catalog::embedded().with_endpoints_of(&file).unwrap();
        assert_eq!(catalog.endpoints.len(), 1);
        assert_eq!(catalog.targets()[0], "co-management");
    }

    #[test]
    fn built_in_groups_that_a_file_does_not_have_are_left_out_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.yaml");
        std::fs::write(&file, endpoints::tests::GROUP).unwrap();
        let embedded = Catalog::embedded();
        let catalog = embedded.with_endpoints_of(&file).unwrap();
        let left: Vec<_> = catalog.left_out.iter().map(|g| g.id.as_str()).collect();
        assert!(left.contains(&"identity-sign-in"));
        assert!(!left.contains(&"intune-service"), "the file has its own");
        assert_eq!(left.len(), embedded.endpoints.len() - 1);
    }
}
