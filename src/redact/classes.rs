//! What kind of text each fact holds, by its path. A fact that is added and not classified fails a
//! test.

/// Kinds of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The program's or the vendor's own words, versions, products: they stay.
    Public,
    /// Anything that a person or a program may have written: withheld.
    Free,
    /// A name of a person, an account, a group, a site.
    Name,
    /// A distinguished name.
    Dn,
    /// A mail address or user principal name, with the kind of address before it or not.
    Address,
    /// A host, a domain, an address, or a URL of one.
    Host,
    /// A GUID or other hexadecimal digits.
    Hex,
    /// The issuer of a certificate.
    Issuer,
}

impl Class {
    /// Whether a text of this class is made of names.
    pub fn has_names(self) -> bool {
        !matches!(self, Self::Public | Self::Free | Self::Hex)
    }
}

/// Every text of the facts, in the order of the paths; `*` stands for one step.
const CLASSES: &[(Class, &[&str])] = &[
    (
        Class::Public,
        &[
            "browsers.defaults[].scheme",
            "browsers.installed[].channel",
            "browsers.installed[].name",
            "browsers.installed[].source",
            "browsers.installed[].version",
            "browsers.partial[].channel",
            "browsers.partial[].name",
            "browsers.partial[].source",
            "browsers.partial[].version",
            "browsers.policies[].pinned_version",
            "browsers.policies[].update_channel",
            "browsers.webview2",
            "directory.computers[].operating_system",
            "directory.computers[].version",
            "directory.controllers[].operating_system",
            "directory.domains[].services.configuration_manager.management_points[].version",
            "directory.domains[].services.synchronization.accounts[].server.computer.operating_system",
            "directory.fleet.machines[].operating_system",
            "directory.fleet.machines[].version",
            "directory.forest.heuristics.text",
            "directory.forest.ldap_policies[].limits[].name",
            "directory.services.certificates.templates[].usages[]",
            "directory.services.exchange.organization.product",
            "directory.services.exchange.servers[].version",
            "dns.cloud",
            "dns.locators[].service",
            "dns.records[].condition",
            "dns.records[].id",
            "dns.records[].record_type",
            "dns.records[].targets[]",
            "dns.sender_policies[].otherwise",
            "host.architecture",
            "host.device_status.codes[].code",
            "host.device_status.codes[].field",
            "host.device_status.codes[].meaning",
            "host.device_status.codes[].name",
            "host.device_status.fields[].meaning",
            "host.device_status.fields[].name",
            "host.device_status.fields[].section",
            "host.join.source",
            "host.management.configuration_manager.version",
            "host.management.intune_agent_version",
            "host.management.updates.held_at",
            "host.os.build_label",
            "host.os.derived_from[]",
            "host.os.display_version",
            "host.os.edition",
            "host.os.name",
            "host.os.product",
            "host.os.version",
            "host.security.tpm_version",
            "host.software.dotnet_version",
            "host.software.execution_policy",
            "host.software.powershell",
            "host.software.powershell_core[]",
            "host.time.zone",
            "host.tls.protocols[].protocol",
            "hosts.browsers[].channel",
            "hosts.browsers[].name",
            "hosts.policies[].pinned_version",
            "hosts.systems[].architecture",
            "hosts.systems[].name",
            "hosts.systems[].product",
            "hosts.systems[].release",
            "network.catalog_as_of",
            "network.cloud",
            "network.endpoints[].conditions[]",
            "network.endpoints[].groups[]",
            "network.endpoints[].inspection_allowed_for[]",
            "network.endpoints[].inspection_forbidden_for[]",
            "network.endpoints[].questions[]",
            "network.endpoints[].required_by[]",
            "network.endpoints[].roles[]",
            "network.endpoints[].targets[]",
            "network.endpoints[].tls.cipher_suite",
            "network.endpoints[].tls.version",
            "network.proxy_settings[].place",
            "network.roles[]",
            "objects.*.samples[].attribute",
            "protocols.controllers[].ports[].required_by[]",
            "protocols.controllers[].ports[].service",
            "run.tool_version",
        ],
    ),
    (
        Class::Free,
        &[
            "browsers.defaults[].handler",
            "browsers.installed[].path",
            "browsers.partial[].path",
            "browsers.policies[].places[]",
            "dns.sender_policies[].text",
            "host.device_status.failed_phase",
            "host.device_status.fields[].value",
            "host.management.enrollments[].provider",
            "host.os.kernel",
            "host.system_disk.mount",
            "hosts.remarks[].detail",
            "hosts.remarks[].name",
            "network.endpoints[].failure.detail",
            "network.endpoints[].http.location",
            "network.endpoints[].http.server",
            "network.endpoints[].http.traces[]",
            "network.endpoints[].http.via",
            "network.endpoints[].paths[].failure.detail",
            "network.pac.text",
            "objects.*.samples[].fault",
            "run.probes[].notes[]",
            "run.probes[].outcome.ended.detail",
            "run.probes[].outcome.ended.remedy",
        ],
    ),
    (
        Class::Name,
        &[
            "directory.controllers[].ldap_policy",
            "directory.controllers[].site",
            "directory.domains[].configuration_manager_sites[]",
            "directory.domains[].fine_grained_policies[].name",
            "directory.domains[].netbios_name",
            "directory.domains[].services.configuration_manager.container.full_control[].name",
            "directory.domains[].services.configuration_manager.container.full_control[].sid",
            "directory.domains[].services.configuration_manager.container.full_control_below[].name",
            "directory.domains[].services.configuration_manager.container.full_control_below[].sid",
            "directory.domains[].services.configuration_manager.management_points[].name",
            "directory.domains[].services.configuration_manager.management_points[].site",
            "directory.domains[].services.configuration_manager.sites[].assignment_code",
            "directory.domains[].services.configuration_manager.sites[].code",
            "directory.domains[].services.delegation.token_group_readers[]",
            "directory.domains[].services.federation.accounts[].name",
            "directory.domains[].services.federation.farms[].id",
            "directory.domains[].services.intune_connector.accounts[].hosts[]",
            "directory.domains[].services.intune_connector.accounts[].name",
            "directory.domains[].services.intune_connector.computer_creators[].principal.name",
            "directory.domains[].services.intune_connector.computer_creators[].principal.sid",
            "directory.domains[].services.kerberos_server.allowed[]",
            "directory.domains[].services.kerberos_server.denied[]",
            "directory.domains[].services.seamless_sso.managers[].name",
            "directory.domains[].services.seamless_sso.managers[].sid",
            "directory.domains[].services.synchronization.accounts[].hosts[].name",
            "directory.domains[].services.synchronization.accounts[].hosts[].sid",
            "directory.domains[].services.synchronization.accounts[].member_of[]",
            "directory.domains[].services.synchronization.accounts[].name",
            "directory.domains[].services.synchronization.accounts[].protected_groups[]",
            "directory.domains[].services.synchronization.accounts[].server.name",
            "directory.domains[].services.synchronization.groups[]",
            "directory.domains[].services.synchronization.replicators[].name",
            "directory.domains[].services.synchronization.replicators[].sid",
            "directory.domains[].sync_accounts[]",
            "directory.domains[].trusts[].netbios_name",
            "directory.fleet.sites[].site",
            "directory.forest.certification_authorities[]",
            "directory.forest.ldap_policies[].name",
            "directory.forest.site_links[].name",
            "directory.forest.site_links[].sites[]",
            "directory.forest.sites[].name",
            "directory.forest.subnets[].site",
            "directory.services.certificates.authorities[].name",
            "directory.services.certificates.authorities[].templates[]",
            "directory.services.certificates.templates[].enrollers[].name",
            "directory.services.certificates.templates[].enrollers[].sid",
            "directory.services.certificates.templates[].name",
            "directory.services.certificates.templates[].published_by[]",
            "directory.services.exchange.hybrid.name",
            "directory.services.exchange.organization.name",
            "directory.services.exchange.servers[].name",
            "dns.locators[].site",
            "host.management.configuration_manager.site",
            "host.name",
            "hosts.browsers[].samples[]",
            "hosts.disk_free[].samples[]",
            "hosts.joins[].samples[]",
            "hosts.memory[].samples[]",
            "hosts.policies[].samples[]",
            "hosts.systems[].samples[]",
            "hosts.time_sources[].samples[]",
            "protocols.controllers[].ping.client_site",
            "protocols.controllers[].ping.site",
            "run.rights.account",
        ],
    ),
    (
        Class::Dn,
        &[
            "directory.domains[].operations_masters.infrastructure.settings",
            "directory.domains[].operations_masters.pdc_emulator.settings",
            "directory.domains[].operations_masters.rid.settings",
            "directory.domains[].services.intune_connector.computer_creators[].units[]",
            "directory.domains[].services.seamless_sso.dn",
            "directory.domains[].services.synchronization.inheritance.examples[]",
            "directory.fleet.machines[].unit",
            "directory.forest.naming_contexts[]",
            "directory.forest.operations_masters.domain_naming.settings",
            "directory.forest.operations_masters.schema.settings",
            "directory.services.device_registration.services[].dn",
            "directory.services.device_registration.services[].location",
            "objects.*.samples[].dn",
            "objects.*.samples[].others[]",
        ],
    ),
    (
        Class::Address,
        &[
            "objects.*.samples[].proposal.proposed",
            "objects.*.samples[].value",
        ],
    ),
    (
        Class::Host,
        &[
            "browsers.explorer_site_list",
            "browsers.policies[].delegate_servers[]",
            "browsers.policies[].negotiate_servers[]",
            "directory.connection.server",
            "directory.controllers[].domain",
            "directory.controllers[].host",
            "directory.domain",
            "directory.domains[].allowed_dns_suffixes[]",
            "directory.domains[].controllers_without_settings[]",
            "directory.domains[].dns_name",
            "directory.domains[].host_suffixes[].suffix",
            "directory.domains[].operations_masters.infrastructure.host",
            "directory.domains[].operations_masters.pdc_emulator.host",
            "directory.domains[].operations_masters.rid.host",
            "directory.domains[].parent",
            "directory.domains[].services.configuration_manager.management_points[].host",
            "directory.domains[].services.configuration_manager.sites[].source_forest",
            "directory.domains[].services.federation.accounts[].services[]",
            "directory.domains[].services.password_protection.agents[].host",
            "directory.domains[].services.password_protection.proxies[].host",
            "directory.domains[].services.synchronization.accounts[].tenant",
            "directory.domains[].trusts[].partner",
            "directory.domains[].unit_upn_suffixes[]",
            "directory.forest.hybrid_join_scp.tenant_domain",
            "directory.forest.operations_masters.domain_naming.host",
            "directory.forest.operations_masters.schema.host",
            "directory.forest.root_domain",
            "directory.forest.spn_suffixes[]",
            "directory.forest.subnets[].prefix",
            "directory.forest.trusted_forests[]",
            "directory.forest.upn_suffixes[]",
            "directory.services.certificates.authorities[].host",
            "dns.controllers[].answers[].ipv4[]",
            "dns.controllers[].answers[].ipv6[]",
            "dns.controllers[].answers[].server",
            "dns.controllers[].host",
            "dns.controllers[].ipv4[]",
            "dns.controllers[].ipv6[]",
            "dns.controllers[].located_as[]",
            "dns.controllers[].reverse[].address",
            "dns.controllers[].reverse[].answers[].names[]",
            "dns.controllers[].reverse[].answers[].server",
            "dns.controllers[].reverse[].names[]",
            "dns.locators[].answers[].hosts[]",
            "dns.locators[].answers[].server",
            "dns.locators[].hosts[].addresses[]",
            "dns.locators[].hosts[].host",
            "dns.locators[].name",
            "dns.public_resolver",
            "dns.records[].answer[]",
            "dns.records[].answers[].answer[]",
            "dns.records[].answers[].server",
            "dns.records[].domain",
            "dns.records[].expected[]",
            "dns.records[].name",
            "dns.resolvers[].address",
            "dns.sender_policies[].domain",
            "dns.sender_policies[].includes[]",
            "dns.sender_policies[].server",
            "dns.suffixes[]",
            "dns.zones[].domain",
            "dns.zones[].name_servers[].address",
            "dns.zones[].name_servers[].host",
            "dns.zones[].server",
            "dns.zones[].zone",
            "host.device_status.management_url",
            "host.join.domain",
            "host.join.policy_tenant_domain",
            "host.management.enrollments[].discovery_url",
            "host.management.updates.server",
            "host.time.servers[]",
            "host.time.source",
            "hosts.joins[].domain",
            "hosts.time_sources[].source",
            "network.endpoints[].connect.address",
            "network.endpoints[].connect.families[].address",
            "network.endpoints[].host",
            "network.endpoints[].id",
            "network.endpoints[].paths[].proxy",
            "network.endpoints[].proxy.proxy",
            "network.endpoints[].resolve.addresses[]",
            "network.endpoints[].resolve.aliases[]",
            "network.endpoints[].tls.crl_hosts[]",
            "network.endpoints[].tls.names[]",
            "network.endpoints[].tls.ocsp_hosts[]",
            "network.endpoints[].wildcard",
            "network.pac.proxies[]",
            "network.pac.url",
            "network.proxy",
            "network.proxy_settings[].exceptions[]",
            "network.proxy_settings[].pac",
            "network.proxy_settings[].server",
            "network.tenants[].domain",
            "objects.upn_suffixes[].suffix",
            "protocols.controllers[].address",
            "protocols.controllers[].host",
            "protocols.controllers[].kerberos.realm",
            "protocols.controllers[].ping.domain",
            "protocols.controllers[].ping.forest",
            "protocols.controllers[].ping.host",
            "protocols.large_packets[].host",
            "protocols.time_servers[].address",
            "protocols.time_servers[].host",
        ],
    ),
    (
        Class::Hex,
        &[
            "directory.forest.hybrid_join_scp.tenant_id",
            "directory.forest.key_distribution_root_keys[].id",
            "host.device_status.tenant",
            "host.join.entra_tenant",
            "host.join.policy_tenant",
            "host.management.enrollments[].tenant",
            "hosts.joins[].entra_tenant",
            "network.tenants[].tenant_id",
        ],
    ),
    (
        Class::Issuer,
        &[
            "network.endpoints[].paths[].issuer",
            "network.endpoints[].tls.chain[]",
            "network.endpoints[].tls.chain_top",
            "network.endpoints[].tls.issuer",
        ],
    ),
];

