//! All facts of one run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    browsers::BrowserFacts, directory::DirectoryFacts, dns::DnsFacts, host::HostFacts,
    hosts::HostsFacts, network::NetworkFacts, objects::ObjectFacts, protocols::ProtocolFacts,
    run::RunFacts, seen::Seen,
};

/// The version of the serde form: a reader refuses another major and reads any minor.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// A format's version.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct FormatVersion {
    /// Raised when an older reader would misread.
    pub major: u32,
    /// Raised when fields are added.
    pub minor: u32,
}

impl std::fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// All facts of one run. A part is unknown as a whole where its probe did not run at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// Version of this form.
    pub format: FormatVersion,
    /// How the run went.
    pub run: RunFacts,
    /// The machine on which the probes ran.
    #[serde(default)]
    pub host: Seen<HostFacts>,
    /// The browsers on that machine.
    #[serde(default)]
    pub browsers: Seen<BrowserFacts>,
    /// Name resolution as seen from that machine.
    #[serde(default)]
    pub dns: Seen<DnsFacts>,
    /// The endpoints as seen from that machine.
    #[serde(default)]
    pub network: Seen<NetworkFacts>,
    /// Services beyond the web as seen from that machine.
    #[serde(default)]
    pub protocols: Seen<ProtocolFacts>,
    /// The on-premises directory.
    #[serde(default)]
    pub directory: Seen<DirectoryFacts>,
    /// What the object checks found in the directory's objects. Derived: a replay computes it anew
    /// from the recorded objects.
    #[serde(default)]
    pub objects: Seen<ObjectFacts>,
    /// Other machines, by their recordings; absent if none were named.
    #[serde(default = "none_named")]
    pub hosts: Seen<HostsFacts>,
}

/// Recordings from before machines could be named have none.
fn none_named() -> Seen<HostsFacts> {
    Seen::Absent
}
