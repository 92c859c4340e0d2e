//! The table of Windows builds: which release each is, and when its servicing ends.
//!
//! Read once from `reference/windows-builds.yaml`. A build that is not in the table is not known,
//! never out of servicing: it may be newer than the table.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use serde::Deserialize;
use waterline_facts::host::EditionClass;

use crate::{
    source::{Fault, Source, did_you_mean},
    verdict::Confidence,
};

/// The table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Builds {
    /// The data set that it comes from.
    pub source: String,
    /// The day of the data set.
    pub as_of: Date,
    /// How far it can be trusted.
    pub confidence: Confidence,
    /// The releases.
    pub builds: Vec<Release>,
}

/// One release of one product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The product, as `host.os.product` names it.
    pub product: String,
    /// Its name, such as `24H2`.
    pub release: String,
    /// The build; several products may share it.
    pub build: i64,
    /// Day of general availability.
    pub released: Date,
    /// Class of editions to the last day of servicing.
    pub ends: BTreeMap<String, Date>,
}

/// The classes of editions, as `host.os.edition_class` names them.
const CLASSES: [&str; 7] = [
    "home-pro",
    "ent-edu",
    "ltsc",
    "iot-ltsc",
    "iot-core",
    "server-ltsc",
    "server-ac",
];

impl Builds {
    /// The table that the program carries.
    pub fn embedded() -> &'static Self {
        static BUILDS: LazyLock<Builds> = LazyLock::new(|| {
            let text = include_str!("../reference/windows-builds.yaml");
            let source = Source::new("reference/windows-builds.yaml", text);
            Builds::read(&source).expect("a test reads the embedded table")
        });
        &BUILDS
    }

    /// Reads a table.
    ///
    /// # Errors
    /// The first fault of its form.
    pub fn read(source: &Source) -> Result<Self, Fault> {
        source.read()
    }

    /// The release that a build is for a class of editions, and its last day of servicing.
    pub fn release(&self, build: i64, class: EditionClass) -> Option<(&Release, Date)> {
        let class = class_name(class);
        let mut rows = self.builds.iter().filter(|row| row.build == build);
        rows.find_map(|row| Some((row, *row.ends.get(class)?)))
    }

    /// The last day of servicing of a build, for a class of editions; for `client` or `server` the
    /// latest of that kind.
    ///
    /// # Errors
    /// That the table does not tell, in words.
    pub fn end(&self, build: i64, class: &str) -> Result<Date, String> {
        let wanted = |candidate: &str| match class {
            "client" => !candidate.starts_with("server-"),
            "server" => candidate.starts_with("server-"),
            class => candidate == class,
        };
        if !CLASSES.contains(&class) && !["client", "server"].contains(&class) {
            let near = did_you_mean(class, CLASSES);
            return Err(format!("there is no class of editions `{class}`{near}"));
        }
        let rows = self.builds.iter().filter(|row| row.build == build);
        let ends = rows.flat_map(|row| &row.ends);
        let end = ends
            .filter(|(class, _)| wanted(class))
            .map(|(_, end)| *end)
            .max();
        end.ok_or_else(|| {
            let as_of = self.as_of;
            format!("build {build} ({class}) is not in the table of Windows builds of {as_of}")
        })
    }
}

/// A class of editions as the table names it.
fn class_name(class: EditionClass) -> &'static str {
    match class {
        EditionClass::HomePro => "home-pro",
        EditionClass::EntEdu => "ent-edu",
        EditionClass::Ltsc => "ltsc",
        EditionClass::IotLtsc => "iot-ltsc",
        EditionClass::IotCore => "iot-core",
        EditionClass::ServerLtsc => "server-ltsc",
        EditionClass::ServerAc => "server-ac",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn build_and_class_name_one_end_only() {
        let mut seen = BTreeSet::new();
        for row in &Builds::embedded().builds {
            for (class, end) in &row.ends {
                assert!(CLASSES.contains(&class.as_str()), "{class}");
                assert!(
                    seen.insert((row.build, class)),
                    "{} {class} stands twice",
                    row.build
                );
                assert!(row.released < *end, "{} {class}", row.build);
            }
        }
    }

    #[test]
    fn a_build_that_is_not_in_the_table_is_not_out_of_servicing() {
        let builds = Builds::embedded();
        assert!(builds.end(26_100, "ent-edu").is_ok());
        assert!(builds.end(99_999, "ent-edu").is_err());
        assert!(builds.end(26_100, "home").is_err());
    }

    #[test]
    fn release_is_named_by_build_and_class() {
        let builds = Builds::embedded();
        let (release, _) = builds.release(26_100, EditionClass::ServerLtsc).unwrap();
        assert_eq!(release.product, "windows-server-2025");
        assert!(builds.release(26_100, EditionClass::IotCore).is_none());
    }

    #[test]
    fn of_a_kind_the_latest_end_counts() {
        let builds = Builds::embedded();
        let client = builds.end(26_100, "client").unwrap();
        assert!(client >= builds.end(26_100, "home-pro").unwrap());
    }
}
