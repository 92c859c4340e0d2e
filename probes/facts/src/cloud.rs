//! The vendor's clouds, which differ in hosts and records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A cloud of the vendor.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Worldwide, GCC included.
    #[default]
    Commercial,
    /// GCC High and Azure Government.
    Usgov,
    /// US Department of Defense.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// Every cloud.
    pub const ALL: [Self; 4] = [Self::Commercial, Self::Usgov, Self::Dod, Self::China];

    /// The word used in profiles, facts and the catalogue of endpoints.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Usgov => "usgov",
            Self::Dod => "dod",
            Self::China => "china",
        }
    }
}
