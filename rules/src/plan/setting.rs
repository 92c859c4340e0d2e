//! Settings of group policies and of the registry that a task sets, to be handed over as files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySetting {
    /// Where it stands in the editor of group policies; empty if it has no place there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The key of the registry, its root in full, such as `HKEY_LOCAL_MACHINE\…`; empty if it is not
    /// to be set there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The name of the value, or of the setting.
    pub name: String,
    /// What it is set to.
    pub value: SettingValue,
}

/// What a setting is set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SettingValue {
    /// A number of 32 bits (`REG_DWORD`).
    Number(u32),
    /// A text (`REG_SZ`).
    Text(String),
}
