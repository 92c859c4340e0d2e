//! A connection before anybody signs in on it: TCP, or TLS from its beginning or begun within LDAP.
//!
//! TLS is verified always, by the one configuration of the program.

use std::{io, sync::Arc};

use ldap3::asn1::{ASNTag, Integer, OctetString, Sequence, StructureTag, Tag, TagClass};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use waterline_facts::{Gap, directory::Protection};

use super::{
    bulk::{
        answer::{parts, result},
        ber::Elements,
        dialogue::exchange,
        switch::Stream,
    },
    outcome,
};

/// The extended request that begins TLS (RFC 4511, section 4.14), and its answer's tag.
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
const EXTENDED_RESPONSE: u8 = 0x78;

/// A connection on which LDAP is spoken in clear, whatever lies beneath.
pub(super) struct Carrier {
    /// What is said.
    pub stream: Box<dyn Stream>,
    /// How it is protected.
    pub protection: Protection,
    /// The certificate by which the server is known, under TLS.
    #[cfg_attr(
        not(any(windows, feature = "kerberos")),
        expect(dead_code, reason = "only a Kerberos sign-in is bound to it")
    )]
    pub certificate: Option<CertificateDer<'static>>,
}

/// Protects a connection in this way.
///
/// # Errors
/// If the server does not begin TLS, or its certificate does not verify.
pub(super) async fn protect(
    mut stream: TcpStream,
    host: &str,
    protection: Protection,
    tls: &Arc<rustls::ClientConfig>,
) -> Result<Carrier, Gap> {
    if protection == Protection::StartTls {
        begin_tls(&mut stream, host).await?;
    }
    if !matches!(protection, Protection::StartTls | Protection::Ldaps) {
        return Ok(Carrier {
            stream: Box::new(stream),
            protection,
            certificate: None,
        });
    }
    let name = ServerName::try_from(host.to_owned()).map_err(|_| outcome::no_name(host))?;
    let connector = TlsConnector::from(Arc::clone(tls));
    let connected = connector.connect(name, stream).await;
    let stream = connected.map_err(|error| outcome::conversation_failed(host, &error))?;
    let certificates = stream.get_ref().1.peer_certificates();
    let certificate = certificates.and_then(<[_]>::first);
    Ok(Carrier {
        certificate: certificate.map(|certificate| certificate.clone().into_owned()),
        stream: Box::new(stream),
        protection,
    })
}

async fn begin_tls(stream: &mut TcpStream, host: &str) -> Result<(), Gap> {
    let failed = |error: io::Error| outcome::conversation_failed(host, &error);
    let answer = exchange(stream, start_tls()).await.map_err(failed)?;
    let result = parts(&answer)
        .filter(|(op, ..)| *op == EXTENDED_RESPONSE)
        .and_then(|(_, contents, _)| result(&mut Elements::new(contents)))
        .ok_or_else(|| outcome::no_ldap(host))?;
    match result.rc {
        0 => Ok(()),
        code => Err(outcome::no_tls(host, code)),
    }
}

fn start_tls() -> StructureTag {
    const EXTENDED_REQUEST: u64 = 23;
    let name = Tag::OctetString(OctetString {
        id: 0,
        class: TagClass::Context,
        inner: START_TLS.to_vec(),
    });
    let request = Tag::Sequence(Sequence {
        id: EXTENDED_REQUEST,
        class: TagClass::Application,
        inner: vec![name],
    });
    let number = Tag::Integer(Integer {
        inner: 1,
        ..Default::default()
    });
    let message = Sequence {
        inner: vec![number, request],
        ..Default::default()
    };
    Tag::Sequence(message).into_structure()
}
