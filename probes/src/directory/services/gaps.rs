//! Gives a reason to every fact of services that was not learned.

use waterline_facts::{Gap, directory::ServiceFacts};

use crate::directory::gaps::set;

/// Writes why nothing more was learned into every fact that nobody looked for yet.
pub(in crate::directory) fn fill(facts: &mut ServiceFacts, gap: &Gap) {
    let certificates = &mut facts.certificates;
    set(&mut certificates.authorities, gap);
    set(&mut certificates.logon_certificates, gap);
    set(&mut certificates.templates, gap);
    set(&mut certificates.controllers_with_kerberos_certificate, gap);
    let synchronization = &mut facts.synchronization;
    set(&mut synchronization.replicators, gap);
    set(&mut synchronization.accounts, gap);
    set(&mut synchronization.groups, gap);
    set(&mut synchronization.inheritance, gap);
    set(&mut facts.seamless_sso, gap);
    set(&mut facts.kerberos_server, gap);
    set(&mut facts.federation.farms, gap);
    set(&mut facts.federation.accounts, gap);
    fill_management(facts, gap);
    let protection = &mut facts.password_protection;
    set(&mut protection.agents, gap);
    set(&mut protection.proxies, gap);
    set(&mut protection.forest_changed, gap);
    set(&mut protection.forest_objects, gap);
    let delegation = &mut facts.delegation;
    set(&mut delegation.constrained_computers, gap);
    set(&mut delegation.with_protocol_transition, gap);
    set(&mut delegation.resource_based, gap);
    set(&mut delegation.token_group_readers, gap);
    set(&mut facts.device_registration.services, gap);
    set(&mut facts.device_registration.container, gap);
}

fn fill_management(facts: &mut ServiceFacts, gap: &Gap) {
    let exchange = &mut facts.exchange;
    set(&mut exchange.organization, gap);
    set(&mut exchange.servers, gap);
    set(&mut exchange.domain_version, gap);
    set(&mut exchange.hybrid, gap);
    let manager = &mut facts.configuration_manager;
    set(&mut manager.container, gap);
    set(&mut manager.sites, gap);
    set(&mut manager.management_points, gap);
    set(&mut facts.intune_connector.accounts, gap);
    set(&mut facts.intune_connector.computer_creators, gap);
    let laps = &mut facts.laps;
    set(&mut laps.legacy_schema, gap);
    set(&mut laps.computers, gap);
    set(&mut laps.legacy_computers, gap);
}
