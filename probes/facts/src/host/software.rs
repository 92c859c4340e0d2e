//! Software that agents and connectors build on, and the versions of TLS that settings allow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// Software that agents and connectors build on. All of it is absent elsewhere than on Windows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SoftwareFacts {
    /// Release number of .NET Framework 4.5 or later; to be compared with `>=`, as one version has
    /// several. Absent if it is not installed.
    pub dotnet_release: Seen<u32>,
    /// The version that the release number stands for, such as `4.8.1`.
    pub dotnet_version: Seen<String>,
    /// Version of Windows PowerShell, such as `5.1.26100.1`.
    pub powershell: Seen<String>,
    /// Versions of PowerShell 6 and later, sorted; empty if there is none. They do not replace
    /// Windows PowerShell for installers.
    pub powershell_core: Seen<Vec<String>>,
    /// Which scripts may run: that of policy, else the machine's; absent if nothing is set.
    pub execution_policy: Seen<String>,
}

/// Which versions of TLS the settings allow. Settings only: what is really spoken is seen where
/// endpoints are contacted. All of it is absent elsewhere than on Windows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TlsSettingFacts {
    /// Each version in Windows' own implementation, oldest first.
    pub protocols: Seen<Vec<ProtocolSetting>>,
    /// Whether 64-bit programs of .NET Framework 4 use strong cryptography; absent if not set.
    pub dotnet_strong: Seen<bool>,
    /// Whether 64-bit programs of .NET Framework 4 follow the system; absent if not set.
    pub dotnet_system_default: Seen<bool>,
    /// Whether 32-bit programs of .NET Framework 4 use strong cryptography; absent if not set.
    pub dotnet_strong_32: Seen<bool>,
    /// Whether 32-bit programs of .NET Framework 4 follow the system; absent if not set.
    pub dotnet_system_default_32: Seen<bool>,
    /// Versions that services use by default, a bit for each (0x800 is TLS 1.2); absent if not set.
    pub winhttp_protocols: Seen<u64>,
    /// Whether that setting leaves TLS 1.2 and 1.3 out; absent if it is not set.
    pub winhttp_without_tls_1_2: Seen<bool>,
}

/// The settings of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProtocolSetting {
    /// The version, as the settings name it: `TLS 1.2`.
    pub protocol: String,
    /// When the machine is the client.
    pub client: Seen<ProtocolState>,
    /// When the machine is the server.
    pub server: Seen<ProtocolState>,
}

/// What the settings say of a version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProtocolState {
    /// Nothing: the system decides. TLS 1.2 is on from Windows 8 and Server 2012.
    Unset,
    /// On.
    On,
    /// On, but used only by programs that ask for it.
    OffByDefault,
    /// Off.
    Off,
}
