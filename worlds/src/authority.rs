//! Certification authorities that exist for as long as a world, and certificates that they issue.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};

/// An authority with a key of its own.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The name that it bears.
    pub name: &'a str,
    /// The year at whose beginning it ends.
    pub ends: i32,
    /// Bytes in it that mean nothing.
    pub ballast: usize,
}

impl<'a> Wanted<'a> {
    /// A sound certificate for a name.
    pub fn sound(name: &'a str) -> Self {
        Self {
            name,
            ends: 2100,
            ballast: 0,
        }
    }
}

impl Authority {
    /// One of this name.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn new(name: &str) -> Result<Self, rcgen::Error> {
        Self::with(&[(DnType::CommonName, name)])
    }

    /// One of this name and organisation.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn of(organisation: &str, name: &str) -> Result<Self, rcgen::Error> {
        let organisation = (DnType::OrganizationName, organisation);
        Self::with(&[organisation, (DnType::CommonName, name)])
    }

    fn with(names: &[(DnType, &str)]) -> Result<Self, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        for (kind, name) in names {
            params.distinguished_name.push(kind.clone(), *name);
        }
        Ok(Self(CertifiedIssuer::self_signed(
            params,
            KeyPair::generate()?,
        )?))
    }

    /// Its own certificate.
    pub fn root(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// The same as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Settings of a server with a certificate of this authority. They are not held against each
    /// other: some are to be wrong.
    ///
    /// # Errors
    /// If the name is none for a certificate, or no key can be made.
    pub fn server(&self, wanted: Wanted<'_>) -> Result<Arc<ServerConfig>, rcgen::Error> {
        let mut params = CertificateParams::new(vec![wanted.name.to_owned()])?;
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(wanted.ends, 1, 1);
        if wanted.ballast > 0 {
            let bytes = vec![0; wanted.ballast];
            let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 1], bytes);
            params.custom_extensions.push(extension);
        }
        let key = KeyPair::generate()?;
        let leaf = params.signed_by(&key, &self.0)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = provider();
        let key = provider.key_provider.load_private_key(key);
        let key = key.map_err(|_| rcgen::Error::RemoteKeyError)?;
        let certified = CertifiedKey::new(vec![leaf.der().clone(), self.root()], key);
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| rcgen::Error::UnsupportedSignatureAlgorithm)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        Ok(Arc::new(config))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
