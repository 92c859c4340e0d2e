//! The TLS stage: a verified handshake, with the server's chain recorded either way.
//!
//! A chain that does not verify ends the handshake, so that nothing is sent over it; what it says
//! of itself stays as a fact. The settings must resume no earlier session: it would show no chain.

use std::{io, sync::Arc};

use rustls::{CertificateError, ClientConfig, pki_types::ServerName};
use tokio::time::{self, Instant};
use tokio_rustls::{TlsConnector, client::TlsStream};
use waterline_facts::{
    Reason, Seen,
    network::{EndpointFailure, FailureReason, IssuerClass, Stage, TlsStage},
};

use super::{
    Stream, failed,
    issuers::{self, PublicRoots},
    raw, tcp,
};
use crate::{
    chain::{self, ChainFacts},
    clock::ms,
};

/// With whom to shake hands, and how.
#[derive(Clone, Copy)]
pub(super) struct Peer<'a> {
    /// The name that the certificate has to bear.
    pub host: &'a str,
    /// Settings of TLS.
    pub config: &'a Arc<ClientConfig>,
    /// The authorities that count as public.
    pub roots: &'a PublicRoots,
}

/// What the server showed of itself.
struct Shown {
    chain: ChainFacts,
    class: Seen<IssuerClass>,
    bears_the_name: bool,
}

/// Shakes hands as a client of this host. The stage is there whenever the server sent a chain.
pub(super) async fn shake(
    stream: Stream,
    peer: Peer<'_>,
    deadline: Instant,
) -> (Option<TlsStage>, Result<TlsStream<Stream>, EndpointFailure>) {
    let start = Instant::now();
    let name = match ServerName::try_from(peer.host.to_owned()) {
        Ok(name) => name,
        Err(error) => {
            let failure = failed(Stage::Tls, FailureReason::TlsFailed, error.to_string());
            return (None, Err(failure));
        }
    };
    let handshake = TlsConnector::from(Arc::clone(peer.config)).connect(name, stream);
    let (ended, chain) = chain::observe(time::timeout_at(deadline, handshake)).await;
    let took = start.elapsed();
    raw::keep_chain(peer.host, &chain, took);
    let took_ms = ms(took);
    let shown = chain.first().map(|leaf| Shown {
        chain: chain::describe(&chain),
        class: peer.roots.class(&chain),
        bears_the_name: issuers::bears(leaf, peer.host),
    });
    let result = match ended {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(failure(&error, shown.as_ref())),
        Err(_) => Err(failed(
            Stage::Tls,
            FailureReason::TimedOut,
            "the handshake did not end in time",
        )),
    };
    let stage = shown.map(|shown| stage(took_ms, shown, result.as_ref().ok()));
    (stage, result)
}

fn stage(took_ms: f64, shown: Shown, stream: Option<&TlsStream<Stream>>) -> TlsStage {
    let session = stream.map(|stream| stream.get_ref().1);
    let not_finished = || Seen::unknown(Reason::Untrusted, "the handshake did not finish");
    let version = session.and_then(|session| session.protocol_version());
    let suite = session.and_then(|session| session.negotiated_cipher_suite());
    let mut stage = TlsStage {
        took_ms,
        version: version.map_or_else(not_finished, |v| Seen::Known(version_name(v))),
        cipher_suite: suite.map_or_else(not_finished, |suite| {
            Seen::Known(suite.suite().as_str().unwrap_or("unnamed").to_owned())
        }),
        trusted: session.is_some(),
        issuer: Seen::not_run(),
        chain_top: Seen::not_run(),
        chain: Vec::new(),
        issuer_class: shown.class,
        ocsp_hosts: Vec::new(),
        crl_hosts: Vec::new(),
        not_after: Seen::not_run(),
        names: Seen::not_run(),
    };
    write_chain(&mut stage, shown.chain);
    stage
}

/// Writes what a chain says of itself into the stage.
pub(super) fn write_chain(stage: &mut TlsStage, chain: ChainFacts) {
    stage.issuer = chain.issuer;
    stage.chain_top = chain.top;
    stage.chain = chain.subjects;
    stage.ocsp_hosts = chain.ocsp_hosts;
    stage.crl_hosts = chain.crl_hosts;
    stage.not_after = chain.not_after;
    stage.names = chain.names;
}

