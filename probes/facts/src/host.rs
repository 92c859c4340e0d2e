//! The machine on which the probes run: operating system, hardware, join state, time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// The machine's tie to a directory.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct JoinFacts {
    /// DNS name of the Active Directory domain that the machine is joined to; absent if it is not.
    pub domain: Seen<String>,
    /// Whether the machine is joined to Entra ID (alone or beside a domain).
    pub entra_joined: Seen<bool>,
    /// The tenant that a machine joined to Entra ID belongs to, as its GUID in lower case;
    /// absent if not joined.
    #[serde(default)]
    pub entra_tenant: Seen<String>,
    /// Where the domain was found, such as `registry`, `sssd.conf`, `smb.conf`.
    pub source: Seen<String>,
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
