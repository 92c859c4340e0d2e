//! Names of hosts and domains: label by label, public suffix and the vendor's own hosts apart.

use std::{collections::BTreeSet, sync::LazyLock};

use waterline_probes::catalog::Catalog;

/// Endings that no registry delegates and that rules look for.
const PRIVATE: [&str; 14] = [
    "local",
    "localhost",
    "localdomain",
    "lan",
    "internal",
    "intranet",
    "corp",
    "home",
    "private",
    "test",
    "example",
    "invalid",
    "domain",
    "onion",
];

/// Domains of the vendor below which customers have names of their own.
const TENANTS: [&str; 9] = [
    "onmicrosoft.com",
    "sharepoint.com",
    "protection.outlook.com",
    "msappproxy.net",
    "b2clogin.com",
    "ciamlogin.com",
    "windows.net",
    "azure.com",
    "azurewebsites.net",
];

/// Whether a host is one of the catalogue, or stands below a domain that only the vendor has names
/// in.
pub fn is_public(host: &str) -> bool {
    static KNOWN: LazyLock<Known> = LazyLock::new(Known::of_catalog);
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if KNOWN.hosts.contains(&host) {
        return true;
    }
    let is_tenants = TENANTS.iter().any(|domain| is_below(&host, domain));
    let domain = psl::domain_str(&host).unwrap_or_default();
    !is_tenants && KNOWN.domains.contains(domain)
}

fn is_below(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

struct Known {
    hosts: BTreeSet<String>,
    domains: BTreeSet<String>,
}

impl Known {
    fn of_catalog() -> Self {
        let catalog = Catalog::embedded();
        let groups = catalog.endpoints.iter().chain(&catalog.left_out);
        let mut hosts = BTreeSet::new();
        for host in groups.flat_map(|group| &group.hosts) {
            let name = host.host.as_ref().map(|name| name.as_str());
            let wildcard = host.wildcard.as_ref().map(|name| name.as_str());
            hosts.extend(
                name.into_iter()
                    .chain(wildcard)
                    .map(str::to_ascii_lowercase),
            );
        }
        let plain = |host: &String| host.trim_start_matches(['*', '.', '-']).to_owned();
        let names: Vec<String> = hosts.iter().map(plain).collect();
        let domains = names.iter().filter_map(|name| psl::domain_str(name));
        Self {
            domains: domains.map(str::to_owned).collect(),
            hosts,
        }
    }
}

/// How many labels at the end of a domain stay: those of its public suffix, or an ending that rules
/// know. A single label has none.
pub fn kept_labels(domain: &str) -> usize {
    let whole = domain.to_lowercase();
    let lower = whole.trim_end_matches('.');
    // Labels without a name at the end stay as they are.
    let empty = whole.len() - lower.len();
    let labels: Vec<&str> = lower.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    if labels.len() < 2 {
        return empty;
    }
    let kept = match psl::suffix(lower.as_bytes()) {
        Some(suffix) if suffix.is_known() => {
            let bytes = suffix.as_bytes();
            bytes.split(|byte| *byte == b'.').count()
        }
        _ => usize::from(PRIVATE.contains(&last)),
    };
    kept + empty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_hosts_are_public_and_those_of_customers_are_not() {
        for host in [
            "login.microsoftonline.com",
            "enterpriseenrollment-s.manage.microsoft.com.",
        ] {
            assert!(is_public(host), "{host}");
        }
        for host in [
            "contoso.onmicrosoft.com",
            "contoso.sharepoint.com",
            "contoso.com",
            "srv1",
            "",
        ] {
            assert!(!is_public(host), "{host}");
        }
    }

    #[test]
    fn suffixes_stay_and_names_of_companies_do_not() {
        let cases = [
            ("contoso.com", 1),
            ("ad.contoso.co.uk", 2),
            ("corp.contoso.local", 1),
            ("corp.contoso", 0),
            ("contoso", 0),
            ("CONTOSO.COM", 1),
            ("co.uk", 2),
            ("a..com", 1),
            ("contoso.local.", 2),
        ];
        for (domain, kept) in cases {
            assert_eq!(kept_labels(domain), kept, "{domain}");
        }
    }
}
