//! Whom a run would contact, told before it begins.

use std::collections::BTreeSet;

use serde::Serialize;
use waterline_facts::ProbeId;
use waterline_probes::{
    Contact,
    directory::{DirectorySettings, Source},
    protocols::ProtocolSettings,
};

/// Somebody whom a run would contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlannedContact {
    /// The probe that does.
    pub probe: ProbeId,
    /// The host, with port and protocol where they are known beforehand; else in words.
    pub whom: String,
    /// The proxy on the way, as `http://HOST:PORT`; absent if there is none.
    pub proxy: Option<String>,
    /// What for: groups of the catalogue by id, or words; sorted.
    pub purposes: BTreeSet<String>,
}

impl PlannedContact {
    /// A contact of this probe.
    pub fn of(probe: ProbeId, contact: Contact) -> Self {
        let host = match contact.host.contains(':') {
            true => format!("[{}]", contact.host),
            false => contact.host,
        };
        Self {
            probe,
            whom: format!("{host}:{}/{}", contact.port, contact.protocol),
            proxy: contact.proxy,
            purposes: contact.purpose.split(", ").map(str::to_owned).collect(),
        }
    }

    fn in_words(whom: impl Into<String>) -> Self {
        Self {
            probe: ProbeId::Directory,
            whom: whom.into(),
            proxy: None,
            purposes: BTreeSet::from(["the directory".to_owned()]),
        }
    }
}

/// Whom the probe of other protocols contacts: those that are named beforehand, and the controllers of
/// the domain.
pub(super) fn of_protocols(settings: &ProtocolSettings) -> Vec<PlannedContact> {
    let named = settings.contacts().into_iter();
    let named = named.map(|one| PlannedContact::of(ProbeId::Protocols, one));
    let controllers = settings.domain.iter().map(|domain| PlannedContact {
        probe: ProbeId::Protocols,
        whom: format!("the domain controllers of {domain} that DNS names"),
        proxy: None,
        purposes: BTreeSet::from([format!("ports {}", ProtocolSettings::controller_ports())]),
    });
    named.chain(controllers).collect()
}

/// Whom the directory probe contacts: the servers that were named, or those that DNS names, then all
/// controllers of the forest.
pub(super) fn of_directory(settings: &DirectorySettings) -> Vec<PlannedContact> {
    if matches!(settings.source, Source::Ldif(_)) {
        return Vec::new();
    }
    let mut contacts: Vec<_> = match (settings.servers.as_slice(), &settings.domain) {
        ([], Some(domain)) => vec![PlannedContact::in_words(format!(
            "the domain controllers of {domain} that DNS names"
        ))],
        ([], None) if !settings.suggested.is_empty() => {
            vec![PlannedContact::in_words(format!(
                "the domain controllers that DNS names of the first of {} that is a domain",
                settings.suggested.join(", ")
            ))]
        }
        (servers, _) => servers
            .iter()
            .map(|server| PlannedContact::in_words(server.to_string()))
            .collect(),
    };
    if !contacts.is_empty() {
        let others = "the other domain controllers of that forest";
        contacts.push(PlannedContact::in_words(others));
    }
    contacts
}
