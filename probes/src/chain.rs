//! Sees the certificates that a server sends, also where they do not verify.
//!
//! Every TLS configuration of the program verifies through a [`Witness`]: it hands the decision to
//! the platform's verifier unchanged and notes the chain for whoever called [`observe`]. A chain
//! that does not verify ends the handshake as always, before anything is sent over it.

mod revocation;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustls::{
    DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use waterline_facts::{Reason, Seen, seen::known_or_absent};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer, x509::X509Name,
};

/// Certificates of a chain beyond this number are not kept.
const MOST_CERTIFICATES: usize = 10;
/// Names of a certificate beyond this number are not kept.
const MOST_NAMES: usize = 100;
/// Characters of a name beyond this number are not kept.
const LONGEST_NAME: usize = 512;

type Chain = Vec<CertificateDer<'static>>;

tokio::task_local! {
    static SEEN: Arc<Mutex<Chain>>;
}

/// Runs a handshake and tells which certificates the server sent in it, leaf first; none if it
/// sent none, or if the configuration was not made by [`crate::tls::client_config`].
pub async fn observe<F: Future>(handshake: F) -> (F::Output, Chain) {
    let seen = Arc::new(Mutex::new(Chain::new()));
    let output = SEEN.scope(Arc::clone(&seen), handshake).await;
    let chain = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (output, chain)
}

/// Notes the chain and leaves the decision to the verifier inside.
#[derive(Debug)]
pub struct Witness<V>(V);

impl<V: ServerCertVerifier> Witness<V> {
    /// A witness of this verifier's decisions.
    pub fn new(verifier: V) -> Self {
        Self(verifier)
    }
}

impl<V: ServerCertVerifier> ServerCertVerifier for Witness<V> {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // Nobody observing is no fault.
        let _ = SEEN.try_with(|seen| {
            let sent = std::iter::once(leaf).chain(others).take(MOST_CERTIFICATES);
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            *seen = sent.map(|der| der.clone().into_owned()).collect();
        });
        self.0.verify_server_cert(leaf, others, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// What a chain says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainFacts {
    /// Issuer of the leaf.
    pub issuer: Seen<String>,
    /// Subject of the last certificate that was sent.
    pub top: Seen<String>,
    /// Subjects of all certificates that were sent and can be read, leaf first.
    pub subjects: Vec<String>,
    /// Hosts that tell over OCSP whether one is revoked, sorted.
    pub ocsp_hosts: Vec<String>,
    /// Hosts with lists of revoked ones, sorted.
    pub crl_hosts: Vec<String>,
    /// Whether the leaf names itself as its issuer.
    pub self_issued: bool,
    /// When the leaf ceases to be valid.
    pub not_after: Seen<Timestamp>,
    /// Names that the leaf bears, sorted.
    pub names: Seen<Vec<String>>,
}

/// Reads a chain, leaf first. What cannot be read is unknown; an empty chain is unknown throughout.
pub fn describe(chain: &[CertificateDer<'_>]) -> ChainFacts {
    let leaf = parsed(chain.first());
    let top = parsed(chain.last());
    let all = chain.iter().map(|der| parsed(Some(der)).into_known());
    let all: Vec<_> = all.flatten().collect();
    ChainFacts {
        issuer: leaf.as_ref().map(|leaf| name_text(leaf.issuer())),
        top: top.map(|top| name_text(top.subject())),
        subjects: all.iter().map(|one| name_text(one.subject())).collect(),
        ocsp_hosts: revocation::hosts(&all, revocation::ocsp),
        crl_hosts: revocation::hosts(&all, revocation::crl),
        self_issued: leaf
            .known()
            .is_some_and(|leaf| leaf.issuer().as_raw() == leaf.subject().as_raw()),
        not_after: leaf.as_ref().and_then(|leaf| ends(leaf)),
        names: leaf.and_then(|leaf| known_or_absent(names(&leaf))),
    }
}

/// A certificate in words: whose it is, who issued it and when it is valid; nothing if it cannot be
/// read.
pub fn certificate_text(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let day = |moment: x509_parser::time::ASN1Time| {
        let moment = Timestamp::from_second(moment.timestamp());
        moment.map_or_else(|_| "?".to_owned(), |moment| moment.to_string())
    };
    Some(format!(
        "subject {}\nissuer  {}\nvalid   {} to {}",
        name_text(certificate.subject()),
        name_text(certificate.issuer()),
        day(validity.not_before),
        day(validity.not_after),
    ))
}

fn parsed<'a>(der: Option<&'a CertificateDer<'_>>) -> Seen<X509Certificate<'a>> {
    let Some(der) = der else {
        return Seen::unknown(Reason::NotRun, "the server sent no certificate");
    };
    match X509Certificate::from_der(der) {
        Ok((_, certificate)) => Seen::Known(certificate),
        Err(error) => Seen::unknown(Reason::Malformed, error.to_string()),
    }
}

fn name_text(name: &X509Name<'_>) -> String {
    bounded(&name.to_string())
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

fn ends(leaf: &X509Certificate<'_>) -> Seen<Timestamp> {
    let moment = Timestamp::from_second(leaf.validity().not_after.timestamp());
    moment.map_or_else(
        |error| Seen::unknown(Reason::Malformed, error.to_string()),
        Seen::Known,
    )
}

fn names(leaf: &X509Certificate<'_>) -> Option<Vec<String>> {
    let extension = leaf.subject_alternative_name().ok()??;
    let all = &extension.value.general_names;
    let names = all.iter().take(MOST_NAMES).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(bounded(name)),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    Some(names).filter(|names| !names.is_empty())
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let six = <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    four.or(six).ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_tells_issuer_names_and_end() {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params =
            rcgen::CertificateParams::new(vec!["b.example".into(), "a.example".into()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2031, 2, 3);
        params.crl_distribution_points = vec![rcgen::CrlDistributionPoint {
            uris: vec!["http://crl.example/a.crl".to_owned()],
        }];
        let leaf = params.self_signed(&key).unwrap();
        let facts = describe(&[leaf.der().clone()]);
        let names = facts.names.known().unwrap();
        assert_eq!(names, &["a.example", "b.example"]);
        let end = facts.not_after.known().unwrap();
        assert_eq!(end.to_string(), "2031-02-03T00:00:00Z");
        assert_eq!(facts.issuer, facts.top);
        assert!(facts.self_issued);
        assert_eq!(facts.crl_hosts, ["crl.example"]);
        assert_eq!(facts.ocsp_hosts, [""; 0]);
        assert_eq!(facts.subjects.len(), 1);
    }

    #[test]
    fn garbage_and_nothing_are_unknown() {
        let garbage = CertificateDer::from(vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(
            describe(&[garbage]).issuer.gap().unwrap().reason,
            Reason::Malformed
        );
        assert!(describe(&[]).names.is_unknown());
    }

    #[tokio::test]
    async fn nobody_sent_a_chain_where_there_was_no_handshake() {
        let (output, chain) = observe(async { 7 }).await;
        assert_eq!((output, chain.len()), (7, 0));
    }
}
