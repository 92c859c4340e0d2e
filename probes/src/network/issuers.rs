//! Who issued a certificate: a public authority, or somebody who opens TLS on the way.
//!
//! A chain is public if it leads to one of Mozilla's roots, as of the version of the crate that
//! holds them. One that does not is private, unless its issuer bears the name of a public
//! authority's organisation: then a certificate in between may have been left out, or the root may
//! be one that only an operating system trusts, and nothing is claimed. The local trust store has
//! no say here; whether it trusts the chain is another fact.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
    time::Duration,
};

use rustls::{
    RootCertStore,
    client::{verify_server_cert_signed_by_trust_anchor, verify_server_name},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use waterline_facts::{Reason, Seen, network::IssuerClass};
use x509_parser::{certificate::X509Certificate, prelude::FromDer, x509::X509Name};

/// Organisations with public services under roots of their own, which are not Mozilla's.
const VENDORS: [&str; 2] = ["Apple Inc.", "Microsoft Corporation"];

/// The authorities that count as public.
#[derive(Debug)]
pub struct PublicRoots {
    store: RootCertStore,
    organisations: BTreeSet<String>,
}

static MOZILLA: LazyLock<Arc<PublicRoots>> = LazyLock::new(|| {
    let mut roots = PublicRoots::of(webpki_root_certs::TLS_SERVER_ROOT_CERTS);
    let vendors = VENDORS.iter().map(|name| name.to_lowercase());
    roots.organisations.extend(vendors);
    Arc::new(roots)
});

impl PublicRoots {
    /// Mozilla's roots.
    pub fn mozilla() -> Arc<Self> {
        Arc::clone(&MOZILLA)
    }

    /// These roots alone; what is no certificate is left out.
    pub fn of(roots: &[CertificateDer<'static>]) -> Self {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots.iter().cloned());
        let subjects = roots.iter().filter_map(|der| organisation_of_subject(der));
        Self {
            store,
            organisations: subjects.collect(),
        }
    }

    /// The class of a chain, leaf first, whatever its names, and also if it has expired.
    pub(super) fn class(&self, chain: &[CertificateDer<'_>]) -> Seen<IssuerClass> {
        let Some((leaf, others)) = chain.split_first() else {
            return Seen::unknown(Reason::NotRun, "the server sent no certificate");
        };
        let read = X509Certificate::from_der(leaf);
        let (Ok(parsed), Ok((_, read))) = (ParsedCertificate::try_from(leaf), read) else {
            return Seen::unknown(Reason::Malformed, "the certificate cannot be read");
        };
        let algorithms = crate::tls::provider().signature_verification_algorithms.all;
        let moment = when_issued(&read);
        let verified = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &self.store,
            others,
            moment,
            algorithms,
        );
        match verified {
            Ok(()) => Seen::Known(IssuerClass::Public),
            Err(_) if self.bears_a_public_name(read.issuer()) => Seen::unknown(
                Reason::Untrusted,
                "the chain leads to no public root, and its issuer bears the name of a public \
                 authority",
            ),
            Err(_) => Seen::Known(IssuerClass::Private),
        }
    }

    fn bears_a_public_name(&self, issuer: &X509Name<'_>) -> bool {
        organisation(issuer).is_some_and(|name| self.organisations.contains(&name))
    }
}

/// Whether a leaf bears this name, whoever issued it.
pub(super) fn bears(leaf: &CertificateDer<'_>, host: &str) -> bool {
    let parsed = ParsedCertificate::try_from(leaf);
    let name = ServerName::try_from(host);
    parsed.is_ok_and(|leaf| name.is_ok_and(|name| verify_server_name(&leaf, &name).is_ok()))
}

/// The beginning of the certificate's validity: who issued it does not age, and those above it were
/// valid then.
fn when_issued(leaf: &X509Certificate<'_>) -> UnixTime {
    let seconds = leaf.validity().not_before.timestamp().max(0);
    UnixTime::since_unix_epoch(Duration::from_secs(seconds.unsigned_abs()))
}

fn organisation_of_subject(der: &CertificateDer<'_>) -> Option<String> {
    let (_, root) = X509Certificate::from_der(der).ok()?;
    organisation(root.subject())
}

fn organisation(name: &X509Name<'_>) -> Option<String> {
    let text = name.iter_organization().next()?.as_str().ok()?;
    Some(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

    use super::*;

    type Authority = CertifiedIssuer<'static, KeyPair>;

    fn authority(organisation: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut params.distinguished_name;
        name.push(DnType::OrganizationName, organisation);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A leaf that ended in this year.
    fn leaf(issuer: &Authority, ends: i32) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(ends, 1, 1);
        let key = KeyPair::generate().unwrap();
        params.signed_by(&key, issuer).unwrap().der().clone()
    }

    #[test]
    fn chain_is_public_private_or_cannot_be_told() {
        let public = authority("Public Trust Ltd");
        let (same_name, gateway) = (authority("public trust ltd"), authority("Example Corp"));
        let roots = PublicRoots::of(&[public.der().clone()]);
        let known = |class| Some(class);
        let cases = [
            (leaf(&public, 2200), known(IssuerClass::Public)),
            (leaf(&public, 2021), known(IssuerClass::Public)),
            (leaf(&gateway, 2200), known(IssuerClass::Private)),
            (leaf(&gateway, 2021), known(IssuerClass::Private)),
            (leaf(&same_name, 2200), None),
            (CertificateDer::from(vec![0x30, 0x03, 1, 1, 1]), None),
        ];
        for (leaf, expected) in cases {
            let class = roots.class(&[leaf]);
            assert_eq!(class.known().copied(), expected, "{class:?}");
        }
        assert!(roots.class(&[]).is_unknown());
    }

    #[test]
    fn public_roots_are_mozillas_and_know_the_names_of_the_services_authorities() {
        let roots = PublicRoots::mozilla();
        assert!(roots.store.len() > 100);
        for name in ["microsoft corporation", "digicert inc", "apple inc."] {
            assert!(roots.organisations.contains(name), "{name}");
        }
    }

    #[test]
    fn name_is_borne_or_not() {
        let leaf = leaf(&authority("x"), 2200);
        assert!(bears(&leaf, "a.example"));
        assert!(!bears(&leaf, "b.example"));
        assert!(!bears(&leaf, "no name"));
    }
}
