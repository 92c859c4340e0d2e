//! The browsers installed on the machine.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// The browsers installed on the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct BrowserFacts {
    /// Each install found, sorted by product, channel and path; an empty list is real knowledge:
    /// every place was looked at and none holds a browser. Unknown as soon as one place could not
    /// be read, because a browser there may be the one that matters.
    pub installed: Seen<Vec<Browser>>,
    /// Installs that were found although some place could not be read; empty where `installed` is
    /// known. Evidence only: nothing may be concluded from what is not in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partial: Vec<Browser>,
}

/// One browser install.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Browser {
    /// Which product.
    pub product: BrowserProduct,
    /// The name it is shown by.
    pub name: String,
    /// Release channel, such as `stable`, `beta`, `esr`.
    pub channel: Seen<String>,
    /// Its version as text, such as `142.0.7444.134`.
    pub version: Seen<String>,
    /// The first number of the version.
    pub major: Seen<u32>,
    /// The program or its folder.
    pub path: String,
    /// For whom it is installed.
    pub scope: Scope,
    /// Where the version was read: `dpkg`, `registry`, `plist`, …
    pub source: String,
    /// When this version was released, by the catalogue's table; unknown where the table has no
    /// row for it, as for a version newer than the table.
    pub released: Seen<Date>,
    /// When this major version stops being serviced: the release of the next one, for an extended
    /// support release its end of support. Absent where no end was known when the table was made.
    #[serde(default)]
    pub ends: Seen<Date>,
}

/// Browser products that the catalogue knows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum BrowserProduct {
    /// Microsoft Edge.
    Edge,
    /// Google Chrome.
    Chrome,
    /// Chromium.
    Chromium,
    /// Mozilla Firefox, ESR included.
    Firefox,
    /// Apple Safari.
    Safari,
    /// Opera.
    Opera,
    /// Brave.
    Brave,
    /// Vivaldi.
    Vivaldi,
    /// Microsoft Internet Explorer.
    InternetExplorer,
}

/// For whom a program is installed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// For every user of the machine.
    Machine,
    /// For the user who ran the probe.
    User,
}
