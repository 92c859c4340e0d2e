//! What a server says about itself before anybody signs in: the root DSE.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use waterline_facts::{Gap, Reason};

use super::{
    dn::Dn,
    entry::{Entry, small_number},
    query::Contexts,
    values,
};

/// The attributes that are read.
pub(super) const ATTRIBUTES: &[&str] = &[
    "configurationNamingContext",
    "currentTime",
    "defaultNamingContext",
    "dnsHostName",
    "domainControllerFunctionality",
    "domainFunctionality",
    "forestFunctionality",
    "isGlobalCatalogReady",
    "namingContexts",
    "rootDomainNamingContext",
    "schemaNamingContext",
    "supportedCapabilities",
];

/// LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID: told by read-only domain controllers.
const READ_ONLY: &str = "1.2.840.113556.1.4.1920";

/// A domain controller's root DSE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RootDse {
    /// Where the directory's parts are.
    pub contexts: Contexts,
    /// DNS name of the domain.
    pub domain: String,
    /// DNS name of the forest's root domain.
    pub root_domain: Option<String>,
    /// All naming contexts, sorted.
    pub naming_contexts: Vec<String>,
    /// The server's own name, lower case.
    pub host: Option<String>,
    /// Functional level of the forest.
    pub forest_level: Option<u32>,
    /// Functional level of the server.
    pub controller_level: Option<u32>,
    /// Functional level of the domain.
    pub domain_level: Option<u32>,
    /// Whether it is read-only.
    pub read_only: bool,
    /// Whether it serves the global catalogue.
    pub global_catalog: Option<bool>,
    /// Its clock.
    pub time: Option<Timestamp>,
}

impl RootDse {
    /// Reads the entry.
    ///
    /// # Errors
    /// If it is not that of a domain controller.
    pub fn read(server: &str, entry: &Entry) -> Result<Self, Gap> {
        let context = |name| entry.text(name).filter(|dn| Dn::parse(dn).is_some());
        let found = context("defaultNamingContext").and_then(|domain| {
            let contexts = Contexts {
                objects: domain.clone(),
                configuration: context("configurationNamingContext")?,
                schema: context("schemaNamingContext")?,
                domain,
            };
            let dns_name = Dn::parse(&contexts.domain)?.dns_name()?;
            Some((contexts, dns_name))
        });
        let (contexts, domain) = found.ok_or_else(|| no_controller(server))?;
        let mut naming_contexts = entry.texts("namingContexts");
        naming_contexts.sort();
        let level = |name| entry.value(name).and_then(small_number);
        Ok(Self {
            contexts,
            domain,
            root_domain: entry
                .text("rootDomainNamingContext")
                .and_then(|dn| Dn::parse(&dn)?.dns_name()),
            naming_contexts,
            host: entry.text("dnsHostName").map(|host| host.to_lowercase()),
            forest_level: level("forestFunctionality"),
            controller_level: level("domainControllerFunctionality"),
            domain_level: level("domainFunctionality"),
            read_only: entry.has("supportedCapabilities", READ_ONLY),
            global_catalog: entry
                .value("isGlobalCatalogReady")
                .map(|v| v.eq_ignore_ascii_case(b"TRUE")),
            time: entry
                .value("currentTime")
                .and_then(values::generalized_time),
        })
    }
}

fn no_controller(server: &str) -> Gap {
    Gap::new(
        Reason::Malformed,
        format!("{server} answers LDAP but is no Active Directory domain controller"),
    )
    .with_remedy("name a domain controller with --server")
}

/// A server's clock minus this machine's, in milliseconds.
///
/// `now` is when the answer came, half of the round trip after the server looked at its clock.
/// Servers tell whole seconds, on average half a second ago, which is added; so the figure is right
/// to half a second.
pub(super) fn clock_offset_ms(server: Timestamp, now: Timestamp, round_trip: Duration) -> i64 {
    let half = SignedDuration::try_from(round_trip / 2).unwrap_or_default();
    let cut_off = if server.subsec_nanosecond() == 0 {
        500
    } else {
        0
    };
    let offset = server.duration_since(now) + half;
    i64::try_from(offset.as_millis())
        .unwrap_or(i64::MAX)
        .saturating_add(cut_off)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    const CONTEXTS: [(&str, &str); 4] = [
        ("defaultNamingContext", "DC=Child,DC=corp,DC=test"),
        (
            "configurationNamingContext",
            "CN=Configuration,DC=corp,DC=test",
        ),
        (
            "schemaNamingContext",
            "CN=Schema,CN=Configuration,DC=corp,DC=test",
        ),
        ("rootDomainNamingContext", "DC=corp,DC=test"),
    ];

    #[test]
    fn domain_and_forest_are_named() {
        let root = RootDse::read("dc1", &entry(&CONTEXTS)).unwrap();
        assert_eq!(root.domain, "child.corp.test");
        assert_eq!(root.root_domain.as_deref(), Some("corp.test"));
        assert!(!root.read_only);
        assert_eq!(root.forest_level, None);
    }

    #[test]
    fn read_only_controller_says_so_by_a_capability() {
        let mut attributes = CONTEXTS.to_vec();
        attributes.push(("supportedCapabilities", READ_ONLY));
        assert!(RootDse::read("dc1", &entry(&attributes)).unwrap().read_only);
    }

    #[test]
    fn other_directory_is_no_controller() {
        let gap = RootDse::read("ldap1", &entry(&[("namingContexts", "dc=a")])).unwrap_err();
        assert_eq!(gap.reason, Reason::Malformed);
        assert!(gap.detail.contains("ldap1"));
    }

    #[test]
    fn clock_offset_subtracts_half_the_round_trip() {
        let now: Timestamp = "2026-11-23T10:00:00.200Z".parse().unwrap();
        let round_trip = Duration::from_millis(400);
        let cases = [
            ("2026-11-23T10:00:00.100Z", 100),
            ("2026-11-23T10:00:10Z", 10_500),
        ];
        for (server, expected) in cases {
            assert_eq!(
                clock_offset_ms(server.parse().unwrap(), now, round_trip),
                expected
            );
        }
    }
}
