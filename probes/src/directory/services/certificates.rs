//! Enterprise certification authorities, the store of those whose certificates sign in, and the
//! certificate templates.
//!
//! Certificates are public; of each only its end and its usages are looked at.

use std::collections::BTreeSet;

use jiff::Timestamp;
use waterline_facts::{
    Seen,
    directory::services::{AuthorityFacts, CertificateServiceFacts, Principal, TemplateFacts},
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{
    principals::Principals,
    rights::{Right, bits},
    told::{self, DESCRIPTOR},
};
use crate::directory::{
    entry::Entry,
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
};

const SERVICES: Place = Place::Configuration("CN=Services");

/// Key usage of a controller's certificate for Kerberos (RFC 4556, id-pkinit-KPKdc).
const KERBEROS: &str = "1.3.6.1.5.2.3.5";

/// `msPKI-Certificate-Name-Flag`: the requester names the subject.
const SUBJECT_FROM_REQUEST: i64 = 1;

/// To read a template and to enroll from it (`Certificate-Enrollment`).
const ENROLL: [Right; 2] = [
    Right::here(bits::READ_PROPERTY, &[]),
    Right::control(&["0e10c968-78fb-11d2-90d4-00c04f79dc55"]),
];

fn authorities() -> Query {
    Query {
        base: Place::Configuration("CN=Enrollment Services,CN=Public Key Services,CN=Services"),
        scope: Scope::OneLevel,
        filter: Filter::Class("pKIEnrollmentService"),
        attributes: &["cACertificate", "certificateTemplates", "cn", "dNSHostName"],
        witness: SERVICES,
    }
}

fn logon_store() -> Query {
    Query {
        base: Place::Configuration("CN=NTAuthCertificates,CN=Public Key Services,CN=Services"),
        scope: Scope::Base,
        filter: Filter::Class("certificationAuthority"),
        attributes: &["cACertificate"],
        witness: SERVICES,
    }
}

fn templates() -> Query {
    Query {
        base: Place::Configuration("CN=Certificate Templates,CN=Public Key Services,CN=Services"),
        scope: Scope::OneLevel,
        filter: Filter::Class("pKICertificateTemplate"),
        attributes: &[
            "cn",
            "msPKI-Certificate-Name-Flag",
            "msPKI-Template-Schema-Version",
            DESCRIPTOR,
            "pKIExtendedKeyUsage",
        ],
        witness: SERVICES,
    }
}

fn controllers() -> Query {
    Query {
        base: Place::Domain("OU=Domain Controllers"),
        scope: Scope::Subtree,
        filter: Filter::Category("computer"),
        attributes: &["userCertificate"],
        witness: Place::Domain(""),
    }
}

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    vec![authorities(), logon_store(), templates(), controllers()]
}

/// Reads the facts of certificate services.
pub(super) async fn learn(
    directory: &dyn Directory,
    principals: &mut Principals<'_>,
) -> CertificateServiceFacts {
    let store = read_one(directory, &logon_store()).await;
    let authorities = told::list(directory, &authorities()).await;
    let authorities = authorities.map(|entries| {
        let authority = |entry| authority(entry, &store);
        let mut authorities: Vec<_> = entries.iter().filter_map(authority).collect();
        authorities.sort_by(|a, b| a.name.cmp(&b.name));
        authorities
    });
    let templates = told::list(directory, &templates()).await;
    CertificateServiceFacts {
        templates: match templates {
            Seen::Known(entries) => {
                Seen::Known(template_facts(&entries, &authorities, principals).await)
            }
            other => other.map(|_| Vec::new()),
        },
        authorities,
        // An empty value stands for no certificate.
        logon_certificates: store.map(|store| told::count(&certificates(&store))),
    }
}

/// Counts the controllers of the domain that show a certificate for Kerberos.
pub(super) async fn of_controllers(directory: &dyn Directory) -> Seen<u32> {
    let controllers = told::list(directory, &controllers()).await;
    controllers.map(|computers| {
        let with: Vec<_> = computers
            .iter()
            .filter(|entry| has_kerberos(entry))
            .collect();
        told::count(&with)
    })
}

fn certificates(entry: &Entry) -> Vec<&Vec<u8>> {
    let values = entry.values("cACertificate").iter();
    values.filter(|value| value.len() > 1).collect()
}

fn authority(entry: &Entry, store: &Seen<Entry>) -> Option<AuthorityFacts> {
    let own = certificates(entry);
    let ends = own.iter().filter_map(|der| end(der)).max();
    Some(AuthorityFacts {
        name: entry.text("cn")?,
        host: told::text(entry, "dNSHostName").map(|host| host.to_lowercase()),
        templates: told::texts(entry, "certificateTemplates"),
        certificate_ends: match ends {
            Some(ends) => Seen::Known(ends),
            None => entry.fact("cACertificate", |_| None),
        },
        for_logon: match store {
            Seen::Known(store) => {
                let trusted: BTreeSet<_> = certificates(store).into_iter().collect();
                Seen::Known(own.iter().any(|der| trusted.contains(der)))
            }
            Seen::Absent => Seen::Known(false),
            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        },
    })
}

fn end(der: &[u8]) -> Option<Timestamp> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

fn has_kerberos(computer: &Entry) -> bool {
    let usages = |der: &Vec<u8>| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let usages = certificate.extended_key_usage().ok()??;
        let mut other = usages.value.other.iter();
        Some(other.any(|usage| usage.to_id_string() == KERBEROS))
    };
    let mut certificates = computer.values("userCertificate").iter();
    certificates.any(|der| usages(der).unwrap_or(false))
}

async fn template_facts(
    entries: &[Entry],
    authorities: &Seen<Vec<AuthorityFacts>>,
    principals: &mut Principals<'_>,
) -> Vec<TemplateFacts> {
    let mut templates = Vec::new();
    for entry in entries {
        let Some(name) = entry.text("cn") else {
            continue;
        };
        templates.push(TemplateFacts {
            published_by: publishers(&name, authorities),
            schema_version: told::number(entry, "msPKI-Template-Schema-Version"),
            subject_from_request: entry
                .fact(
                    "msPKI-Certificate-Name-Flag",
                    crate::directory::values::integer,
                )
                .map(|flags| flags & SUBJECT_FROM_REQUEST != 0),
            usages: told::texts(entry, "pKIExtendedKeyUsage"),
            enrollers: enrollers(entry, principals).await,
            name,
        });
    }
    templates.sort_by(|a, b| a.name.cmp(&b.name));
    templates
}

/// The authorities that publish a template; unknown if one of them does not tell what it publishes.
fn publishers(template: &str, authorities: &Seen<Vec<AuthorityFacts>>) -> Seen<Vec<String>> {
    authorities.as_ref().and_then(|authorities| {
        let mut publishers = Vec::new();
        for authority in authorities {
            match &authority.templates {
                Seen::Known(published) => {
                    let mut published = published.iter();
                    if published.any(|name| name.eq_ignore_ascii_case(template)) {
                        publishers.push(authority.name.clone());
                    }
                }
                Seen::Absent => {}
                Seen::Unknown(gap) => return Seen::Unknown(gap.clone()),
            }
        }
        Seen::Known(publishers)
    })
}

async fn enrollers(template: &Entry, principals: &mut Principals<'_>) -> Seen<Vec<Principal>> {
    match told::access(template) {
        Seen::Known(list) => Seen::Known(principals.of(list.holders(&ENROLL)).await),
        other => other.map(|_| Vec::new()),
    }
}
