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
    /// Version of the Edge WebView2 runtime, which shows web pages within other programs and is no
    /// browser; absent if there is none, and on systems other than Windows.
    #[serde(default)]
    pub webview2: Seen<String>,
    /// What opens links of the user who ran the probe, `http` and `https` in this order; a scheme
    /// for which nothing is set is not in it.
    #[serde(default)]
    pub defaults: Seen<Vec<DefaultBrowser>>,
    /// What is managed about sign-in and updates, for each product that can be managed, sorted by
    /// product.
    #[serde(default)]
    pub policies: Seen<Vec<BrowserPolicies>>,
    /// Whether Edge opens listed sites in Internet Explorer mode
    /// (`InternetExplorerIntegrationLevel` is 1); absent where no policy says.
    #[serde(default)]
    pub explorer_mode: Seen<bool>,
    /// Where that list of sites is (`InternetExplorerIntegrationSiteList`).
    #[serde(default)]
    pub explorer_site_list: Seen<String>,
    /// The security zone of the host that seamless single sign-on asks for tickets:
    /// 1 is the intranet, where browsers sign in by themselves. Absent where none is assigned, and
    /// on systems other than Windows.
    #[serde(default)]
    pub sign_in_zone: Seen<u64>,
}

/// What opens links of one scheme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DefaultBrowser {
    /// `http` or `https`.
    pub scheme: String,
    /// The handler's name in the system: a ProgId, a desktop entry, a bundle identifier.
    pub handler: String,
    /// Which product that is; absent if the catalogue does not know it.
    pub product: Seen<BrowserProduct>,
}

/// What is managed for one product. Absent: no policy says; then the product's own default holds.
///
/// Only policies on the machine are seen, not those that the vendor's cloud hands to a signed-in
/// profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BrowserPolicies {
    /// Which product.
    pub product: BrowserProduct,
    /// Registry keys and files that hold policies for it, in the order in which they win; empty
    /// where nothing is managed.
    pub places: Vec<String>,
    /// Whether it shows the machine's device identity at sign-in without an extension:
    /// `CloudAPAuthEnabled` (Chrome on Windows), `WindowsSSO` and `MicrosoftEntraSSO` (Firefox).
    pub device_sign_in: Seen<bool>,
    /// What is to become of the vendor's single sign-on extension (Chrome and its kin).
    pub extension: Seen<ExtensionPolicy>,
    /// Whether that extension is in a profile of the user who ran the probe; only its folder is
    /// looked for.
    pub extension_installed: Seen<bool>,
    /// Servers to which it signs in with Kerberos unasked: `AuthServerAllowlist`, Firefox's
    /// `Authentication/SPNEGO`. As written, in the order of the policy.
    pub negotiate_servers: Seen<Vec<String>>,
    /// Servers to which it delegates: `AuthNegotiateDelegateAllowlist`, Firefox's
    /// `Authentication/Delegated`.
    pub delegate_servers: Seen<Vec<String>>,
    /// Whether users may sign in to the browser's profile (`BrowserSignin`), without which Edge
    /// does not show the device.
    pub profile_sign_in: Seen<ProfileSignIn>,
    /// How it is updated.
    pub updates: Seen<UpdatePolicy>,
    /// The channel that updates come from, such as `extended` (`TargetChannel`).
    pub update_channel: Seen<String>,
    /// The version that updates do not go beyond, such as `120.` (`TargetVersionPrefix`,
    /// `AppUpdatePin`).
    pub pinned_version: Seen<String>,
}

impl BrowserPolicies {
    /// Nothing is managed for this product.
    pub fn none(product: BrowserProduct) -> Self {
        Self {
            product,
            places: Vec::new(),
            device_sign_in: Seen::Absent,
            extension: Seen::Absent,
            extension_installed: Seen::Absent,
            negotiate_servers: Seen::Absent,
            delegate_servers: Seen::Absent,
            profile_sign_in: Seen::Absent,
            updates: Seen::Absent,
            update_channel: Seen::Absent,
            pinned_version: Seen::Absent,
        }
    }
}

/// What policies do with an extension.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ExtensionPolicy {
    /// It is installed for everybody.
    Forced,
    /// Users may install it.
    Allowed,
    /// It may not be installed.
    Blocked,
}

/// Whether users may sign in to a browser's profile.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileSignIn {
    /// They may not.
    Off,
    /// They may.
    Allowed,
    /// They must.
    Forced,
}

/// How a browser is updated.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum UpdatePolicy {
    /// By itself.
    Automatic,
    /// When the user asks for it.
    Manual,
    /// Not at all.
    Off,
}

/// One browser install.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Browser {
    /// Which product.
    pub product: BrowserProduct,
    /// The name it is shown by.
    pub name: String,
    /// Release channel, such as `stable`, `extended-stable`, `beta`, `esr`.
    pub channel: Seen<String>,
    /// Its version as text, such as `142.0.7444.134`.
    pub version: Seen<String>,
    /// The first number of the version.
    pub major: Seen<u32>,
    /// The program or its folder.
    pub path: String,
    /// For whom it is installed.
    pub scope: Scope,
    /// Where it was found: `dpkg`, `rpm`, `registry`, `plist`, `folder`, …
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
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// For every user of the machine.
    Machine,
    /// For one user.
    User,
}
