//! What binds a sign-in to the TLS connection on which it happens (RFC 5929, tls-server-end-point).

use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::prelude::{FromDer, X509Certificate};

const KIND: &[u8] = b"tls-server-end-point:";

/// The binding to the connection of the server with this certificate; nothing if that is signed in a
/// way for which none is defined.
pub(super) fn to_certificate(certificate: &[u8]) -> Option<Vec<u8>> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let hash = match parsed.signature_algorithm.algorithm.to_id_string().as_str() {
        // RSA with MD5 or SHA-1 is hashed as if it were with SHA-256.
        "1.2.840.113549.1.1.4"
        | "1.2.840.113549.1.1.5"
        | "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.3.2" => Sha256::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Sha384::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Sha512::digest(certificate).to_vec(),
        _ => return None,
    };
    Some([KIND, &hash].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(algorithm: &'static rcgen::SignatureAlgorithm) -> Option<Vec<u8>> {
        let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
        let names = rcgen::CertificateParams::new(vec!["dc1.corp.test".to_owned()]).unwrap();
        to_certificate(names.self_signed(&key).unwrap().der())
    }

    #[test]
    fn hash_is_that_of_the_signature_where_one_is_defined() {
        let length = |bytes: Vec<u8>| bytes.len() - KIND.len();
        assert_eq!(bound(&rcgen::PKCS_ECDSA_P256_SHA256).map(length), Some(32));
        assert_eq!(bound(&rcgen::PKCS_ECDSA_P384_SHA384).map(length), Some(48));
        assert_eq!(bound(&rcgen::PKCS_ED25519), None);
        assert_eq!(to_certificate(b"junk"), None);
    }
}