fn version_name(version: rustls::ProtocolVersion) -> String {
    match version {
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Why a handshake failed, in the order: certificate, alert, connection.
fn failure(error: &io::Error, shown: Option<&Shown>) -> EndpointFailure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(tls) = tls else {
        return failed(Stage::Tls, tcp::reason(error), error.to_string());
    };
    let reason = match reason(tls) {
        FailureReason::Untrusted => distrust(shown),
        reason => reason,
    };
    let end = shown.and_then(|shown| shown.chain.not_after.known());
    let issuer = shown.and_then(|shown| shown.chain.issuer.known());
    let detail = match (reason, end, issuer) {
        (FailureReason::Expired, Some(end), _) => format!("{tls}; it is valid until {end}"),
        (FailureReason::Intercepted | FailureReason::Untrusted, _, Some(issuer)) => {
            format!("{tls}; it is issued by {issuer}")
        }
        _ => tls.to_string(),
    };
    failed(Stage::Tls, reason, detail)
}

/// Why a chain is not trusted. A certificate that cannot be read has no issuer to distrust: then
/// the handshake failed, no more. One that names itself as its issuer may be any device's own.
fn distrust(shown: Option<&Shown>) -> FailureReason {
    let Some(shown) = shown.filter(|shown| shown.chain.issuer.known().is_some()) else {
        return FailureReason::TlsFailed;
    };
    let private = shown.class == Seen::Known(IssuerClass::Private);
    match private && shown.bears_the_name && !shown.chain.self_issued {
        true => FailureReason::Intercepted,
        false => FailureReason::Untrusted,
    }
}

/// The kind of a TLS error.
pub(super) fn reason(error: &rustls::Error) -> FailureReason {
    use CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                FailureReason::NameMismatch
            }
            Bad::Expired
            | Bad::ExpiredContext { .. }
            | Bad::NotValidYet
            | Bad::NotValidYetContext { .. } => FailureReason::Expired,
            _ => FailureReason::Untrusted,
        },
        rustls::Error::AlertReceived(_) => FailureReason::TlsAlert,
        _ => FailureReason::TlsFailed,
    }
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;

    use super::*;

    #[test]
    fn errors_have_their_kind() {
        let bad = |bad| rustls::Error::InvalidCertificate(bad);
        let cases = [
            (
                bad(CertificateError::NotValidForName),
                FailureReason::NameMismatch,
            ),
            (bad(CertificateError::Expired), FailureReason::Expired),
            (bad(CertificateError::NotValidYet), FailureReason::Expired),
            (
                bad(CertificateError::UnknownIssuer),
                FailureReason::Untrusted,
            ),
            (bad(CertificateError::Revoked), FailureReason::Untrusted),
            (
                rustls::Error::AlertReceived(AlertDescription::HandshakeFailure),
                FailureReason::TlsAlert,
            ),
            (
                rustls::Error::InvalidMessage(rustls::InvalidMessage::HandshakePayloadTooLarge),
                FailureReason::TlsFailed,
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(reason(&error), expected, "{error}");
        }
    }

    fn shown(issuer: Seen<String>) -> Shown {
        let chain = ChainFacts {
            issuer,
            top: Seen::not_run(),
            subjects: Vec::new(),
            ocsp_hosts: Vec::new(),
            crl_hosts: Vec::new(),
            self_issued: false,
            not_after: Seen::Known("2020-01-01T00:00:00Z".parse().unwrap()),
            names: Seen::Absent,
        };
        Shown {
            chain,
            class: Seen::Known(IssuerClass::Private),
            bears_the_name: true,
        }
    }

    fn issued() -> Shown {
        shown(Seen::Known("CN=x".to_owned()))
    }

    fn refused(bad: CertificateError) -> io::Error {
        io::Error::other(rustls::Error::InvalidCertificate(bad))
    }

    #[test]
    fn end_of_the_certificate_is_in_the_words() {
        let failure = failure(&refused(CertificateError::Expired), Some(&issued()));
        assert!(
            failure
                .detail
                .ends_with("it is valid until 2020-01-01T00:00:00Z")
        );
    }

    #[test]
    fn distrust_is_interception_only_if_a_private_authority_made_the_certificate_for_the_host() {
        let unknown = refused(CertificateError::UnknownIssuer);
        let reason = |shown: Option<&Shown>| failure(&unknown, shown).reason;
        assert_eq!(reason(Some(&issued())), FailureReason::Intercepted);
        let public = Shown {
            class: Seen::Known(IssuerClass::Public),
            ..issued()
        };
        let other_name = Shown {
            bears_the_name: false,
            ..issued()
        };
        let mut own = issued();
        own.chain.self_issued = true;
        for shown in [public, other_name, own] {
            assert_eq!(reason(Some(&shown)), FailureReason::Untrusted);
        }
        let garbled = shown(Seen::not_run());
        assert_eq!(reason(Some(&garbled)), FailureReason::TlsFailed);
        assert_eq!(reason(None), FailureReason::TlsFailed);
    }
}
