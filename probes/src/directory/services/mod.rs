//! Services and products, as far as the directory tells of them: one file for each.
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

use waterline_facts::DirectoryFacts;

use self::{accounts::Accounts, principals::Principals, units::Units};
use super::{query::Query, source::Directory};
use crate::Draft;

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

/// Reads what small searches tell of services, and writes each as it is learned.
pub(super) async fn learn(directory: &dyn Directory, draft: &Draft<DirectoryFacts>) {
    let (facts, _) = draft.snapshot();
    let mut services = facts.services;
    let mut principals = Principals::new(directory, &facts.connection);
    let accounts = Accounts::read(directory).await;
    services.synchronization = synchronization::learn(directory, &accounts, &mut principals).await;
    services.seamless_sso = single_sign_on::learn(&accounts, &mut principals).await;
    services.kerberos_server = kerberos_server::learn(directory, &accounts).await;
    services.intune_connector.accounts = intune_connector::learn(&accounts);
    draft.update(|facts| facts.services = services.clone());
    services.certificates = certificates::learn(directory, &mut principals).await;
    services.federation = federation::learn(directory).await;
    services.exchange = exchange::learn(directory).await;
    services.configuration_manager = configuration_manager::learn(directory, &mut principals).await;
    draft.update(|facts| facts.services = services.clone());
    services.password_protection = password_protection::learn(directory).await;
    services.device_registration = device_registration::learn(directory).await;
    draft.update(|facts| facts.services = services);
}

/// Reads what only a sweep over the whole domain tells. It comes last: in a large domain a server
/// may need longer for such a search than it is waited for, and is asked nothing more then.
pub(super) async fn sweep(directory: &dyn Directory, draft: &Draft<DirectoryFacts>) {
    let (facts, _) = draft.snapshot();
    let mut services = facts.services;
    let mut principals = Principals::new(directory, &facts.connection);
    let units = Units::read(directory).await;
    services.intune_connector.computer_creators =
        intune_connector::creators(&units, &mut principals).await;
    services.synchronization.inheritance = units.inheritance;
    draft.update(|facts| facts.services = services.clone());
    services.delegation = delegation::learn(directory).await;
    services.laps = laps::learn(directory).await;
    draft.update(|facts| facts.services = services);
}
