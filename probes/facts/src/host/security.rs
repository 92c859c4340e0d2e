//! How the machine is protected: firmware, security chip, encryption, the local administrator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// How the machine is protected, as far as an ordinary user may see it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SecurityFacts {
    /// Whether Secure Boot is on; absent where the firmware has none (BIOS).
    pub secure_boot: Seen<bool>,
    /// Version of the security chip's specification, `1.2` or `2.0`; absent if there is none.
    pub tpm_version: Seen<String>,
    /// Whether the disk with the system was encrypted and protected at the last start. BitLocker
    /// that is suspended counts as not.
    pub system_disk_encrypted: Seen<bool>,
    /// Windows: where the local administrator's password is backed up; absent if nowhere.
    pub local_password_backup: Seen<LocalPasswordBackup>,
}

/// Where the local administrator's password is backed up (LAPS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LocalPasswordBackup {
    /// Entra ID, by Windows LAPS.
    Entra,
    /// Active Directory, by Windows LAPS.
    ActiveDirectory,
    /// Active Directory, by the older Microsoft LAPS.
    Legacy,
}
