//! On-premises device registration: its service objects and the container of devices.

use waterline_facts::{
    Gap, Reason, Seen,
    directory::services::{DeviceRegistrationFacts, DeviceRegistrationService},
};

use super::told;
use crate::directory::{
    dn::Dn,
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
};

fn services() -> Query {
    Query {
        // In the configuration; there is none in the domain.
        base: Place::Configuration("CN=Device Registration Configuration,CN=Services"),
        scope: Scope::Subtree,
        filter: Filter::Class("msDS-DeviceRegistrationService"),
        attributes: &["msDS-DeviceLocation", "msDS-IsEnabled"],
        witness: Place::Configuration("CN=Services"),
    }
}

fn container() -> Query {
    Query {
        base: Place::Domain("CN=RegisteredDevices"),
        scope: Scope::Base,
        filter: Filter::Class("msDS-DeviceContainer"),
        attributes: &["cn"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![services(), container()]
}

/// Reads the facts of device registration.
pub(super) async fn learn(directory: &dyn Directory) -> DeviceRegistrationFacts {
    let services = told::list(directory, &services()).await;
    let container = read_one(directory, &container()).await;
    DeviceRegistrationFacts {
        services: told::each(services, |entry| Some(service(entry, &container))),
    }
}

/// Reads whether the domain has the container of registered devices.
pub(super) async fn container_exists(directory: &dyn Directory) -> Seen<bool> {
    match read_one(directory, &container()).await {
        Seen::Known(_) => Seen::Known(true),
        Seen::Absent => Seen::Known(false),
        Seen::Unknown(gap) => Seen::Unknown(gap),
    }
}

fn service(entry: &Entry, container: &Seen<Entry>) -> DeviceRegistrationService {
    let location = told::text(entry, "msDS-DeviceLocation");
    DeviceRegistrationService {
        dn: entry.dn.clone(),
        enabled: told::truth(entry, "msDS-IsEnabled"),
        location_exists: location.clone().and_then(|place| exists(&place, container)),
        location,
    }
}

fn exists(place: &str, container: &Seen<Entry>) -> Seen<bool> {
    let same = |entry: &Entry| Dn::parse(&entry.dn) == Dn::parse(place);
    match container {
        Seen::Known(entry) if same(entry) => Seen::Known(true),
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        _ => {
            let what = "the place is not the usual one of this domain, and was not looked for";
            let gap = Gap::new(Reason::NotRun, what);
            Seen::Unknown(gap.with_remedy("look for it in the directory"))
        }
    }
}
