//! The machine on which the probes run: operating system, hardware, join state, management, time.

mod device_status;
mod join;
mod management;
mod security;
mod software;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use device_status::{
    DeviceAuthentication, DeviceStatusFacts, StatusCode, StatusField, StatusSource,
};
pub use join::{JoinFacts, JoinKind};
pub use management::{
    AutoEnrollment, ConfigurationManagerClient, EnrollmentFacts, ManagementFacts, UpdateFacts,
};
pub use security::{LocalPasswordBackup, SecurityFacts};
pub use software::{ProtocolSetting, ProtocolState, SoftwareFacts, TlsSettingFacts};

use crate::seen::Seen;

/// The machine on which the probes run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct HostFacts {
    /// The machine's own name, without a domain.
    pub name: Seen<String>,
    /// The operating system.
    pub os: OsFacts,
    /// Processor architecture of the machine (not of this program): `x86_64`, `aarch64`, …
    pub architecture: Seen<String>,
    /// Physical memory in bytes, as the system reports it (a 4 GB machine shows some 3.9 GB).
    pub memory_bytes: Seen<u64>,
    /// The disk that holds the operating system.
    pub system_disk: Seen<DiskFacts>,
    /// The machine's tie to a directory.
    pub join: JoinFacts,
    /// What the system says of its registration with Entra ID (`dsregcmd /status`), from a saved
    /// text or asked of the system; absent where there is no such command.
    #[serde(default)]
    pub device_status: Seen<DeviceStatusFacts>,
    /// Who manages the machine.
    #[serde(default)]
    pub management: ManagementFacts,
    /// How the machine is protected.
    #[serde(default)]
    pub security: SecurityFacts,
    /// Software that agents and connectors build on.
    #[serde(default)]
    pub software: SoftwareFacts,
    /// Which versions of TLS the settings allow.
    #[serde(default)]
    pub tls: TlsSettingFacts,
    /// Why the machine waits for a restart, sorted; empty if it does not.
    #[serde(default)]
    pub pending_restart: Seen<Vec<RestartReason>>,
    /// How the machine keeps time.
    pub time: TimeFacts,
}

/// The operating system.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct OsFacts {
    /// Which family.
    pub family: Seen<OsFamily>,
    /// The product in the form of the lifecycle tables: `windows-11`, `windows-server-2022`,
    /// `macos`, or the `ID` of os-release such as `debian`.
    pub product: Seen<String>,
    /// The name that the system shows, such as `Windows 11 Pro` or `Debian GNU/Linux 12`.
    pub name: Seen<String>,
    /// The version: `10.0.26100.4061` on Windows, `15.5` on macOS, `12` on Debian.
    pub version: Seen<String>,
    /// Windows: the build number. macOS and Linux have none in this sense: absent.
    pub build: Seen<u32>,
    /// Windows: the update revision within the build (UBR).
    pub revision: Seen<u32>,
    /// Windows: the release's name, such as `24H2`.
    pub display_version: Seen<String>,
    /// Windows: the edition id, such as `Enterprise` or `ServerStandard`.
    pub edition: Seen<String>,
    /// Windows: the class of editions that share an end of servicing.
    pub edition_class: Seen<EditionClass>,
    /// Windows: client, server or server without desktop.
    pub installation_type: Seen<InstallationType>,
    /// Version of the kernel.
    pub kernel: Seen<String>,
    /// Windows: how long and how often the release is serviced.
    #[serde(default)]
    pub channel: Seen<ReleaseChannel>,
    /// Windows: whether it is an IoT edition.
    #[serde(default)]
    pub iot: Seen<bool>,
    /// Windows: whether several users work on it at once (Enterprise multi-session).
    #[serde(default)]
    pub multi_session: Seen<bool>,
    /// Windows: whether it is in S mode, which starts programs of the Store alone.
    #[serde(default)]
    pub s_mode: Seen<bool>,
    /// Windows: whether extended security updates are licensed. Only WMI tells, which is not asked.
    #[serde(default)]
    pub extended_updates: Seen<bool>,
    /// macOS: the build, such as `24G90`.
    #[serde(default)]
    pub build_label: Seen<String>,
    /// Linux: distributions that this one is derived from, nearest first (`ID_LIKE`); absent if it
    /// names none.
    #[serde(default)]
    pub derived_from: Seen<Vec<String>>,
}

/// How long and how often a release of Windows is serviced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseChannel {
    /// A release each year, each serviced for a few years.
    General,
    /// A release every few years, serviced for five years or longer.
    LongTerm,
    /// Servers: semi-annual and annual releases.
    Annual,
}

/// What a restart is waited for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RestartReason {
    /// Windows: parts of the system were added, removed or updated.
    ComponentServicing,
    /// Windows: an update was installed.
    WindowsUpdate,
    /// Windows: the computer was renamed.
    ComputerRename,
    /// Windows: the Configuration Manager client asks for it.
    ConfigurationManager,
    /// Windows: files are to be replaced at the start; virus scanners and browsers set this often.
    FileRename,
    /// Linux: a package asks for it.
    Package,
}

/// Families of operating systems.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OsFamily {
    /// Windows client or server.
    Windows,
    /// Any Linux.
    Linux,
    /// macOS.
    Macos,
    /// Something else.
    Other,
}

/// Classes of Windows editions that share an end of servicing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EditionClass {
    /// Home, Pro, Pro Education, Pro for Workstations.
    HomePro,
    /// Enterprise, Education, IoT Enterprise, Enterprise multi-session.
    EntEdu,
    /// Enterprise LTSC or LTSB.
    Ltsc,
    /// IoT Enterprise LTSC.
    IotLtsc,
    /// IoT Core.
    IotCore,
    /// Windows Server, long-term channel.
    ServerLtsc,
    /// Windows Server, semi-annual or annual channel.
    ServerAc,
}

/// How Windows was installed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum InstallationType {
    /// A client.
    Client,
    /// A server with desktop.
    Server,
    /// A server without desktop.
    ServerCore,
}

/// A disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiskFacts {
    /// Where it is mounted.
    pub mount: String,
    /// Its size in bytes.
    pub total_bytes: u64,
    /// What an ordinary user may still write, in bytes.
    pub free_bytes: u64,
}

/// How the machine keeps time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TimeFacts {
    /// The IANA or Windows name of the time zone.
    pub zone: Seen<String>,
    /// Where the time comes from: a server's name, `domain-hierarchy`, or a daemon's name; absent
    /// if nothing keeps the clock right.
    pub source: Seen<String>,
    /// Time servers named in the settings, sorted; empty where the settings leave the choice to
    /// the domain or to the daemon's defaults.
    #[serde(default)]
    pub servers: Seen<Vec<String>>,
}
