//! Certificates of the servers of these tests, each with an authority of its own.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;

/// A server certificate for every server of these tests, and the authority that issued it.
pub fn certificate() -> (Arc<rustls::ServerConfig>, CertificateDer<'static>) {
    let names = ["127.0.0.1", "localhost", "*.corp.test", "*.child.corp.test"];
    certificate_of(CertificateParams::new(names.map(str::to_owned)).unwrap())
}

/// A server certificate like this, and the authority that issued it.
pub fn certificate_of(
    own: CertificateParams,
) -> (Arc<rustls::ServerConfig>, CertificateDer<'static>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(waterline_probes::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), authority.der().clone())
}
