//! The one TLS configuration of the program: aws-lc-rs, and the platform's own trust store.

use std::sync::Arc;

use rustls::{ClientConfig, crypto::CryptoProvider, pki_types::CertificateDer};
use rustls_platform_verifier::Verifier;

use crate::chain::Witness;

/// The cryptography that every TLS connection of the program uses.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Settings that trust the platform's roots and these further ones (from `--ca-file`).
///
/// # Errors
/// If a further root is not a certificate, or the platform's store cannot be opened.
pub fn client_config(
    extra: Vec<CertificateDer<'static>>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = provider();
    let verifier = if extra.is_empty() {
        Verifier::new(Arc::clone(&provider))?
    } else {
        Verifier::new_with_extra_roots(extra, Arc::clone(&provider))?
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Witness::new(verifier)))
        .with_no_client_auth();
    Ok(Arc::new(config))
}
