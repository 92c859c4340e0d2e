//! What a run is told, all of it read and checked before the first packet is sent.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use waterline_facts::ProbeId;
use waterline_probes::{
    Clock,
    directory::{DirectorySettings, Source},
    dns::DnsSettings,
    network::NetworkSettings,
    protocols::ProtocolSettings,
};
use waterline_rules::Profile;

/// What a run is told.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// The probes that run; the others' facts are unknown.
    pub only: BTreeSet<ProbeId>,
    /// How long the whole run may take.
    pub budget: Duration,
    /// Tells the time.
    pub clock: Clock,
    /// TLS settings of every connection.
    pub tls: Arc<rustls::ClientConfig>,
    /// What the organisation wants; the object checks look at its domains.
    pub profile: Profile,
    /// What the DNS probe looks at.
    pub dns: DnsSettings,
    /// What the network probe looks at.
    pub network: NetworkSettings,
    /// What the probe of other protocols looks at.
    pub protocols: ProtocolSettings,
    /// Where the directory is, and how to enter it.
    pub directory: DirectorySettings,
}

impl RunSettings {
    /// Everybody whom a run with these settings contacts, sorted. Nobody is contacted to find out.
    pub fn contacts(&self) -> Vec<String> {
        let mut contacts = Vec::new();
        if self.only.contains(&ProbeId::Dns) {
            contacts.extend(self.dns.contacts().iter().map(ToString::to_string));
        }
        if self.only.contains(&ProbeId::Network) {
            contacts.extend(self.network.contacts().iter().map(ToString::to_string));
        }
        if self.only.contains(&ProbeId::Protocols) {
            contacts.extend(self.protocols.contacts().iter().map(ToString::to_string));
            contacts.extend(self.protocols.domain.iter().map(|domain| {
                let ports = ProtocolSettings::controller_ports();
                format!(
                    "the domain controllers of {domain} that DNS names, ports {ports} (protocols)"
                )
            }));
        }
        if self.only.contains(&ProbeId::Directory) {
            contacts.extend(directory_contacts(&self.directory));
        }
        contacts.sort();
        contacts.dedup();
        contacts
    }
}

/// Whom the directory probe contacts: the servers that were named, or those that DNS names, then all
/// controllers of the forest.
fn directory_contacts(settings: &DirectorySettings) -> Vec<String> {
    if matches!(settings.source, Source::Ldif(_)) {
        return Vec::new();
    }
    let mut contacts: Vec<_> = match (settings.servers.as_slice(), &settings.domain) {
        ([], Some(domain)) => vec![format!(
            "the domain controllers of {domain} that DNS names (directory)"
        )],
        ([], None) if !settings.suggested.is_empty() => vec![format!(
            "the domain controllers that DNS names of the first of {} that is a domain (directory)",
            settings.suggested.join(", ")
        )],
        (servers, _) => servers
            .iter()
            .map(|server| format!("{server} (directory)"))
            .collect(),
    };
    if !contacts.is_empty() {
        contacts.push("the other domain controllers of that forest (directory)".to_owned());
    }
    contacts
}