/// The class of the text at a path. Words of a fixed set and dates have none of their own: they
/// stay.
pub fn of(path: &str) -> Class {
    listed(path).unwrap_or(Class::Public)
}

/// The class of the text at a path, if it has one.
pub fn listed(path: &str) -> Option<Class> {
    if let Some((_, of_gap)) = path.rsplit_once("unknown.") {
        return matches!(of_gap, "detail" | "remedy").then_some(Class::Free);
    }
    let general;
    let path = match path.split_once(".samples[].") {
        Some((check, field)) if check.starts_with("objects.") => {
            general = format!("objects.*.samples[].{field}");
            general.as_str()
        }
        _ => path,
    };
    let mut classes = CLASSES.iter();
    let found = classes.find(|(_, paths)| paths.binary_search(&path).is_ok());
    found.map(|(class, _)| *class)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use waterline_facts::Environment;

    use super::*;

    /// Paths of all texts that are not of a fixed set of words, by the schema.
    fn texts(schema: &Value, path: &str, depth: usize, all: &Value, into: &mut BTreeSet<String>) {
        let link = schema["$ref"].as_str();
        if let Some(name) = link.and_then(|link| link.strip_prefix("#/$defs/")) {
            return texts(&all["$defs"][name], path, depth, all, into);
        }
        assert!(depth > 0, "{path} nests too deep");
        let below = |name: &str| match (path, name) {
            (path, "known") => path.to_owned(),
            ("", name) => name.to_owned(),
            (path, name) => format!("{path}.{name}"),
        };
        for key in ["oneOf", "anyOf"] {
            for variant in schema[key].as_array().into_iter().flatten() {
                texts(variant, path, depth - 1, all, into);
            }
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            texts(field, &below(name), depth - 1, all, into);
        }
        if !schema["items"].is_null() {
            texts(&schema["items"], &format!("{path}[]"), depth - 1, all, into);
        }
        let is_text = schema["type"] == "string" || schema["type"][0] == "string";
        let is_set = !schema["enum"].is_null() || !schema["const"].is_null();
        let is_date = matches!(schema["format"].as_str(), Some("date" | "date-time"));
        if is_text && !is_set && !is_date {
            into.insert(path.to_owned());
        }
        let is_map = schema["additionalProperties"].is_object();
        assert!(
            !is_map,
            "{path} is a free-form map, whose keys nobody classifies"
        );
    }

    fn all_texts() -> BTreeSet<String> {
        let schema = schemars::schema_for!(Environment).to_value();
        let mut found = BTreeSet::new();
        texts(&schema, "", 60, &schema, &mut found);
        found
    }

    #[test]
    fn every_text_of_the_facts_has_a_class() {
        let texts = all_texts();
        assert!(texts.len() > 300, "{}", texts.len());
        let missing: Vec<_> = texts.iter().filter(|path| listed(path).is_none()).collect();
        assert!(
            missing.is_empty(),
            "say in src/redact/classes.rs what these hold: {missing:#?}"
        );
    }

    #[test]
    fn classes_are_sorted_and_name_only_what_there_is() {
        let texts = all_texts();
        let general: BTreeSet<String> = texts
            .iter()
            .map(|path| match path.split_once(".samples[].") {
                Some((_, field)) => format!("objects.*.samples[].{field}"),
                None => path.clone(),
            })
            .collect();
        for (class, paths) in CLASSES {
            assert!(paths.is_sorted(), "{class:?}");
            let stale: Vec<_> = paths
                .iter()
                .filter(|path| !general.contains(**path))
                .collect();
            assert!(
                stale.is_empty(),
                "{stale:?} is no text of the facts any more"
            );
        }
    }
}
