//! The catalogue of browsers: what is looked for where, and when each version was released.
//!
//! Data, not code: `probes/catalog/browsers.yaml`, built in. Unknown keys are errors, so that a
//! misspelt place is not silently left out.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use jiff::civil::Date;
use serde::Deserialize;
use waterline_facts::browsers::BrowserProduct;

/// The catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Version of the form; this reader knows 1.
    pub format: u32,
    /// Where the facts come from, by short name.
    pub sources: BTreeMap<String, Source>,
    /// The products.
    pub products: Vec<Product>,
    /// When versions were released.
    pub releases: Vec<ReleaseTable>,
}

/// Where facts come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The publication.
    pub from: String,
    /// The date of the publication or of its snapshot.
    pub as_of: Date,
}

/// A browser product and the places where it is found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Which product.
    pub product: BrowserProduct,
    /// The name it is shown by.
    pub name: String,
    /// Where these facts come from.
    pub sources: Vec<String>,
    /// Whose table of releases holds for it; without one no release date is known.
    pub releases: Option<BrowserProduct>,
    /// Packages of dpkg.
    #[serde(default)]
    pub debian: Vec<DebianPackage>,
    /// Names of snaps.
    #[serde(default)]
    pub snaps: Vec<Identity>,
    /// Ids of flatpaks.
    #[serde(default)]
    pub flatpaks: Vec<Identity>,
    /// Bundles on macOS.
    #[serde(default)]
    pub bundles: Vec<Bundle>,
    /// Package names in the Windows Store.
    #[serde(default)]
    pub store: Vec<String>,
    /// Traces in the Windows registry.
    pub windows: Option<WindowsTraces>,
    /// Packages of rpm that are named or put otherwise than those of dpkg.
    #[serde(default)]
    pub rpm: Vec<DebianPackage>,
    /// How it is named as the default browser.
    #[serde(default)]
    pub handlers: Handlers,
    /// Where its policies are, if it can be managed.
    pub policies: Option<PolicyPlaces>,
}

/// How a product is named as the default browser. What is shown may go on after these names with a
/// channel or a hash.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handlers {
    /// Beginnings of ProgIds on Windows.
    #[serde(default)]
    pub windows: Vec<String>,
    /// Beginnings of desktop entries on Linux.
    #[serde(default)]
    pub linux: Vec<String>,
}

/// Where the policies of a product are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyPlaces {
    /// Key below `SOFTWARE\Policies` of machine and user.
    pub windows: Option<String>,
    /// Folders with JSON files, for Firefox files, on Linux.
    #[serde(default)]
    pub linux: Vec<String>,
    /// Domain of the managed preferences on macOS.
    pub macos: Option<String>,
    /// Where users' profiles are, for Chrome and its kin.
    pub profiles: Option<ProfileFolders>,
}

/// Folders that hold the profiles of one user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileFolders {
    /// Below the local application data on Windows.
    pub windows: String,
    /// Below the home on Linux.
    pub linux: String,
    /// Below the home on macOS.
    pub macos: String,
}

/// A package of dpkg.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebianPackage {
    /// The package's name.
    pub package: String,
    /// The release channel that it holds.
    pub channel: String,
    /// The program that it installs.
    pub program: String,
}

/// An id in a system of packages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The id.
    pub id: String,
    /// The release channel that it stands for.
    pub channel: String,
}

/// A bundle on macOS.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The bundle identifier, which holds whatever the folder is called.
    pub id: String,
    /// The release channel that it stands for.
    pub channel: String,
    /// The usual name of the folder; tells that an unreadable bundle is a browser.
    pub app: String,
}

/// Traces in the Windows registry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowsTraces {
    /// The file name of the program.
    pub program: String,
    /// Key of the updater, below `SOFTWARE`.
    pub updater: Option<String>,
    /// Clients of the updater.
    #[serde(default)]
    pub clients: Vec<Identity>,
    /// Names in the list of installed programs.
    #[serde(default)]
    pub programs: Vec<ProgramName>,
    /// Folders of installs for one user, below the local application data.
    #[serde(default)]
    pub user_folders: Vec<UserFolder>,
}

/// A folder of installs for one user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserFolder {
    /// The folder.
    pub folder: String,
    /// The release channel that it stands for.
    pub channel: String,
}

/// A name in the list of installed programs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramName {
    /// The name; a version or a bracketed remark may follow it.
    pub name: String,
    /// The release channel that it stands for.
    pub channel: String,
}

/// When the versions of a product were released.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseTable {
    /// Which product.
    pub product: BrowserProduct,
    /// Where the rows come from.
    pub sources: Vec<String>,
    /// The day after which nothing is in it.
    pub as_of: Date,
    /// Which numbers of a version make a row.
    pub step: Step,
    /// The rows, newest first.
    pub rows: Vec<Release>,
}

/// Which numbers of a version make a row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The first.
    Major,
    /// The first two.
    Minor,
}

/// A row: one version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The number or numbers.
    pub version: String,
    /// The day of its release in the stable channel.
    pub released: Date,
    /// The day on which it was or will be replaced; none while that is not known.
    pub ends: Option<Date>,
    /// The end of its extended support, if it has such.
    pub esr_ends: Option<Date>,
}

static EMBEDDED: LazyLock<Arc<Catalog>> = LazyLock::new(|| {
    let text = include_str!("../../catalog/browsers.yaml");
    Arc::new(Catalog::parse(text).expect("the built-in catalogue is read by a test"))
});

impl Catalog {
    /// The catalogue that is built in.
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// If the text is no YAML of this form; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browsers::version;

    #[test]
    fn built_in_catalogue_is_whole() {
        let catalog = Catalog::embedded();
        assert_eq!(catalog.format, 1);
        for product in &catalog.products {
            for source in &product.sources {
                assert!(catalog.sources.contains_key(source), "{source}");
            }
            let table = product.releases;
            assert!(table.is_none_or(|table| catalog.releases.iter().any(|r| r.product == table)));
        }
        let rows: usize = catalog.releases.iter().map(|table| table.rows.len()).sum();
        assert_eq!(rows, 445);
    }

    #[test]
    fn rows_fall_in_version_and_never_end_before_they_began() {
        for table in &Catalog::embedded().releases {
            let versions: Vec<_> = table
                .rows
                .iter()
                .map(|row| version::parse(&row.version).unwrap().version)
                .collect();
            assert!(versions.is_sorted_by(|a, b| a > b), "{:?}", table.product);
            for row in &table.rows {
                assert!(row.released <= table.as_of, "{}", row.version);
                assert!(row.ends.is_none_or(|ends| ends > row.released));
                assert!(row.esr_ends.is_none_or(|ends| ends > row.released));
            }
        }
    }

    #[test]
    fn misspelt_key_is_an_error_with_its_line() {
        let error = Catalog::parse("format: 1\nproduct: []\n").unwrap_err();
        assert!(error.to_string().contains("product"), "{error}");
    }
}
