//! What a run is told, all of it read and checked before the first packet is sent.

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use waterline_facts::{HostsFacts, ProbeId, Seen};
use waterline_probes::{
    Clock, Contact, directory::DirectorySettings, dns::DnsSettings, network::NetworkSettings,
    protocols::ProtocolSettings, system::System,
};
use waterline_rules::Profile;

use super::contacts::{self, PlannedContact};

/// The machine whose files and settings are read.
#[derive(Clone)]
pub struct MachineRead(pub Arc<dyn System>);

impl fmt::Debug for MachineRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MachineRead")
            .field(&self.0.family())
            .finish()
    }
}

/// What a run is told.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// The probes that run; the others' facts are unknown.
    pub only: BTreeSet<ProbeId>,
    /// How long the whole run may take.
    pub budget: Duration,
    /// Tells the time.
    pub clock: Clock,
    /// What the probes of host and browsers read.
    pub machine: MachineRead,
    /// TLS settings of every connection.
    pub tls: Arc<rustls::ClientConfig>,
    /// What the organisation wants; the object checks look at its domains.
    pub profile: Profile,
    /// What somebody saved of `dsregcmd /status`, in place of what the command says now.
    pub device_status: Option<Arc<[u8]>>,
    /// What the DNS probe looks at.
    pub dns: DnsSettings,
    /// What the network probe looks at.
    pub network: NetworkSettings,
    /// What the probe of other protocols looks at.
    pub protocols: ProtocolSettings,
    /// Where the directory is, and how to enter it.
    pub directory: DirectorySettings,
    /// What recordings of other machines say; absent if none were named.
    pub hosts: Seen<HostsFacts>,
}

impl RunSettings {
    /// Everybody whom a run with these settings contacts, sorted. Nobody is contacted to find out.
    pub fn contacts(&self) -> Vec<PlannedContact> {
        let mut contacts = Vec::new();
        let mut add = |probe, own: Vec<Contact>| {
            if self.only.contains(&probe) {
                contacts.extend(own.into_iter().map(|one| PlannedContact::of(probe, one)));
            }
        };
        add(ProbeId::Dns, self.dns.contacts());
        add(ProbeId::Network, self.network.contacts());
        if self.only.contains(&ProbeId::Protocols) {
            contacts.extend(contacts::of_protocols(&self.protocols));
        }
        if self.only.contains(&ProbeId::Directory) {
            contacts.extend(contacts::of_directory(&self.directory));
        }
        contacts.sort();
        contacts.dedup();
        contacts
    }
}
