//! Services and products, as far as the directory tells of them: one file for each. What stands in the
//! configuration is read once, what stands in a domain in each.
//!
//! Sends searches for named attributes and, for access lists, asks for these alone. Descriptors are
//! judged and dropped. What an ordinary user cannot tell from what is hidden stays unknown.

mod accounts;
mod certificates;
mod configuration_manager;
mod delegation;
mod descriptor;
mod device_registration;
mod exchange;
mod federation;
mod intune_connector;
mod kerberos_server;
mod laps;
mod password_protection;
mod principals;
mod rights;
mod single_sign_on;
mod synchronization;
mod told;
mod units;

use waterline_facts::{
    DirectoryFacts,
    directory::{
        DirectorySource, ServiceFacts,
        services::{DelegationFacts, DomainServices, IntuneConnectorFacts, LapsFacts},
    },
};

use self::{accounts::Accounts, principals::Principals, units::Units};
use super::{domains, query::Query, source::Directory};
use crate::Draft;

/// Whether bytes are a security descriptor with an access list to show.
pub(super) fn is_access_list(bytes: &[u8]) -> bool {
    descriptor::AccessList::read(bytes).is_some()
}

/// Every search of these topics that is known beforehand.
pub(super) fn queries() -> Vec<Query> {
    let topics = [
        accounts::queries(),
        units::queries(),
        certificates::queries(),
        synchronization::queries(),
        kerberos_server::queries(),
        federation::queries(),
        exchange::queries(),
        configuration_manager::queries(),
        password_protection::queries(),
        delegation::queries(),
        device_registration::queries(),
        laps::queries(),
    ];
    topics.concat()
}

/// Reads what the configuration of the forest tells of services.
pub(super) async fn learn(
    directory: &dyn Directory,
    source: DirectorySource,
    draft: &Draft<DirectoryFacts>,
) {
    let mut principals = Principals::new(directory, source);
    let services = ServiceFacts {
        certificates: certificates::learn(directory, &mut principals).await,
        exchange: exchange::learn(directory).await,
        password_protection: password_protection::learn(directory).await,
        device_registration: device_registration::learn(directory).await,
    };
    draft.update(|facts| facts.services = services);
}

/// Reads what small searches tell of services in a domain.
pub(super) async fn learn_domain(
    directory: &dyn Directory,
    source: DirectorySource,
) -> DomainServices {
    let mut principals = Principals::new(directory, source);
    let principals = &mut principals;
    let accounts = Accounts::read(directory).await;
    DomainServices {
        synchronization: synchronization::learn(directory, &accounts, principals).await,
        seamless_sso: single_sign_on::learn(&accounts, principals).await,
        kerberos_server: kerberos_server::learn(directory, &accounts).await,
        federation: federation::learn(directory).await,
        exchange_version: exchange::prepared(directory).await,
        configuration_manager: configuration_manager::learn(directory, principals).await,
        intune_connector: IntuneConnectorFacts {
            accounts: intune_connector::learn(&accounts),
            ..IntuneConnectorFacts::default()
        },
        password_protection: password_protection::services(directory).await,
        device_container: device_registration::container_exists(directory).await,
        controllers_with_kerberos_certificate: certificates::of_controllers(directory).await,
        delegation: DelegationFacts::default(),
        laps: LapsFacts::default(),
    }
}

/// Reads what only a sweep over a whole domain tells, and writes it as it is learned. It comes last:
/// in a large domain a server may need longer for such a search than it is waited for, and is asked
/// nothing more then.
pub(super) async fn sweep(
    directory: &dyn Directory,
    source: DirectorySource,
    domain: &str,
    draft: &Draft<DirectoryFacts>,
) {
    let write = |change: &mut dyn FnMut(&mut DomainServices)| {
        draft.update(|facts| domains::change(facts, domain, |domain| change(&mut domain.services)));
    };
    let mut principals = Principals::new(directory, source);
    let units = Units::read(directory).await;
    let creators = intune_connector::creators(&units, &mut principals).await;
    write(&mut |services| {
        services.intune_connector.computer_creators = creators.clone();
        services.synchronization.inheritance = units.inheritance.clone();
    });
    let delegation = delegation::learn(directory).await;
    write(&mut |services| services.delegation = delegation.clone());
    let laps = laps::learn(directory).await;
    write(&mut |services| services.laps = laps.clone());
}
