//! Who manages the machine: mobile device management, Configuration Manager, an update server.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Seen;

/// Who manages the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ManagementFacts {
    /// Whether a mobile device management has enrolled the machine.
    pub enrolled: Seen<bool>,
    /// Whether that is Intune; absent if there is none.
    pub intune: Seen<bool>,
    /// Windows: every enrolment of a management, sorted by provider.
    pub enrollments: Seen<Vec<EnrollmentFacts>>,
    /// Windows: with whose credential policy has the machine enrol by itself; absent if it does not.
    pub auto_enrollment: Seen<AutoEnrollment>,
    /// Windows: whether policy forbids enrolment.
    pub enrollment_forbidden: Seen<bool>,
    /// Whether Intune's own agent is there: the management extension on Windows, the portal on
    /// Linux, the Company Portal on macOS. Windows gets it with the first script or program only.
    pub intune_agent: Seen<bool>,
    /// macOS: version of the Company Portal; absent if it is not there.
    pub intune_agent_version: Seen<String>,
    /// macOS: whether any profile sets preferences.
    pub profiles: Seen<bool>,
    /// macOS: whether a profile sets up single sign-on by an extension, as Platform SSO does.
    pub sign_on_extension: Seen<bool>,
    /// The Configuration Manager client; absent if there is none.
    pub configuration_manager: Seen<ConfigurationManagerClient>,
    /// Whether Configuration Manager and a mobile device management both manage the machine.
    pub co_managed: Seen<bool>,
    /// Windows: who decides on updates.
    pub updates: UpdateFacts,
}

/// An enrolment. The user's name in it is not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EnrollmentFacts {
    /// Who enrolled it; `MS DM Server` is Intune.
    pub provider: String,
    /// Whether it is complete.
    pub complete: Seen<bool>,
    /// The number that Windows gives the kind of enrolment.
    pub kind: Seen<u64>,
    /// The tenant, as its GUID in lower case; absent if it names none.
    pub tenant: Seen<String>,
    /// Where it was discovered; absent if it does not tell.
    pub discovery_url: Seen<String>,
}

/// With whose credential a machine enrols by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AutoEnrollment {
    /// The user's.
    User,
    /// The device's own; for co-management and multi-session desktops alone.
    Device,
    /// Policy does not say, which is the user's.
    Unset,
}

/// The Configuration Manager client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigurationManagerClient {
    /// Its version, such as `5.00.9132.1011`.
    pub version: Seen<String>,
    /// The third number of the version, which tells the release.
    pub build: Seen<u32>,
    /// The site's code; absent if it is assigned to none.
    pub site: Seen<String>,
    /// Workloads that Intune has, a bit for each, as the client keeps them; absent if the client is
    /// not set up for co-management. No document tells what the bits mean.
    pub co_management_flags: Seen<u64>,
}

/// Who decides on updates, by policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct UpdateFacts {
    /// The update server in use; absent if there is none, or it is named and not used.
    pub server: Seen<String>,
    /// The release at which policy holds the machine; absent if it does not.
    pub held_at: Seen<String>,
    /// Whether policy turns automatic updates off.
    pub automatic_off: Seen<bool>,
    /// Whether policy keeps the machine from Microsoft's update service.
    pub internet_off: Seen<bool>,
}
